package org.heratio.offsite.operations.status;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Scans;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether anything goes on at all: a pipeline that never began, or that has stopped, leaves no failure in the ledger.
 *
 * @param present the archives in the backup directory; empty if it cannot be listed
 * @param lastScan when any process looked through the directory last; null if none did
 */
record Standstill(
        List<ArchiveFile> present,
        WaitingArchives waiting,
        @Nullable Instant lastScan,
        List<Alarm> alarms) {
    /** So many intervals may pass without a scan of a service: one may take long, or be late. */
    private static final int INTERVALS = 3;

    private static final Duration SLACK = Duration.ofMinutes(5);

    /** So long a service that has ended is missed where no limit is set. */
    private static final Duration MISSED = Duration.ofDays(2);

    Standstill {
        present = List.copyOf(present);
        alarms = List.copyOf(alarms);
    }

    /**
     * Looks at the directory and, for the archives in it, into the ledger. Blocks; reads no content.
     */
    static Standstill look(Ledger ledger, Settings settings, BackupInventory inventory, Instant now)
            throws FailureException {
        List<Alarm> alarms = new ArrayList<>();
        Optional<Scans.Last> last =
                ledger.scans().last(settings.paths().backups().toString());
        Optional<BackupInventory.Contents> contents = contents(inventory, alarms);
        boolean knowsArchives = ledger.overview().newestArchive() != null;
        boolean used = knowsArchives || last.isPresent();
        contents.flatMap(found -> ofDirectory(found, settings, knowsArchives)).ifPresent(alarms::add);
        if (!used) {
            alarms.add(Alarm.critical(
                    Alarm.Code.LEDGER_UNUSED,
                    "nothing was ever scanned or shipped with this ledger",
                    "run 'offsite replicate', or start 'offsite serve'; if one of them runs, this command has other settings:"
                            + " compare 'offsite config'"));
        } else if (contents.isPresent()) {
            ofScans(last, settings, now).ifPresent(alarms::add);
        }
        List<ArchiveFile> present =
                contents.map(BackupInventory.Contents::archives).orElse(List.of());
        Map<String, KnownArchive> known =
                ledger.versions().newest(present.stream().map(ArchiveFile::path).toList());
        WaitingArchives.Found waiting = WaitingArchives.look(ledger, settings, present, known, now);
        Optional.ofNullable(waiting.alarm()).ifPresent(alarms::add);
        Instant lastScan = last.filter(scan -> scan.at() > 0)
                .map(scan -> Instant.ofEpochMilli(scan.at()))
                .orElse(null);
        return new Standstill(present, waiting.waiting(), lastScan, alarms);
    }

    /** Returns what is there; empty, with an alarm, if the directory cannot be listed. */
    private static Optional<BackupInventory.Contents> contents(BackupInventory inventory, List<Alarm> alarms)
            throws FailureException {
        try {
            return Optional.of(inventory.look());
        } catch (FailureException e) {
            Failure failure = e.failure();
            if (failure.code() != ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE) {
                throw e;
            }
            alarms.add(Alarm.critical(Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE, failure.reason(), failure.hint()));
            return Optional.empty();
        }
    }

    /** Returns the alarm of a directory without an archive, if the ledger knows some: perhaps a disk is not mounted. */
    static Optional<Alarm> emptied(Ledger ledger, Settings settings, BackupInventory inventory)
            throws FailureException {
        return ledger.overview().newestArchive() == null
                ? Optional.empty()
                : ofDirectory(inventory.look(), settings, true);
    }

    private static Optional<Alarm> ofDirectory(
            BackupInventory.Contents contents, Settings settings, boolean knowsArchives) {
        if (!contents.archives().isEmpty() || contents.unreadable().total() > 0) {
            return Optional.empty();
        }
        Path backups = settings.paths().backups();
        if (contents.others() > 0) {
            String files = contents.others() == 1 ? "1 file" : contents.others() + " files";
            return Optional.of(
                    Alarm.critical(
                            Alarm.Code.NOTHING_INCLUDED,
                            "BACKUP_OFFSITE_INCLUDE=" + settings.watcher().include() + " includes none of the " + files
                                    + " in the backup directory " + backups,
                            "set BACKUP_OFFSITE_INCLUDE to patterns of the archives' names, and look at BACKUP_OFFSITE_RECURSIVE"));
        }
        return Optional.of(Alarm.critical(
                Alarm.Code.BACKUP_DIRECTORY_EMPTY,
                "the backup directory " + backups + " has no archive in it"
                        + (knowsArchives ? ", and the ledger knows some" : ""),
                "mount it, or set HERATIO_BACKUPS_PATH to where the backups are"));
    }

    private static Optional<Alarm> ofScans(Optional<Scans.Last> last, Settings settings, Instant now) {
        Path backups = settings.paths().backups();
        String start = "start 'offsite serve', or look at the cron job of 'offsite replicate'";
        if (last.isEmpty()) {
            return Optional.of(Alarm.critical(
                    Alarm.Code.NOT_SCANNED, "no scan of the backup directory " + backups + " is recorded", start));
        }
        Instant served = Instant.ofEpochMilli(last.get().served());
        Instant at = Instant.ofEpochMilli(Math.max(last.get().at(), last.get().served()));
        Duration interval =
                settings.watcher().scanInterval().multipliedBy(INTERVALS).plus(SLACK);
        Duration limit = settings.schedules().waitLimit();
        boolean ofService = at.equals(served);
        Duration allowed = limit == null ? ChronoUnit.FOREVER.getDuration() : limit;
        if (ofService && allowed.compareTo(interval) < 0) {
            allowed = interval;
        }
        Duration age = Duration.between(at, now);
        Duration sinceServed = Duration.between(served, now);
        if (age.compareTo(allowed) > 0) {
            return Optional.of(Alarm.critical(
                    Alarm.Code.NOT_SCANNED,
                    "the backup directory " + backups + " was scanned last at " + shown(at)
                            + ", which is longer ago than BACKUP_OFFSITE_WAIT_LIMIT",
                    start));
        }
        // a command that was run since changes nothing; after the limit, it is taken for a cron job
        if (last.get().served() > 0
                && sinceServed.compareTo(interval) > 0
                && (ofService || sinceServed.compareTo(limit == null ? MISSED : allowed) <= 0)) {
            return Optional.of(Alarm.critical(
                    Alarm.Code.PIPELINE_STOPPED,
                    "'offsite serve' scanned " + backups + " last at " + shown(served) + ", and no longer does",
                    "start it again, or look at its log"));
        }
        return Optional.empty();
    }

    private static Instant shown(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Returns whether the backup directory cannot be listed. */
    boolean unavailable() {
        return alarms.stream().anyMatch(alarm -> alarm.code() == Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE);
    }

    /** Returns what {@code offsite doctor} says of it; that the directory cannot be listed, it says by itself. */
    List<Finding> findings() {
        return alarms.stream().filter(Alarm::ofStandstill).map(Alarm::finding).toList();
    }
}
