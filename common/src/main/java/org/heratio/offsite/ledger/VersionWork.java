package org.heratio.offsite.ledger;

import java.util.List;

/** A version and its copies, as the work on it needs them. */
public record VersionWork(Version version, List<Copy> copies) {
    public VersionWork {
        copies = List.copyOf(copies);
    }
}
