package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.restore.RestorableCopy;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what can be restored of one archive. */
@Command(
        name = "versions",
        sortOptions = false,
        header = "Lists all versions of an archive that are off-site, newest first.",
        description = {
            "",
            "One row for each version and destination. 'offsite restore' takes the newest version; for an older one give it what"
                    + " stands in the last column.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite versions database_heratio.sql.gz",
            "  offsite restore /srv/offsite/database_heratio.sql.gz.gpg --to old.sql.gz"
        })
final class VersionsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Parameters(paramLabel = "<archive>", description = "its file name, its path, or its name at the destination")
    private String archive = "";

    @Option(names = "--json", description = "print an array of objects (docs/json.md)")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (Services services =
                Services.openLedger(global.settings(Map.of(), Logging.Level.QUIET), Clock.systemUTC())) {
            List<RestorableCopy> copies = services.versions().of(archive);
            if (json) {
                GlobalOptions.out().println(Json.print(copies));
            } else if (copies.isEmpty()) {
                GlobalOptions.out().println("the ledger knows no shipped archive called " + Printable.of(archive));
            } else {
                print(copies);
            }
            return copies.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private static void print(List<RestorableCopy> copies) {
        GlobalOptions.out()
                .printf("%-19s  %10s  %-8s  %-10s  %s%n", "MODIFIED (UTC)", "SIZE", "DRIVER", "STATE", "REMOTE PATH");
        for (RestorableCopy copy : copies) {
            GlobalOptions.out()
                    .printf(
                            "%-19s  %10s  %-8s  %-10s  %s%n",
                            TIME.format(copy.modifiedAt()),
                            Bytes.human(copy.sizeBytes()),
                            copy.driver(),
                            copy.state().name().toLowerCase(Locale.ROOT),
                            Printable.of(copy.remotePath()));
        }
    }
}
