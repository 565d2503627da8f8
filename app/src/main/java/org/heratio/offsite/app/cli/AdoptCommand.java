package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.operations.adopt.AdoptReport;
import org.heratio.offsite.operations.adopt.Comparison;
import org.heratio.offsite.operations.adopt.HeratioZone;
import org.heratio.offsite.operations.report.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shadow mode: what would Heratio's rows be worth? */
@Command(
        name = "adopt",
        sortOptions = false,
        header = "Compares what Heratio's ledger claims with what is there.",
        description = {
            "",
            "Looks at each row of ahg_backup_replication, at its destination and in the backup directory, and lists what is missing,"
                    + " different, failed or not shipped at all. Changes nothing, makes no table, beside Heratio at work. Exits with 1 when"
                    + " a claimed copy is missing or different.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite adopt --env-file /var/www/heratio/.env",
            "  offsite adopt --read --json     read every copy back, too"
        })
final class AdoptCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--read", description = "read every copy back and hash it; takes as long as fetching them all")
    private boolean read;

    @Option(
            names = "--apply",
            description =
                    "take what fits into the ledger, to be proved by the next sweep; what is missing or different, too, when its"
                            + " archive is gone, to be called failed")
    private boolean apply;

    @Option(names = "--json", description = "print a JSON object (docs/json.md)")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = global.settings(Map.of(), Logging.Level.QUIET);
        HeratioTables heratio = Ledgers.heratio(
                        settings, Ledgers.config(settings).patience())
                .orElseThrow(() -> problem(
                        "no setting names Heratio's database, so that there are no rows to compare",
                        "give Heratio's settings with --env-file, or set BACKUP_OFFSITE_LEDGER_URL to its database"));
        if (apply && !Ledgers.besideHeratio(settings)) {
            throw problem(
                    "--apply takes Heratio's rows into a ledger beside them, and this one is in another database",
                    "take BACKUP_OFFSITE_LEDGER_URL out, so that the ledger is in Heratio's database");
        }
        HeratioTables.Claims claims = heratio.claims();
        for (HeratioZone.Doubt doubt : HeratioZone.doubts(settings, heratio)) {
            Messages.warning(doubt.text());
            Messages.hint(doubt.hint());
        }
        Comparison.Found found = Services.comparison(settings, read).compare(claims);
        AdoptReport report = new AdoptReport(found, apply ? apply(settings, found) : null);
        if (json) {
            GlobalOptions.out().println(Json.print(report.summary()));
        } else {
            report.print(GlobalOptions.out());
        }
        return report.allWell() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static ConfigException problem(String text, String hint) {
        return new ConfigException(List.of(new ConfigProblem(text, hint)));
    }

    private static Integer apply(Settings settings, Comparison.Found found) throws Exception {
        try (Services services = Services.open(settings, Clock.systemUTC())) {
            return services.adoption().adopt(found.claims());
        }
    }
}
