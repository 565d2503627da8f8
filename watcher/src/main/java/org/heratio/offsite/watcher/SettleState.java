package org.heratio.offsite.watcher;

import java.util.Objects;
import org.heratio.offsite.watcher.WriteProbe.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether one file is finished, from looks at it. It is when all looks over the quiet period found it unchanged and none found a
 * writer. No clock and no file in here; not safe for use by several threads. All times in milliseconds of one clock that never goes back.
 */
final class SettleState {
    private static final long FIRST_PAUSE = 100;

    /** The state of a file at one look. */
    record Look(long size, long mtimeNanos, @Nullable Object fileKey, Answer writers) {
        boolean sameFile(Look other) {
            return size == other.size && mtimeNanos == other.mtimeNanos && Objects.equals(fileKey, other.fileKey);
        }
    }

    /**
     * @param quiet how long it has to be still where the kernel tells about writers
     * @param longQuiet how long where it does not
     */
    record Rules(long quiet, long longQuiet) {}

    private final Rules rules;
    private boolean old;
    private @Nullable Look last;
    private boolean still;
    private long stillSince;
    private long pause;

    /**
     * @param old whether the file was last changed so long ago, when it was first seen, that the short period will do even where the kernel
     *     does not tell; that ends with the first change
     */
    SettleState(Rules rules, boolean old) {
        this.rules = rules;
        this.old = old;
    }

    /**
     * Takes note of a look.
     *
     * @param now when it was
     * @param longestPause how long to wait at most for the next look while somebody writes
     * @return how long to wait until the next look, or 0: it is finished
     */
    long observe(Look look, long now, long longestPause) {
        boolean changed = last != null && !look.sameFile(last);
        boolean first = last == null;
        old = old && !changed;
        last = look;
        if (look.writers() == Answer.WRITERS) {
            // the quiet period starts anew when the writer is gone: one who closes and opens again at once is still at
            // work
            still = false;
            pause = Math.min(Math.max(2 * pause, FIRST_PAUSE), longestPause);
            return pause;
        }
        if (first || changed || !still) {
            still = true;
            stillSince = now;
            pause = 0;
        }
        return Math.max(0, stillSince + needed(look) - now);
    }

    /** Something happened to the file: the next look need not wait for long. */
    void stirred() {
        pause = 0;
    }

    private long needed(Look look) {
        return switch (look.writers()) {
            case WRITERS, NONE -> rules.quiet();
            case UNKNOWN -> old ? rules.quiet() : rules.longQuiet();
        };
    }
}
