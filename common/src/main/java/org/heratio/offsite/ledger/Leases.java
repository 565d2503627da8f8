package org.heratio.offsite.ledger;

import java.util.Optional;

/** The leases on versions and copies: one process works on a thing at a time. The rules of {@link Ledger} hold. */
public interface Leases {
    /** Takes the lease on a thing such as {@code version:12}; empty when another live process or thread has it. */
    Optional<Lease> take(String thing) throws LedgerException;

    /** Takes the lease {@code copy:<id>}, and reads the copy in the same transaction; empty when another has the lease. */
    Optional<Leased<CopyWork>> ofCopy(long copyId) throws LedgerException;

    /** Takes the lease {@code version:<id>}, and reads the version in the same transaction; empty when another has the lease. */
    Optional<Leased<VersionWork>> ofVersion(long versionId) throws LedgerException;
}
