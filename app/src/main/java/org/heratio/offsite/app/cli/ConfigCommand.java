package org.heratio.offsite.app.cli;

import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Effective;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the settings in force. */
@Command(
        name = "config",
        sortOptions = false,
        header = "Prints every setting in force and where it came from.",
        description = {
            "",
            "Secrets are masked. Nothing is made; of Heratio's database only ahg_settings is read. If a setting is refused,"
                    + " prints the others all the same, and exits with 2.",
            ""
        },
        footer = {"", "Example:", "  offsite config --env-file /var/www/heratio/.env"})
final class ConfigCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--json", description = "print an array of objects (docs/json.md)")
    private boolean json;

    /** A setting in force. */
    private record Entry(String name, String value, String origin) {
        static Entry of(Effective.Entry entry) {
            return new Entry(
                    entry.setting().name(), entry.value(), entry.origin().text());
        }
    }

    @Override
    public Integer call() throws Exception {
        try {
            Settings settings = GlobalOptions.warned(global.settingsAsFarAsKnown(Logging.Level.QUIET));
            settings.advice().forEach(Messages::warning);
            print(settings.effective());
            return ExitCode.OK;
        } catch (ConfigException e) {
            // whoever looks for a fault wants to see the rest, too
            e.effective().ifPresent(this::print);
            throw e;
        }
    }

    private void print(Effective effective) {
        if (json) {
            GlobalOptions.out()
                    .println(Json.print(
                            effective.entries().stream().map(Entry::of).toList()));
        } else {
            effective.lines().forEach(line -> GlobalOptions.out().println(Printable.of(line)));
        }
    }
}
