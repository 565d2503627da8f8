package org.heratio.offsite.app.cli;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.ExitCode;
import org.heratio.offsite.app.report.Json;
import org.heratio.offsite.app.report.UnreadableReport;
import org.heratio.offsite.app.run.Inventories;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.UnreadablePlaces;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;
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
                    + " destination in BACKUP_OFFSITE_DRIVER has a verified copy of its newest version. Exits with 1 when an"
                    + " archive or a copy failed, a copy is corrupt or missing, or a part of the backup directory cannot be"
                    + " read. An archive that failed, has no copy and was"
                    + " deleted here is counted as gone, and no more as failed.",
            ""
        },
        footer = {"", "Examples:", "  offsite status", "  offsite status --json"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Common common = new Common();

    @Option(names = "--json", description = "print a JSON object (docs/json.md)")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = common.settings(Map.of(), Logging.Level.QUIET);
        try (Node node = Node.openWithoutBroker(settings, Clock.systemUTC())) {
            Gone gone = gone(node);
            Map<VersionState, Long> archives =
                    new TreeMap<>(node.ledger().view().versionCounts());
            archives.computeIfPresent(VersionState.FAILED, (state, count) -> left(count, gone.versions()));
            archives.computeIfPresent(VersionState.SEALED, (state, count) -> left(count, gone.sealed()));
            Map<String, Map<CopyState, Long>> copies =
                    new TreeMap<>(node.ledger().view().copyCounts());
            copies.forEach((driver, states) ->
                    states.computeIfPresent(CopyState.FAILED, (state, count) -> left(count, gone.copies(driver))));
            List<KnownArchive> known = node.ledger().versions().newest().values().stream()
                    .filter(archive -> !gone.contains(archive))
                    .toList();
            Safe safe = Safe.of(known, settings.drivers());
            UnreadableReport unreadable = new UnreadableReport(UnreadablePlaces.recorded(settings, node.ledger()));
            boolean failed = unreadable.unreadable().total() > 0
                    || archives.getOrDefault(VersionState.FAILED, 0L) > 0
                    || copies.values().stream().anyMatch(StatusCommand::anyBad);
            if (json) {
                Map<String, Object> tree = new LinkedHashMap<>();
                tree.put("ok", !failed);
                tree.put("archives", lower(archives));
                tree.put("gone", gone.archives().size());
                tree.put("safe", safe.tree());
                Map<String, Object> byDriver = new LinkedHashMap<>();
                copies.forEach((driver, states) -> byDriver.put(driver, lower(states)));
                tree.put("copies", byDriver);
                tree.put("claimed", node.ledger().claims().counts());
                tree.put("unreadable", unreadable.tree());
                Common.out().println(Json.print(tree));
            } else {
                print(settings, archives, safe, copies);
                if (!gone.archives().isEmpty()) {
                    Common.out()
                            .printf(
                                    "gone              %d failed, and were deleted here before they were off-site"
                                            + " (offsite history --status failed)%n",
                                    gone.archives().size());
                }
                node.ledger()
                        .claims()
                        .counts()
                        .forEach((driver, count) -> Common.out()
                                .printf(
                                        "%-16s  %d of the replicated are Heratio's claims, not yet proved%n",
                                        driver, count));
                unreadable.lines().forEach(Common.out()::println);
            }
            return failed ? ExitCode.FAILED : ExitCode.OK;
        }
    }

    private static Gone gone(Node node) throws FailureException {
        List<FailedArchive> failed = node.ledger().view().failedWithoutCopy();
        if (failed.isEmpty()) {
            return new Gone(List.of());
        }
        try {
            return Gone.among(
                    failed,
                    node.settings().paths().backups(),
                    Inventories.of(node.settings()).archives(),
                    node.clock().instant());
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE) {
                return new Gone(List.of());
            }
            throw e;
        }
    }

    /** Null where nothing is left, as with states that nothing is in. */
    private static @Nullable Long left(long count, long gone) {
        return count > gone ? count - gone : null;
    }

    private static boolean anyBad(Map<CopyState, Long> states) {
        return states.getOrDefault(CopyState.FAILED, 0L)
                        + states.getOrDefault(CopyState.CORRUPT, 0L)
                        + states.getOrDefault(CopyState.MISSING, 0L)
                > 0;
    }

    private static void print(
            Settings settings, Map<VersionState, Long> archives, Safe safe, Map<String, Map<CopyState, Long>> copies) {
        Common.out().println("backup directory  " + settings.paths().backups());
        Common.out().println("archives          " + words(archives));
        Common.out().println("safe              " + safe.words());
        for (String driver : settings.drivers()) {
            Common.out().printf("%-16s  %s%n", driver, words(new TreeMap<>(copies.getOrDefault(driver, Map.of()))));
        }
        copies.keySet().stream()
                .filter(driver -> !settings.drivers().contains(driver))
                .forEach(driver -> Common.out()
                        .printf("%-16s  %s (not configured now)%n", driver, words(new TreeMap<>(copies.get(driver)))));
    }

    private static <E extends Enum<E>> String words(Map<E, Long> counts) {
        if (counts.isEmpty()) {
            return "none";
        }
        return String.join(
                ", ",
                lower(counts).entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .toList());
    }

    private static <E extends Enum<E>> Map<String, Long> lower(Map<E, Long> counts) {
        Map<String, Long> named = new LinkedHashMap<>();
        counts.forEach((state, count) -> named.put(state.name().toLowerCase(Locale.ROOT), count));
        return named;
    }
}
