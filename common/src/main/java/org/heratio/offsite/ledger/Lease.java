package org.heratio.offsite.ledger;

/**
 * The sole right to work on one thing, for a while. It is renewed by a heartbeat of the ledger's until it is closed, and
 * expires by the database's clock when the process dies; a lease of a dead process on this host is taken over at once.
 */
public interface Lease extends AutoCloseable {
    /** Returns whether it is still ours: false after a heartbeat failed for longer than the lease lasts. */
    boolean held();

    /** Gives it back. Idempotent; never throws. */
    @Override
    void close();
}
