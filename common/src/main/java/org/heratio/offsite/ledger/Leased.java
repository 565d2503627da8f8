package org.heratio.offsite.ledger;

import java.util.Optional;

/**
 * A lease with what it is for, as that was when the lease was taken: nobody else works on it since.
 *
 * @param work empty when the ledger has no such thing
 */
public record Leased<T>(Lease lease, Optional<T> work) {}
