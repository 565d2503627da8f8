package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.report.Bytes;
import org.heratio.offsite.app.report.Json;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
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
    private static final long NANOS = 1_000_000_000L;

    @Mixin
    private Common common = new Common();

    @Parameters(paramLabel = "<archive>", description = "its file name, its path, or its name at the destination")
    private String archive = "";

    @Option(names = "--json", description = "print an array of objects (docs/json.md)")
    private boolean json;

    private record Row(Version version, Copy copy) {
        Instant modified() {
            return Instant.ofEpochSecond(
                    Math.floorDiv(version.mtimeNanos(), NANOS), Math.floorMod(version.mtimeNanos(), NANOS));
        }

        String state() {
            return copy.state().name().toLowerCase(Locale.ROOT);
        }

        Map<String, @Nullable Object> tree() {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            map.put("local_path", version.path());
            map.put("modified_at", modified().toString());
            map.put("size_bytes", version.size());
            map.put("sha256", version.sha256());
            map.put("driver", copy.driver());
            map.put("state", state());
            map.put("encrypted", copy.encrypted());
            map.put("remote_path", copy.remotePath());
            return map;
        }
    }

    @Override
    public Integer call() throws Exception {
        try (Node node = Node.openWithoutBroker(common.settings(Map.of(), Logging.Level.QUIET), Clock.systemUTC())) {
            List<Row> rows = rows(node.ledger());
            if (json) {
                Common.out().println(Json.print(rows.stream().map(Row::tree).toList()));
            } else if (rows.isEmpty()) {
                Common.out().println("the ledger knows no shipped archive called " + Printable.of(archive));
            } else {
                print(rows);
            }
            return rows.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private List<Row> rows(Ledger ledger) throws LedgerException {
        List<Row> rows = new ArrayList<>();
        for (Version version : ledger.view().restorable(archive)) {
            for (Copy copy : ledger.copies().ofVersion(version.id())) {
                if (copy.shipped()) {
                    rows.add(new Row(version, copy));
                }
            }
        }
        return rows;
    }

    private static void print(List<Row> rows) {
        Common.out()
                .printf("%-19s  %10s  %-8s  %-10s  %s%n", "MODIFIED (UTC)", "SIZE", "DRIVER", "STATE", "REMOTE PATH");
        for (Row row : rows) {
            Common.out()
                    .printf(
                            "%-19s  %10s  %-8s  %-10s  %s%n",
                            TIME.format(row.modified()),
                            Bytes.human(row.version().size()),
                            row.copy().driver(),
                            row.state(),
                            Printable.of(row.copy().remotePath()));
        }
    }
}
