package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.operations.history.HistoryRow;
import org.heratio.offsite.operations.history.StoryEvent;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the public ledger. */
@Command(
        name = "history",
        sortOptions = false,
        header = "Prints the ledger, newest first, or what happened to one archive.",
        description = {
            "",
            "One row for each archive and destination, about its newest version; times are in APP_TIMEZONE. A row that failed says why,"
                    + " and one that only Heratio calls verified says so.",
            "",
            "With an archive, one line for each event of its past, oldest first: landed, sealed, shipped, proved, failed and so on."
                    + " BACKUP_OFFSITE_JOURNAL_DAYS and BACKUP_OFFSITE_JOURNAL_ROWS say how far back events are kept.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite history --limit 20",
            "  offsite history --status failed --json",
            "  offsite history database_heratio.sql.gz"
        })
final class HistoryCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<archive>",
            description = "tell the past of this archive: its file name, its path, or its name at the destination")
    private @Nullable String archive;

    @Option(
            names = "--limit",
            paramLabel = "<n>",
            defaultValue = "50",
            description = "how many rows, or how many of the latest events (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--status", paramLabel = "<status>", description = "only replicated, verified or failed ones")
    private @Nullable Status status;

    @Option(names = "--json", description = "print an array of objects whose keys are the columns (docs/json.md)")
    private boolean json;

    /** The statuses of the public ledger. */
    enum Status {
        replicated,
        verified,
        failed
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 or more, not " + limit);
        }
        if (archive != null && status != null) {
            throw new ParameterException(spec.commandLine(), "--status is not for the history of one archive");
        }
        Settings settings = global.settings(Map.of(), Logging.Level.QUIET);
        try (Services services = Services.openLedger(settings, Clock.systemUTC())) {
            if (archive != null) {
                return tell(services.story().of(archive, limit), archive, settings.timezone());
            }
            List<HistoryRow> rows = services.history().rows(limit, status == null ? null : status.name());
            if (json) {
                GlobalOptions.out().println(Json.print(rows));
            } else {
                print(rows, GlobalOptions.out());
            }
            return ExitCode.OK;
        }
    }

    private int tell(List<StoryEvent> events, String told, ZoneId zone) {
        if (json) {
            GlobalOptions.out().println(Json.print(events));
        } else if (events.isEmpty()) {
            GlobalOptions.out().println("the journal has no event of an archive called " + Printable.of(told));
        } else {
            new StoryTable(zone).print(events, GlobalOptions.out());
        }
        return events.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
    }

    private static void print(List<HistoryRow> rows, PrintStream out) {
        if (rows.isEmpty()) {
            out.println("the ledger has no such rows");
            return;
        }
        out.printf(
                "%-10s  %-8s  %-19s  %-19s  %10s  %s%n",
                "STATUS", "DRIVER", "REPLICATED", "VERIFIED", "SIZE", "ARCHIVE");
        for (HistoryRow history : rows) {
            ReplicationRow row = history.recorded();
            out.printf(
                    "%-10s  %-8s  %-19s  %-19s  %10s  %s%n",
                    row.status(),
                    Printable.of(row.driver()),
                    time(history.replicatedAt()),
                    time(history.verifiedAt()),
                    Bytes.human(row.sizeBytes()),
                    Printable.of(row.localPath()));
            if (row.error() != null) {
                out.println("            " + Printable.of(row.error()));
            }
            if (history.unproved()) {
                out.println("            verified by Heratio, not yet proved");
            }
        }
    }

    private static String time(@Nullable LocalDateTime time) {
        return time == null ? "-" : TIME.format(time);
    }
}
