package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks whether everything is in place. */
@Command(
        name = "doctor",
        sortOptions = false,
        header = "Looks whether everything is in place.",
        description = {
            "",
            "Java, locale, backup directory, passphrase, spool, RabbitMQ, ledger, destinations. Makes ledger and spool where"
                    + " there are none. Exits with 1 when something is in the way.",
            ""
        },
        footer = {"", "Example:", "  offsite doctor --env-file /var/www/heratio/.env"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Override
    public Integer call() throws Exception {
        Settings settings = global.settingsAsFarAsKnown(Logging.Level.QUIET);
        boolean bad = false;
        for (Finding finding : Services.doctor(settings, Clock.systemUTC()).examine()) {
            GlobalOptions.out().printf("%-4s  %s%n", finding.level().word(), Printable.of(finding.text()));
            if (finding.hint() != null) {
                GlobalOptions.out().println("      HINT: " + Printable.of(finding.hint()));
            }
            bad |= finding.level() == Finding.Level.FAIL;
        }
        return bad ? ExitCode.FAILED : ExitCode.OK;
    }
}
