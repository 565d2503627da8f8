package org.heratio.offsite.operations.status;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.WaitingCopies;
import org.jspecify.annotations.Nullable;

/**
 * The archives that have waited longer than {@code BACKUP_OFFSITE_WAIT_LIMIT} to be off-site and verified, without having failed.
 *
 * @param archives their number
 * @param since when the one that waits longest was seen first; null if there is none
 */
public record WaitingArchives(long archives, @Nullable Instant since) {
    static final WaitingArchives NONE = new WaitingArchives(0, null);

    /** What is found: the numbers, and the sentence that names the first of them. */
    record Found(WaitingArchives waiting, @Nullable Alarm alarm) {
        static final Found NOTHING = new Found(NONE, null);
    }

    /**
     * One of them.
     *
     * @param text which, and what it waits for as far as that is known
     */
    private record First(Instant since, String text) {}

    /**
     * Looks into the ledger, and at the files that it does not know.
     *
     * @param present the archives in the backup directory
     * @param known the newest version of each of their paths
     */
    static Found look(
            Ledger ledger,
            Settings settings,
            Collection<ArchiveFile> present,
            Map<String, KnownArchive> known,
            Instant now)
            throws LedgerException {
        Duration limit = settings.schedules().waitLimit();
        if (limit == null) {
            return Found.NOTHING;
        }
        Instant before = now.minus(limit);
        WaitingCopies copies = ledger.view().waiting(settings.drivers(), before.toEpochMilli());
        List<First> firsts = new ArrayList<>(present.stream()
                .map(file -> unknown(file, known.get(file.path()), before))
                .filter(file -> file.since().isBefore(before))
                .toList());
        long archives = copies.archives() + firsts.size();
        Optional.ofNullable(copies.first()).map(WaitingArchives::first).ifPresent(firsts::add);
        return firsts.stream()
                .min(Comparator.comparing(First::since))
                .map(first -> new Found(new WaitingArchives(archives, first.since()), alarm(archives, first)))
                .orElse(Found.NOTHING);
    }

    private static Alarm alarm(long archives, First first) {
        String counted = archives == 1 ? "1 archive has" : archives + " archives have";
        return Alarm.critical(
                Alarm.Code.ARCHIVES_WAITING,
                counted + " waited longer than BACKUP_OFFSITE_WAIT_LIMIT to be off-site and verified"
                        + (archives == 1 ? ", since " : ", the first since ")
                        + first.since().truncatedTo(ChronoUnit.SECONDS) + ": " + first.text(),
                "look whether 'offsite serve' or a cron job runs; 'offsite replicate' ships now, or says what each waits for");
    }

    private static First first(WaitingCopies.First waits) {
        String state = waits.shipped() ? " is not yet verified at " : " is not yet at ";
        String obstacle = waits.obstacle() == null ? "" : " (" + waits.obstacle() + ")";
        return new First(Instant.ofEpochMilli(waits.since()), waits.path() + state + waits.driver() + obstacle);
    }

    private static First unknown(ArchiveFile file, @Nullable KnownArchive known, Instant before) {
        if (known != null && known.describes(file)) {
            return new First(Instant.MAX, "");
        }
        Instant changed = instant(file.ctimeNanos() == 0 ? file.mtimeNanos() : file.ctimeNanos());
        if (known == null
                && changed.isAfter(before)
                && instant(file.mtimeNanos()).isAfter(before)) {
            // it is still being written: its times say nothing of when that began
            changed = createdAt(file, changed);
        }
        return new First(
                changed,
                file.path() + " is not settled: no scan has seen it as it is now, or its writer holds it open");
    }

    /** Returns when a file was created; its file system may not know. */
    private static Instant createdAt(ArchiveFile file, Instant otherwise) {
        try {
            return Files.readAttributes(Path.of(file.path()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .creationTime()
                    .toInstant();
        } catch (IOException | InvalidPathException e) {
            return otherwise;
        }
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
