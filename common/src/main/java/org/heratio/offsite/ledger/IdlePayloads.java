package org.heratio.offsite.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The payloads that may make room in a full spool, since no destination takes them now (ADR 85). The rules of {@link Ledger} hold. */
public interface IdlePayloads {
    /**
     * Returns the destinations that take copies, as far as the ledger knows: fewer than three puts have failed there since the last copy
     * arrived, for a fault of the destination. The cost follows from the number of destinations.
     */
    Set<String> taking(Collection<String> drivers) throws LedgerException;

    /**
     * Returns the destinations that get a payload within some time: a pending copy there is due by then, and has a payload in the spool.
     *
     * @param spoolFiles names in the spool; the cost follows from their number
     */
    Set<String> triedWithin(Duration time, Collection<String> spoolFiles) throws LedgerException;

    /**
     * Deletes idle payloads until they make up enough bytes, in one transaction. If they do not suffice, it deletes none. The versions are due
     * at once: the next worker makes their payloads again, or waits.
     *
     * <p>A payload is idle if a copy of its version is VERIFIED at a configured destination and can be read back, and another one is PENDING.
     * None waits for a destination that takes copies, or for its repair. No process holds the lease of the version or of a copy.
     *
     * @param spoolFiles names in the spool; the cost follows from their number
     * @param bytes the size of the deleted payloads together, at least
     * @param drivers the configured destinations; at least one
     * @param taking those of them that take copies
     * @return the deleted payloads, whose files are left to the caller; empty if none was deleted
     */
    List<Payload> giveUp(
            Collection<String> spoolFiles, long bytes, Collection<String> drivers, Collection<String> taking)
            throws LedgerException;
}
