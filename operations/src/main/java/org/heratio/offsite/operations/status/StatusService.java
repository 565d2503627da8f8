package org.heratio.offsite.operations.status;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.WeakProof;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.inventory.UnreadableFinder;
import org.heratio.offsite.operations.keys.KnownKeys;
import org.heratio.offsite.operations.keys.UnknownKeys;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.jspecify.annotations.Nullable;

/** Counts archives and copies by state. Blocks. */
public final class StatusService {
    private final Settings settings;
    private final Ledger ledger;
    private final BackupInventory inventory;
    private final Clock clock;
    private final KnownKeys keys;

    public StatusService(Settings settings, Ledger ledger, BackupInventory inventory, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.inventory = inventory;
        this.clock = clock;
        this.keys = new KnownKeys(settings.encryption());
    }

    /** Returns the numbers as they are now. */
    public Status look() throws FailureException {
        Instant now = clock.instant();
        Standstill standstill = Standstill.look(ledger, settings, inventory, now);
        DeletedUnshipped deleted = deletedUnshipped(standstill.present(), now);
        Map<VersionState, Long> archives = new TreeMap<>(ledger.view().versionCounts());
        archives.computeIfPresent(VersionState.FAILED, (state, count) -> left(count, deleted.versions()));
        archives.computeIfPresent(VersionState.SEALED, (state, count) -> left(count, deleted.sealed()));
        Map<String, Map<CopyState, Long>> copies = new TreeMap<>(ledger.view().copyCounts());
        copies.forEach((driver, states) ->
                states.computeIfPresent(CopyState.FAILED, (state, count) -> left(count, deleted.copies(driver))));
        UnreadableReport unreadable = UnreadableReport.of(
                new UnreadableFinder(inventory, settings.paths().backups()).recorded(ledger.unreadablePlaces()));
        List<WeakProof> weak = WeakProofs.find(ledger, settings, now);
        List<WeakProof> failing = WeakProofs.failing(ledger, settings);
        WeakProofs proofs = WeakProofs.of(weak, failing);
        List<Alarm> alarms = new ArrayList<>(standstill.alarms());
        alarms.addAll(Failures.alarms(archives, configured(copies), proofs, unreadable));
        unknownKeys().ifPresent(alarms::add);
        alarms.addAll(NotifierHealth.alarms(settings, ledger.notices()));
        if (standstill.unavailable()) {
            // it is one of the places, too
            alarms.removeIf(alarm -> alarm.code() == Alarm.Code.PLACES_UNREADABLE);
        }
        long gone = archives(deleted);
        return new Status(
                alarms.stream().noneMatch(alarm -> alarm.severity() == Alarm.Severity.CRITICAL),
                archives,
                deleted.archives().size(),
                gone,
                safe(gone, now),
                copies,
                proofs,
                ledger.view().archivedCopies(),
                ledger.claims().counts(),
                unreadable,
                standstill.waiting(),
                standstill.lastScan(),
                alarms);
    }

    private DeletedUnshipped deletedUnshipped(List<ArchiveFile> present, Instant now) throws FailureException {
        List<FailedArchive> failed = ledger.view().failedWithoutCopy();
        return DeletedUnshipped.among(failed, settings.paths().backups(), present, now);
    }

    /** Returns what {@code offsite doctor} says of a pipeline that never began, or that has stopped. */
    public List<Finding> standstill() throws FailureException {
        return Standstill.look(ledger, settings, inventory, clock.instant()).findings();
    }

    /** Returns the alarm of a backup directory that has no archive, although the ledger knows some. */
    public Optional<Alarm> emptied() throws FailureException {
        return Standstill.emptied(ledger, settings, inventory);
    }

    /** Returns what {@code offsite doctor} says of the notifier. */
    public List<Finding> notifier() throws FailureException {
        return NotifierHealth.alarms(settings, ledger.notices()).stream()
                .map(alarm -> Finding.warn(alarm.text(), alarm.hint()))
                .toList();
    }

    /** Returns nothing without a passphrase: it may stand in Heratio's database, which does not answer. */
    private Optional<Alarm> unknownKeys() throws FailureException {
        return settings.encryption().passphrase() == null
                ? Optional.empty()
                : UnknownKeys.look(keys, ledger)
                        .text()
                        .map(text -> Alarm.critical(Alarm.Code.PASSPHRASE_UNKNOWN, text, UnknownKeys.HINT));
    }

    /** Returns the copies at the configured destinations. Those that were left behind at another one are not waited for. */
    private Map<String, Map<CopyState, Long>> configured(Map<String, Map<CopyState, Long>> copies) {
        Map<String, Map<CopyState, Long>> configured = new TreeMap<>(copies);
        configured.keySet().retainAll(settings.drivers());
        return configured;
    }

    /** Returns the number of archives whose newest version failed, and was deleted here. */
    private long archives(DeletedUnshipped deleted) throws FailureException {
        Map<String, KnownArchive> newest = ledger.versions()
                .newest(deleted.archives().stream().map(FailedArchive::path).toList());
        return newest.values().stream().filter(deleted::contains).count();
    }

    /** Counts in the database: the numbers cost no memory, however many archives the ledger knows. */
    private Status.Safe safe(long gone, Instant now) throws FailureException {
        List<String> drivers = settings.drivers();
        Map<Set<String>, Long> archives =
                ledger.overview().bySafePlaces(drivers, WeakProofs.provedBefore(ledger, settings, now));
        long all = archives.values().stream().mapToLong(Long::longValue).sum();
        return new Status.Safe(archives.getOrDefault(Set.copyOf(drivers), 0L), all - gone, drivers);
    }

    /** Null where nothing is left, as with states that nothing is in. */
    private static @Nullable Long left(long count, long deleted) {
        return count > deleted ? count - deleted : null;
    }
}
