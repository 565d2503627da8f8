package org.heratio.offsite.app.cli;

import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
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
        description = {"", "Secrets are masked. Nothing is made; of Heratio's database only ahg_settings is read.", ""},
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
        Settings settings = GlobalOptions.warned(global.settingsAsFarAsKnown(Logging.Level.QUIET));
        settings.advice().forEach(Messages::warning);
        if (json) {
            GlobalOptions.out()
                    .println(Json.print(settings.effective().entries().stream()
                            .map(Entry::of)
                            .toList()));
        } else {
            settings.effective().lines().forEach(line -> GlobalOptions.out().println(Printable.of(line)));
        }
        return ExitCode.OK;
    }
}
