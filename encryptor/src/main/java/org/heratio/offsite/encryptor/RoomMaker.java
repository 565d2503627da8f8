package org.heratio.offsite.encryptor;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Sizes;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.IdlePayloads;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room in a full spool for archives that a destination takes: gives up payloads that wait for other destinations alone, and whose
 * archive is proved somewhere (ADR 85). Blocks, and serves any number of worker threads, one at a time.
 */
public final class RoomMaker {
    private static final Logger LOG = LoggerFactory.getLogger(RoomMaker.class);

    private final IdlePayloads idle;
    private final Leases leases;
    private final Set<String> drivers;
    private final Spool spool;

    /** @param drivers the destinations of this installation */
    public RoomMaker(Ledger ledger, Collection<String> drivers, Spool spool) {
        this.idle = ledger.idlePayloads();
        this.leases = ledger.leases();
        this.drivers = Set.copyOf(drivers);
        this.spool = spool;
    }

    /**
     * Makes room for a payload, if there is none and if a destination takes that payload: all that is missing, or nothing.
     *
     * @param copies those of its version
     * @param bytes its size, at most
     */
    synchronized void makeFor(Collection<Copy> copies, long bytes) throws FailureException, InterruptedException {
        long missing = spool.missing(bytes);
        if (missing <= 0) {
            return;
        }
        Set<String> taking = idle.taking(drivers);
        if (waitingAt(copies).stream().noneMatch(taking::contains)) {
            return;
        }
        List<Payload> candidates = idle.among(spool.list(), drivers, taking);
        if (candidates.stream().mapToLong(Payload::size).reduce(0, Sizes::plus) < missing) {
            return;
        }
        for (Payload candidate : candidates) {
            if (missing > 0 && gaveUp(candidate, taking)) {
                missing -= candidate.size();
            }
        }
    }

    /**
     * Returns whether a payload that was given up is to be made again: a destination takes it, or one has no payload left to try whether it
     * takes any.
     *
     * @param copies those of its version
     */
    boolean isWanted(Collection<Copy> copies) throws FailureException {
        Set<String> waiting = waitingAt(copies);
        if (waiting.isEmpty() || !idle.taking(waiting).isEmpty()) {
            return true;
        }
        Set<String> tried = idle.waitedFor(spool.list());
        return !tried.containsAll(waiting);
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

    private boolean gaveUp(Payload payload, Set<String> taking) throws FailureException, InterruptedException {
        Optional<Leased<VersionWork>> leased = leases.ofVersion(payload.versionId());
        if (leased.isEmpty()) {
            return false;
        }
        try (var lease = leased.get().lease()) {
            // the ledger forgets first: a file that it counts on must not be gone
            if (!lease.held() || !idle.giveUp(payload, drivers, taking)) {
                return false;
            }
            removeFile(payload);
            LOG.info(
                    "gave up a payload that waits for {} alone, to make room; it is made again version={}",
                    leased.get().work().map(work -> waitingAt(work.copies())).orElse(Set.of()),
                    payload.versionId());
            return true;
        }
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
