package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.operations.status.StatusCheck;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How things stand, at a glance. */
@Command(
        name = "status",
        sortOptions = false,
        header = "Says how many archives and copies are in which state.",
        description = {
            "",
            "Sealed archives were read, found whole and hashed; verified copies were read back. An archive is safe when each"
                    + " destination in BACKUP_OFFSITE_DRIVER has a verified copy of its newest version, with a proof that is"
                    + " neither failing nor too old. Exits with 1 when an archive or a copy failed, a copy is corrupt or"
                    + " missing, a copy cannot be read back or was not for too long, a part of the backup directory cannot"
                    + " be read, the directory has no archive, nothing scans it, or an archive waits longer than"
                    + " BACKUP_OFFSITE_WAIT_LIMIT. An archive that failed, has no copy and was"
                    + " deleted here is counted as gone, and no longer as failed.",
            ""
        },
        footer = {"", "Examples:", "  offsite status", "  offsite status --json", "  offsite status --check"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Option(names = "--json", description = "print a JSON object (docs/json.md)")
    private boolean json;

    @Option(names = "--check", description = "print one line and exit with 0 to 3, as plugins of Nagios and Icinga do")
    private boolean check;

    @Override
    public Integer call() throws Exception {
        return check ? check() : print();
    }

    /** Whatever keeps the answer away is an answer too: a monitor takes exit code 1 for a warning and 2 for an alarm. */
    private int check() throws InterruptedException {
        StatusCheck checked;
        try {
            Settings settings = global.settings(Map.of(), Logging.Level.QUIET);
            try (Services services = Services.openLedger(settings, Clock.systemUTC())) {
                checked = StatusCheck.of(services.status().look(), Instant.now());
            }
        } catch (ConfigException e) {
            checked = StatusCheck.failed(
                    StatusCheck.Result.UNKNOWN, e.problems().get(0).text());
        } catch (FailureException e) {
            boolean lost = e.failure().code() == ErrorCode.LEDGER_LOST;
            checked = StatusCheck.failed(
                    lost ? StatusCheck.Result.CRITICAL : StatusCheck.Result.UNKNOWN,
                    e.failure().code() + ": " + e.failure().reason());
        } catch (RuntimeException e) {
            checked = StatusCheck.failed(StatusCheck.Result.UNKNOWN, e.toString());
        }
        GlobalOptions.out().println(checked.line());
        return checked.result().exitCode();
    }

    private int print() throws Exception {
        Settings settings = global.settings(Map.of(), Logging.Level.QUIET);
        try (Services services = Services.openLedger(settings, Clock.systemUTC())) {
            Status status = services.status().look();
            if (json) {
                GlobalOptions.out().println(Json.print(status));
            } else {
                print(settings, status);
            }
            return status.ok() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static void print(Settings settings, Status status) {
        PrintStream out = GlobalOptions.out();
        Map<String, Map<CopyState, Long>> copies = status.copies();
        out.println(
                "backup directory  " + Printable.of(settings.paths().backups().toString()));
        out.println("archives          " + words(status.archives()));
        out.println("safe              " + words(status.safe()));
        for (String driver : settings.drivers()) {
            out.printf("%-16s  %s%n", driver, words(copies.getOrDefault(driver, Map.of())));
        }
        copies.forEach((driver, states) -> {
            if (!settings.drivers().contains(driver)) {
                out.printf("%-16s  %s (not configured now)%n", driver, words(states));
            }
        });
        if (status.deletedUnshipped() > 0) {
            out.printf(
                    "gone              %d failed, and were deleted here before they were off-site"
                            + " (offsite history --status failed)%n",
                    status.deletedUnshipped());
        }
        status.claimed()
                .forEach((driver, count) -> out.printf(
                        "%-16s  %d of the replicated are Heratio's claims, not yet proved%n", driver, count));
        status.archived()
                .forEach((driver, count) -> out.printf(
                        "%-16s  %d in an archive tier: to be read back, they have to be restored at the store%n",
                        driver, count));
        status.unreadable().lines().forEach(out::println);
        Instant last = status.lastScan();
        out.println("last scan         " + (last == null ? "none" : last.truncatedTo(ChronoUnit.SECONDS)));
        status.alarms().forEach(alarm -> {
            out.println("ALARM             " + alarm.code() + ": " + Printable.of(alarm.text()));
            if (alarm.hint() != null) {
                out.println("                  HINT: " + Printable.of(alarm.hint()));
            }
        });
    }

    private static String words(Status.Safe safe) {
        return safe.archives() + " of " + safe.of() + " archives: verified at " + String.join(", ", safe.drivers());
    }

    private static <E extends Enum<E>> String words(Map<E, Long> counts) {
        if (counts.isEmpty()) {
            return "none";
        }
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(entry ->
                                entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }
}
