package org.heratio.offsite.watcher;

import java.time.Duration;
import org.heratio.offsite.stage.LastDue;

/**
 * How the watcher looks and how patient it is.
 *
 * @param quiet how long an archive has to be unchanged, where the kernel tells that nobody writes it
 * @param longQuiet how long it has to be unchanged where the kernel cannot tell (network mounts)
 * @param oldAfter an archive whose modification time is older than this when it is first seen needs only {@code quiet}
 *     there too; well above {@code longQuiet}, because the clock of a network file system may differ from ours and its
 *     attributes are cached for some seconds
 * @param scanInterval how often the whole directory is looked through
 * @param grace unfinished work of the ledger whose message is overdue by this is published again
 * @param scans the times at which scans are scheduled; each of them retries what failed, once
 * @param messagesDieWithProcess whether the broker lives in this process, so that its first scan publishes all
 *     unfinished work
 * @param repairs whether damaged copies are repaired without being asked
 * @param watchRetry how soon a lost watch is established again
 * @param threads how many threads look at files
 */
public record WatcherConfig(
        Duration quiet,
        Duration longQuiet,
        Duration oldAfter,
        Duration scanInterval,
        Duration grace,
        LastDue.Times scans,
        boolean messagesDieWithProcess,
        boolean repairs,
        Duration watchRetry,
        int threads) {

    public static final Duration QUIET = Duration.ofMillis(400);
    public static final Duration LONG_QUIET = Duration.ofSeconds(10);
    public static final Duration GRACE = Duration.ofMinutes(5);

    public WatcherConfig {
        requirePositive(quiet, "quiet");
        requirePositive(longQuiet, "longQuiet");
        requirePositive(scanInterval, "scanInterval");
        requirePositive(watchRetry, "watchRetry");
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    /**
     * The defaults around what an operator sets.
     *
     * @param quiet {@code BACKUP_OFFSITE_QUIET_PERIOD}; where it is longer than 10 s, that holds for network mounts too
     */
    public static WatcherConfig of(
            Duration quiet, Duration scanInterval, boolean messagesDieWithProcess, boolean repairs) {
        Duration longQuiet = quiet.compareTo(LONG_QUIET) > 0 ? quiet : LONG_QUIET;
        return new WatcherConfig(
                quiet,
                longQuiet,
                longQuiet.multipliedBy(30),
                scanInterval,
                GRACE,
                LastDue.Times.NEVER,
                messagesDieWithProcess,
                repairs,
                Duration.ofSeconds(5),
                3);
    }

    /** The same, with unfinished work published again when it is overdue by this. */
    public WatcherConfig withGrace(Duration other) {
        return with(other, scans);
    }

    /** The same, with scans that are scheduled at other times. */
    public WatcherConfig withScans(LastDue.Times other) {
        return with(grace, other);
    }

    private WatcherConfig with(Duration newGrace, LastDue.Times newScans) {
        return new WatcherConfig(
                quiet,
                longQuiet,
                oldAfter,
                scanInterval,
                newGrace,
                newScans,
                messagesDieWithProcess,
                repairs,
                watchRetry,
                threads);
    }

    private static void requirePositive(Duration duration, String what) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be more than nothing, not " + duration);
        }
    }
}
