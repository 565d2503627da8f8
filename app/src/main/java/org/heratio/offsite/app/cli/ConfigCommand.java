package org.heratio.offsite.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.report.Json;
import org.heratio.offsite.config.Effective;
import org.heratio.offsite.config.Settings;
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
    private Common common = new Common();

    @Option(names = "--json", description = "print an array of objects (docs/json.md)")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = common.settingsAsFarAsKnown(Logging.Level.QUIET);
        if (json) {
            List<Map<String, Object>> entries = settings.effective().entries().stream()
                    .map(ConfigCommand::tree)
                    .toList();
            Common.out().println(Json.print(entries));
        } else {
            settings.effective().lines().forEach(Common.out()::println);
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> tree(Effective.Entry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", entry.setting().name());
        tree.put("value", entry.value());
        tree.put("origin", entry.origin().text());
        return tree;
    }
}
