package org.heratio.offsite.ledger;

import java.util.Optional;

/** The leases on versions and copies: one process works on a thing at a time. The rules of {@link Ledger} hold. */
public interface Leases {
    /** Takes the lease on a thing such as {@code version:12}; empty when another live process or thread has it. */
    Optional<Lease> take(String thing) throws LedgerException;
}
