package org.heratio.offsite.watcher;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to become of an archive once it is finished.
 *
 * @param drivers the destinations it goes to
 * @param plain without encryption although a passphrase is set
 * @param force ship it even when it is not whole
 * @param requests the requests in the ledger that wait for it
 */
record Wish(Set<String> drivers, boolean plain, boolean force, Set<String> requests) {
    Wish {
        drivers = Set.copyOf(drivers);
        requests = Set.copyOf(requests);
    }

    static Wish of(Collection<String> drivers) {
        return new Wish(Set.copyOf(drivers), false, false, Set.of());
    }

    /** Both. */
    Wish and(Wish other) {
        return new Wish(
                union(drivers, other.drivers),
                plain || other.plain,
                force || other.force,
                union(requests, other.requests));
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> both = new TreeSet<>(a);
        both.addAll(b);
        return both;
    }
}
