package org.heratio.offsite.ledger;

import java.util.List;

/** What the work on a version needs to know. */
public record VersionWork(Version version, List<Copy> copies) {
    public VersionWork {
        copies = List.copyOf(copies);
    }
}
