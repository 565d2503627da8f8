package org.heratio.offsite.encryptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.SealHistory;

/**
 * Gives archives their turn at the encryptor ({@link Lanes}), by what the ledger knows to wait. Looks into the ledger once a second while
 * there is a queue, and for every 20 messages in any case. Thread-safe.
 */
final class SealTurns {
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 20;
    private static final int HISTORY = 2_000;
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

    private final PendingWork work;
    private final Set<String> drivers;
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
    private boolean remembered;
    private long started;
    private long spent;
    private DueVersion read = DueVersion.FIRST;

    /**
     * @param drivers the destinations whose archives are sealed here
     * @param nanos as {@link System#nanoTime}
     */
    SealTurns(PendingWork work, Collection<String> drivers, LongSupplier nanos) {
        this.work = work;
        this.drivers = Set.copyOf(drivers);
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.lastEnd = now - SOON;
        this.lastLook = now - BETWEEN_LOOKS;
        this.started = now;
    }

    /** Returns the archive whose turn it is: this one, or another one that waits. */
    ArchiveSettled inTurn(ArchiveSettled event) throws LedgerException {
        if (looks() && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return lanes.insteadOf(event.versionId(), event.path())
                .map(other -> new ArchiveSettled(other.versionId(), other.path()))
                .orElse(event);
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
        if (!remembered) {
            List<SealHistory> last = new ArrayList<>(work.lastSeals(HISTORY));
            Collections.reverse(last);
            last.forEach(this::remember);
            remembered = true;
        }
        readOn();
        Optional<Lanes.More> more = lanes.refill();
        if (more.isPresent()) {
            List<DueVersion> page = take(more.get().from());
            if (page.size() == PAGE) {
                lanes.moreBehind(page.get(PAGE - 1), more.get().lane());
            }
        }
    }

    private void readOn() throws LedgerException {
        long begun = nanos.getAsLong();
        boolean end = false;
        for (int pages = 0; pages < MOST_PAGES && !end; pages++) {
            List<DueVersion> page = take(read);
            end = page.size() < PAGE;
            read = page.isEmpty() ? read : page.get(page.size() - 1);
        }
        long now = nanos.getAsLong();
        spent += now - begun;
        if (end && now - started >= Math.max(FROM_THE_START, REST * spent)) {
            started = now;
            spent = 0;
            read = DueVersion.FIRST;
        }
    }

    private List<DueVersion> take(DueVersion behind) throws LedgerException {
        List<DueVersion> page = work.toSeal(drivers, behind, PAGE);
        page.forEach(lanes::add);
        return page;
    }

    private void remember(SealHistory seal) {
        if (seal.good()) {
            lanes.wasGood(seal.path());
        } else {
            lanes.failed(seal.path());
        }
    }

    void began(long versionId) {
        lanes.began(versionId);
    }

    void ended(long versionId) {
        lanes.ended(versionId);
        synchronized (this) {
            lastEnd = nanos.getAsLong();
        }
    }

    /** Notes that a version is worked on before its own message comes. */
    synchronized void goesFirst(long versionId) {
        wentFirst.add(versionId);
        if (wentFirst.size() > MOST_REMEMBERED) {
            wentFirst.remove(wentFirst.iterator().next());
        }
    }

    /** Returns whether this process has worked on a version before its own message came, and forgets that. */
    synchronized boolean wentFirst(long versionId) {
        return wentFirst.remove(versionId);
    }

    void wasGood(String path) {
        lanes.wasGood(path);
    }

    void failed(String path) {
        lanes.failed(path);
    }
}
