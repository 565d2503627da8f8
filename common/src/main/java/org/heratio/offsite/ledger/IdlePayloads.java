package org.heratio.offsite.ledger;

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
     * Returns those of some payloads that can be given up. A copy of the version is VERIFIED at a configured destination, and can be read
     * back. Another one is PENDING. None waits for a destination that takes copies, or for its repair.
     *
     * @param spoolFiles names in the spool; the cost follows from their number
     * @param drivers the configured destinations; at least one
     * @param taking those of them that take copies
     */
    List<Payload> among(Collection<String> spoolFiles, Collection<String> drivers, Collection<String> taking)
            throws LedgerException;

    /**
     * Returns the destinations that some payload waits for.
     *
     * @param spoolFiles names in the spool; the cost follows from their number
     */
    Set<String> waitedFor(Collection<String> spoolFiles) throws LedgerException;

    /**
     * Deletes a payload, unless it cannot be given up any more, or a process ships it now. Its version is due at once: the next worker makes
     * the payload again, or waits. Returns whether it was deleted.
     */
    boolean giveUp(Payload payload, Collection<String> drivers, Collection<String> taking) throws LedgerException;
}
