package org.heratio.offsite.operations.status;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.WeakProof;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.inventory.UnreadableFinder;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.jspecify.annotations.Nullable;

/** Counts archives and copies by state. Blocks. */
public final class StatusService {
    private final Settings settings;
    private final Ledger ledger;
    private final BackupInventory inventory;
    private final Clock clock;

    public StatusService(Settings settings, Ledger ledger, BackupInventory inventory, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.inventory = inventory;
        this.clock = clock;
    }

    /** Returns the numbers as they are now. */
    public Status look() throws FailureException {
        DeletedUnshipped deleted = deletedUnshipped();
        Map<VersionState, Long> archives = new TreeMap<>(ledger.view().versionCounts());
        archives.computeIfPresent(VersionState.FAILED, (state, count) -> left(count, deleted.versions()));
        archives.computeIfPresent(VersionState.SEALED, (state, count) -> left(count, deleted.sealed()));
        Map<String, Map<CopyState, Long>> copies = new TreeMap<>(ledger.view().copyCounts());
        copies.forEach((driver, states) ->
                states.computeIfPresent(CopyState.FAILED, (state, count) -> left(count, deleted.copies(driver))));
        List<KnownArchive> known = ledger.versions().newest().values().stream()
                .filter(archive -> !deleted.contains(archive))
                .toList();
        UnreadableReport unreadable = UnreadableReport.of(
                new UnreadableFinder(inventory, settings.paths().backups()).recorded(ledger.unreadablePlaces()));
        List<WeakProof> weak = WeakProofs.find(ledger, settings, clock.instant());
        List<WeakProof> failing = WeakProofs.failing(ledger, settings);
        boolean failed = unreadable.total() > 0
                || !weak.isEmpty()
                || archives.getOrDefault(VersionState.FAILED, 0L) > 0
                || copies.values().stream().anyMatch(StatusService::anyBad);
        return new Status(
                !failed,
                archives,
                deleted.archives().size(),
                safe(known, settings.drivers(), Stream.of(weak, failing)),
                copies,
                WeakProofs.of(weak, failing),
                ledger.view().archivedCopies(),
                ledger.claims().counts(),
                unreadable);
    }

    private DeletedUnshipped deletedUnshipped() throws FailureException {
        List<FailedArchive> failed = ledger.view().failedWithoutCopy();
        if (failed.isEmpty()) {
            return DeletedUnshipped.NONE;
        }
        try {
            return DeletedUnshipped.among(
                    failed, settings.paths().backups(), inventory.look().archives(), clock.instant());
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE) {
                return DeletedUnshipped.NONE;
            }
            throw e;
        }
    }

    private static Status.Safe safe(
            Collection<KnownArchive> known, List<String> drivers, Stream<List<WeakProof>> weak) {
        Set<Long> doubtful =
                weak.flatMap(List::stream).map(WeakProof::versionId).collect(Collectors.toSet());
        long safe = known.stream()
                .filter(archive -> !doubtful.contains(archive.holder()))
                .filter(archive ->
                        drivers.stream().allMatch(driver -> archive.copies().get(driver) == CopyState.VERIFIED))
                .count();
        return new Status.Safe(safe, known.size(), drivers);
    }

    /** Null where nothing is left, as with states that nothing is in. */
    private static @Nullable Long left(long count, long deleted) {
        return count > deleted ? count - deleted : null;
    }

    private static boolean anyBad(Map<CopyState, Long> states) {
        return states.getOrDefault(CopyState.FAILED, 0L)
                        + states.getOrDefault(CopyState.CORRUPT, 0L)
                        + states.getOrDefault(CopyState.MISSING, 0L)
                > 0;
    }
}
