package org.heratio.offsite.turn;

import java.util.Iterator;
import java.util.Optional;
import java.util.TreeSet;
import org.heratio.offsite.ledger.DueVersion;
import org.jspecify.annotations.Nullable;

/**
 * Archives that take one turn together, as far as they are held. A lane of one job goes from its oldest archive to its newest one. A shared
 * lane, in which anything may wait, takes the oldest and the newest one by turns. Guarded by the lock of {@link Lanes}.
 */
final class Lane {
    static final int MOST_WAITING = 20;

    /** The last result of a lane. */
    enum Standing {
        GOOD,
        NEW,
        FAILING
    }

    final String key;

    /** The number of the last turn it had, or of the last turn before it began. */
    long served;

    /** True until its first turn. */
    boolean fresh = true;

    Standing standing;
    private final boolean shared;
    private final TreeSet<DueVersion> waiting = new TreeSet<>();
    private boolean newestNext = true;

    /** The first archive that the ledger has and that is not held, or null. */
    private @Nullable DueVersion more;

    Lane(String key, boolean shared, Standing standing, long served) {
        this.key = key;
        this.shared = shared;
        this.standing = standing;
        this.served = served;
    }

    boolean waits() {
        return !waiting.isEmpty();
    }

    boolean isUsedUp() {
        return waiting.isEmpty() && more == null;
    }

    /** Takes an archive in. Returns the one that has no room then, or empty. */
    Optional<DueVersion> add(DueVersion version) {
        waiting.add(version);
        if (waiting.size() <= MOST_WAITING) {
            return Optional.empty();
        }
        DueVersion dropped = shared ? middle() : waiting.last();
        waiting.remove(dropped);
        moreFrom(dropped);
        return Optional.of(dropped);
    }

    private DueVersion middle() {
        Iterator<DueVersion> middle = waiting.iterator();
        for (int i = 0; i < MOST_WAITING / 2; i++) {
            middle.next();
        }
        return middle.next();
    }

    void remove(DueVersion version) {
        waiting.remove(version);
    }

    /**
     * Takes its turn.
     *
     * @param own whether the message that came is of this lane
     * @return the archive that goes first, or empty for the one of the message
     */
    Optional<DueVersion> serve(long turn, boolean own) {
        served = turn;
        fresh = false;
        boolean newest = shared && newestNext;
        newestNext = !newestNext;
        if (waiting.isEmpty() || (own && !newest)) {
            return Optional.empty();
        }
        return Optional.of(newest ? waiting.last() : waiting.first());
    }

    /** Notes that the ledger has an archive of this lane, or may have some from there on. */
    void moreFrom(DueVersion version) {
        if (more == null || version.compareTo(more) < 0) {
            more = version;
        }
    }

    /** Returns whether nothing is held, and the ledger has more. */
    boolean needsMore() {
        return waiting.isEmpty() && more != null;
    }

    /** Returns the first archive that is not held, and forgets it. */
    Optional<DueVersion> takeMore() {
        Optional<DueVersion> first = Optional.ofNullable(more);
        more = null;
        return first;
    }
}
