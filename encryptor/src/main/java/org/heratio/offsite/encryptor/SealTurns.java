package org.heratio.offsite.encryptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
 * Gives archives their turn at the encryptor ({@link Lanes}), by what the ledger knows to wait. Looks into the ledger now and then, and only
 * while there is a queue: a single archive costs no look. Thread-safe.
 */
final class SealTurns {
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 20;
    private static final int HISTORY = 2_000;

    /** A message that comes so soon after the last one waited for it, most likely. */
    private static final long SOON = Duration.ofMillis(500).toNanos();

    private static final long BETWEEN_LOOKS = Duration.ofSeconds(1).toNanos();
    /** However slow the broker: a look for each so many messages. */
    private static final int MESSAGES = 20;
    /** What was committed in another order than it became due is found then. */
    private static final long FROM_THE_START = Duration.ofMinutes(1).toNanos();

    private final PendingWork work;
    private final Set<String> drivers;
    private final LongSupplier nanos;
    private final Lanes lanes = new Lanes();
    private final ReentrantLock looking = new ReentrantLock();

    // guarded by this
    private long lastEnd;
    private long lastLook;
    private int messages;

    // guarded by the lock of who looks
    private boolean remembered;
    private long started;
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
        long now = nanos.getAsLong();
        boolean end = false;
        for (int pages = 0; pages < MOST_PAGES && !end; pages++) {
            List<DueVersion> page = work.toSeal(drivers, read, PAGE);
            page.forEach(lanes::add);
            end = page.size() < PAGE;
            read = page.isEmpty() ? read : page.get(page.size() - 1);
        }
        if (end && now - started >= FROM_THE_START) {
            started = now;
            read = DueVersion.FIRST;
        }
        Optional<DueVersion> from = lanes.refill();
        if (from.isPresent()) {
            List<DueVersion> page = work.toSeal(drivers, from.get(), PAGE);
            page.forEach(lanes::add);
            if (page.size() == PAGE) {
                lanes.moreBehind(page.get(PAGE - 1), from.get().path());
            }
        }
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

    void wasGood(String path) {
        lanes.wasGood(path);
    }

    void failed(String path) {
        lanes.failed(path);
    }
}
