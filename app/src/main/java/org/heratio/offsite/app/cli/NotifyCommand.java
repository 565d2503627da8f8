package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.operations.notify.NotifyChannels.Tested;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tries the ways on which people are told what happens. */
@Command(
        name = "notify",
        sortOptions = false,
        header = "Sends a test message by each configured channel.",
        description = {
            "",
            "The channels are those of BACKUP_OFFSITE_NOTIFY_*. Opens neither ledger nor broker. Exits with 1 when a receiver"
                    + " did not accept the message, and with 2 when no channel is configured.",
            ""
        },
        footer = {"", "Example:", "  offsite notify test"})
final class NotifyCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "<action>",
            defaultValue = "test",
            description = "test (default)")
    private Action action = Action.test;

    /** The actions, by their names on the command line. */
    enum Action {
        test
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = global.settingsOfThisHost(Logging.Level.QUIET);
        List<Tested> all = switch (action) {
            case test -> Services.channels(settings, Clock.systemUTC()).test(Clock.systemUTC());
        };
        if (all.isEmpty()) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "no channel of notifications is configured",
                    "set BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL or BACKUP_OFFSITE_NOTIFY_MAIL_HOST (docs/notify.md)")));
        }
        boolean failed = false;
        for (Tested tested : all) {
            String error = tested.error();
            GlobalOptions.out()
                    .printf(
                            "%-8s  %s%n",
                            tested.channel(), error == null ? "accepted" : "failed: " + Printable.of(error));
            failed |= error != null;
        }
        return failed ? ExitCode.FAILED : ExitCode.OK;
    }
}
