package org.heratio.offsite.ledger.jdbc;

import org.heratio.offsite.ledger.Lease;

/** A lease of ours. It counts as held for no longer than it was certainly renewed. */
final class HeldLease implements Lease {
    private final JdbcLeases leases;
    private final String thing;
    private final String token;
    private volatile long heldUntilNanos;
    private volatile boolean lost;

    HeldLease(JdbcLeases leases, String thing, String token, long heldUntilNanos) {
        this.leases = leases;
        this.thing = thing;
        this.token = token;
        this.heldUntilNanos = heldUntilNanos;
    }

    String thing() {
        return thing;
    }

    String token() {
        return token;
    }

    void renewedUntil(long nanos) {
        heldUntilNanos = nanos;
    }

    void lose() {
        lost = true;
    }

    @Override
    public boolean held() {
        return !lost && heldUntilNanos - System.nanoTime() > 0;
    }

    @Override
    public void close() {
        lost = true;
        leases.release(this);
    }
}
