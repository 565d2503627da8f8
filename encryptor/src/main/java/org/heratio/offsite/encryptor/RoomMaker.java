package org.heratio.offsite.encryptor;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.IdlePayloads;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room in a full spool for archives that a destination takes: gives up payloads that wait for other destinations alone, and whose
 * archive is proved somewhere (ADR 85). Blocks. Safe for use by several threads.
 */
final class RoomMaker {
    private static final Logger LOG = LoggerFactory.getLogger(RoomMaker.class);

    /** A version whose payload was given up is looked at again after this time. */
    static final Duration UNTIL_TAKEN = Duration.ofMinutes(15);

    /** All archives that wait for room share a look that found none. */
    static final Duration REMEMBERED = Duration.ofSeconds(5);

    private final IdlePayloads idle;
    private final Set<String> drivers;
    private final Spool spool;
    private final LongSupplier nanoTime;
    /** By the destinations that the room was for. */
    private final Map<Set<String>, Refusal> refusals = new ConcurrentHashMap<>();

    /** @param drivers the destinations of this installation */
    RoomMaker(Ledger ledger, Collection<String> drivers, Spool spool, LongSupplier nanoTime) {
        this.idle = ledger.idlePayloads();
        this.drivers = Set.copyOf(drivers);
        this.spool = spool;
        this.nanoTime = nanoTime;
    }

    /**
     * A look for room that found too little.
     *
     * @param bytes those that were missing
     */
    private record Refusal(long bytes, long endNanos) {}

    /**
     * Makes room for a payload, if there is none and if a destination takes that payload: all that is missing, or nothing.
     *
     * @param copies those of its version
     * @param bytes its size, at most
     */
    void makeFor(Collection<Copy> copies, long bytes) throws FailureException {
        make(waitingAt(copies), bytes);
    }

    /** Makes room for the payload of a repair, likewise. */
    void makeForRepair(Copy damaged, long bytes) throws FailureException {
        make(drivers.contains(damaged.driver()) ? Set.of(damaged.driver()) : Set.of(), bytes);
    }

    private void make(Set<String> waiting, long bytes) throws FailureException {
        long missing = spool.missing(bytes);
        if (missing <= 0 || isRefused(waiting, missing)) {
            return;
        }
        List<Payload> given = giveUp(waiting, missing);
        if (given.isEmpty()) {
            refusals.put(waiting, new Refusal(missing, nanoTime.getAsLong() + REMEMBERED.toNanos()));
        }
        for (Payload payload : given) {
            removeFile(payload);
            LOG.info(
                    "gave up a payload that no destination takes now, to make room; it is made again version={}",
                    payload.versionId());
        }
    }

    private boolean isRefused(Set<String> waiting, long missing) {
        Refusal refusal = refusals.get(waiting);
        return refusal != null && missing >= refusal.bytes() && nanoTime.getAsLong() - refusal.endNanos() < 0;
    }

    private List<Payload> giveUp(Set<String> waiting, long missing) throws FailureException {
        Set<String> taking = waiting.isEmpty() ? Set.of() : idle.taking(drivers);
        return Collections.disjoint(waiting, taking) ? List.of() : idle.giveUp(spool.list(), missing, drivers, taking);
    }

    /**
     * Returns whether a payload that was given up is to be made again: a destination takes it, or one gets no other payload soon, and would
     * not be tried.
     *
     * @param copies those of its version
     */
    boolean isWanted(Collection<Copy> copies) throws FailureException {
        Set<String> waiting = waitingAt(copies);
        return waiting.isEmpty()
                || !idle.taking(waiting).isEmpty()
                || !idle.triedWithin(UNTIL_TAKEN, spool.list()).containsAll(waiting);
    }

    private Set<String> waitingAt(Collection<Copy> copies) {
        Set<String> waiting = new TreeSet<>();
        for (Copy copy : copies) {
            if (copy.state() == CopyState.PENDING && drivers.contains(copy.driver())) {
                waiting.add(copy.driver());
            }
        }
        return waiting;
    }

    /** Removes the file. If that fails, {@link SpoolKeeper} tries it again: the archive that needs the room is not to fail for it. */
    private void removeFile(Payload payload) {
        try {
            spool.remove(payload.spoolFile());
        } catch (FailureException e) {
            LOG.warn(
                    "{} stays in the spool for now: {}",
                    payload.spoolFile(),
                    e.failure().oneLine());
        }
    }
}
