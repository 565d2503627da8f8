package org.heratio.offsite.watcher;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options with which an archive is shipped once it is finished.
 *
 * @param drivers the destinations it goes to
 * @param plain those of them where it goes without encryption although a passphrase is set
 * @param force ship it even when it is not whole
 * @param requests the requests in the ledger that wait for it
 */
record ShipOptions(Set<String> drivers, Set<String> plain, boolean force, Set<String> requests) {
    ShipOptions {
        drivers = Set.copyOf(drivers);
        plain = Set.copyOf(plain);
        requests = Set.copyOf(requests);
    }

    static ShipOptions of(Collection<String> drivers) {
        return new ShipOptions(Set.copyOf(drivers), Set.of(), false, Set.of());
    }

    /** Those of the destinations that get it encrypted, if there is a passphrase. */
    Set<String> encrypted() {
        Set<String> others = new TreeSet<>(drivers);
        others.removeAll(plain);
        return others;
    }

    /** Both. */
    ShipOptions and(ShipOptions other) {
        return new ShipOptions(
                union(drivers, other.drivers),
                union(plain, other.plain),
                force || other.force,
                union(requests, other.requests));
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> both = new TreeSet<>(a);
        both.addAll(b);
        return both;
    }
}
