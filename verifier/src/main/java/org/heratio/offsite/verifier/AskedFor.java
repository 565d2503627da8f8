package org.heratio.offsite.verifier;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.stage.LastDue;
import org.jspecify.annotations.Nullable;

/**
 * Decides which copies a message makes the verifier read. Whoever may publish messages must not be able to command
 * traffic, which costs money: a message is believed as far as the ledger knows who asked. Thread-safe.
 *
 * <ul>
 * <li>A request of a command that waits for the copy: a proof since the request was opened is enough.
 * <li>The schedule: a proof since the last sweep was due is enough, or one of the last minutes.
 * <li>Nobody: a proof is enough that is younger than half the time between two sweeps.
 * </ul>
 *
 * <p>A copy without a proof is read once an hour, and as often as a failed check is retried, unless a request waits for
 * it.
 */
public final class AskedFor {
    private static final Duration LEAST_TRUST = Duration.ofHours(6);
    /** Clocks of hosts differ: the sweep of today may come before its time by the clock of this one. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private static final Duration WINDOW = Duration.ofHours(1);
    /** One message is tried five times within its first hour. Other messages for the copy count too. */
    private static final int ATTEMPTS = 6;
    /** Copies whose checks are remembered. */
    private static final int REMEMBERED = 50_000;

    private final Requests requests;
    private final LastDue sweep;
    private final Clock clock;
    private final Duration trust;

    /** A copy that is shipped again is another one. */
    private record Shipped(long copyId, @Nullable Long at) {
        static Shipped of(Copy copy) {
            return new Shipped(copy.id(), copy.replicatedAt());
        }
    }

    /** The checks of a copy within an hour. */
    private static final class Checks {
        private final long since;
        private int begun;
        private boolean ended;

        Checks(long since) {
            this.since = since;
        }
    }

    /** Oldest first. */
    private final Map<Shipped, Checks> recent = new LinkedHashMap<>();

    /**
     * @param clock as the ledger's
     * @param trust half the time between two sweeps; a proof of six hours is enough in any case
     * @param sweeps the times at which sweeps are scheduled on this host
     */
    public AskedFor(Ledger ledger, Clock clock, Duration trust, LastDue.Times sweeps) {
        this.requests = ledger.requests();
        this.sweep = new LastDue(Schedules.SWEEP, sweeps, ledger.schedules());
        this.clock = clock;
        this.trust = trust.compareTo(LEAST_TRUST) < 0 ? LEAST_TRUST : trust;
    }

    long now() {
        return clock.millis();
    }

    /** Returns whether the ledger knows the request of a sweep. */
    boolean isKnown(String requestId) throws LedgerException {
        return !requestId.isEmpty() && requests.isKnown(requestId);
    }

    /** Returns the time since which a proof is enough where no request waits for the copy; epoch milliseconds. */
    long provedSince() throws LedgerException {
        return provedSince(sweep.anywhere(now()));
    }

    private long provedSince(long due) {
        long scheduled = Math.min(due, now() - FRESH.toMillis());
        return Math.max(scheduled, now() - trust.toMillis());
    }

    /**
     * Returns whether the proof of a copy is enough for a message.
     *
     * @param askedAt what the message says, epoch milliseconds; null when it says nothing
     */
    boolean isProved(Copy copy, @Nullable Long askedAt) throws LedgerException {
        Long proved = copy.provedAt();
        return proved != null && isEnough(proved, askedAt) && !requests.awaitsCheck(copy.id());
    }

    private boolean isEnough(long proved, @Nullable Long askedAt) throws LedgerException {
        if (askedAt != null && proved >= askedAt) {
            // a message that waited for long: what it asks for has been done since
            return true;
        }
        // most of a sweep is read, and costs no question to the ledger
        return proved >= provedSince(sweep.here(now())) && proved >= provedSince();
    }

    /** Returns whether a copy without a proof may be read now; the attempt counts from here on. */
    boolean mayRead(Copy copy) throws LedgerException {
        return begin(copy) || requests.awaitsCheck(copy.id());
    }

    private synchronized boolean begin(Copy copy) {
        long now = now();
        Checks checks = recent.get(Shipped.of(copy));
        if (checks == null || now - checks.since >= WINDOW.toMillis() || now < checks.since) {
            checks = new Checks(now);
            recent.remove(Shipped.of(copy));
            recent.put(Shipped.of(copy), checks);
            if (recent.size() > REMEMBERED) {
                recent.remove(recent.keySet().iterator().next());
            }
        }
        if (checks.ended || checks.begun >= ATTEMPTS) {
            return false;
        }
        checks.begun++;
        return true;
    }

    /** A check of a copy without a proof came to a verdict. */
    synchronized void ended(Copy copy) {
        Checks checks = recent.get(Shipped.of(copy));
        if (checks != null) {
            checks.ended = true;
        }
    }
}
