package org.heratio.offsite.turn;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.stage.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * Gives archives their turn at a stage ({@link Lanes}), by what the ledger knows to wait. Looks into the ledger once a second while there is
 * a queue, and for every 20 messages in any case. Thread-safe.
 */
public abstract class Turns {
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 20;
    private static final int MOST_REMEMBERED = 10_000;

    /** A message that comes so soon after the last one waited for it, most likely. */
    private static final long SOON = Duration.ofMillis(500).toNanos();

    private static final long BETWEEN_LOOKS = Duration.ofSeconds(1).toNanos();
    /** A look for each so many messages, for a broker that is slow. */
    private static final int MESSAGES = 20;
    /** Finds by a new start what was committed in another order than it became due. */
    private static final long FROM_THE_START = Duration.ofMinutes(1).toNanos();
    /** Reading from the start again takes a tenth of the time, at most. */
    private static final long REST = 10;

    private final LongSupplier nanos;
    private final Lanes lanes = new Lanes();
    private final ReentrantLock looking = new ReentrantLock();

    // guarded by this
    private long lastEnd;
    private long lastLook;
    private int messages;
    /** The versions that were worked on before their own message came. */
    private final Set<Long> wentFirst = new LinkedHashSet<>();

    // guarded by the lock of who looks
    private long started;
    private long spent;
    /** The end of what was read on. */
    private DueVersion read = DueVersion.FIRST;

    /** The end of what was read of the pass from the start that goes on, or null. */
    private @Nullable DueVersion pass;

    /** @param nanos as {@link System#nanoTime} */
    protected Turns(LongSupplier nanos) {
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.lastEnd = now - SOON;
        this.lastLook = now - BETWEEN_LOOKS;
        this.started = now;
    }

    /**
     * Reads one page of what waits from the ledger. One thread at a time calls it.
     *
     * @param behind the end of the page before, or {@link DueVersion#FIRST}
     * @param limit how much at most
     */
    protected abstract DuePage page(DueVersion behind, int limit) throws LedgerException;

    /** Takes the message of a version into account, and looks into the ledger if it is time to. */
    protected final void lookIfDue() throws LedgerException {
        if (looks() && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
    }

    /** Returns whether anything waits, as far as the ledger was read. */
    protected final boolean anyWaits() {
        return lanes.holdsAny();
    }

    /** Returns the path of a version that waits, as far as the ledger was read; or empty. */
    protected final Optional<String> pathOf(long versionId) {
        return lanes.pathOf(versionId);
    }

    /** Returns the version whose turn it is, or empty for the one of the message. */
    protected final Optional<DueVersion> insteadOf(long versionId, String path) {
        return lanes.insteadOf(versionId, path);
    }

    private synchronized boolean looks() {
        long now = nanos.getAsLong();
        messages++;
        boolean queued = lanes.busy() || now - lastEnd < SOON;
        if (messages < MESSAGES && !(queued && now - lastLook >= BETWEEN_LOOKS)) {
            return false;
        }
        messages = 0;
        lastLook = now;
        return true;
    }

    private void look() throws LedgerException {
        readOn();
        Optional<Lanes.More> more = lanes.refill();
        if (more.isPresent()) {
            DuePage page = take(more.get().from());
            if (!page.end()) {
                lanes.moreBehind(page.last(), more.get().lane());
            }
        }
    }

    /** Reads on to the end. The pages that are left of a look are those of a pass from the start. */
    private void readOn() throws LedgerException {
        long begun = nanos.getAsLong();
        boolean end = false;
        int pages = 0;
        for (; pages < MOST_PAGES && !end; pages++) {
            DuePage page = take(read);
            end = page.end();
            read = page.last();
        }
        for (; pages < MOST_PAGES && pass != null; pages++) {
            DuePage page = take(pass);
            pass = page.end() || page.last().compareTo(read) >= 0 ? null : page.last();
        }
        long now = nanos.getAsLong();
        spent += now - begun;
        if (end && pass == null && now - started >= Math.max(FROM_THE_START, REST * spent)) {
            started = now;
            spent = 0;
            pass = DueVersion.FIRST;
        }
    }

    private DuePage take(DueVersion behind) throws LedgerException {
        DuePage page = page(behind, PAGE);
        page.due().forEach(lanes::add);
        return page;
    }

    /** Notes that a worker has a version in hand. */
    public final void began(long versionId) {
        lanes.began(versionId);
    }

    /** Notes that a worker is through with a version. */
    public final void ended(long versionId) {
        lanes.ended(versionId);
        synchronized (this) {
            lastEnd = nanos.getAsLong();
        }
    }

    /**
     * Returns whether this is the message of a version that this process has worked on already, in the turn of another one. Forgets that: a
     * message that comes once more is worked on.
     */
    public final synchronized boolean wentFirst(long versionId, Attempt attempt) {
        if (!attempt.ahead()) {
            return wentFirst.remove(versionId);
        }
        wentFirst.add(versionId);
        if (wentFirst.size() > MOST_REMEMBERED) {
            wentFirst.remove(wentFirst.iterator().next());
        }
        return false;
    }

    /** Notes that an archive was good. */
    public final void wasGood(String path) {
        lanes.wasGood(path);
    }

    /** Notes that an archive failed. */
    public final void failed(String path) {
        lanes.failed(path);
    }
}
