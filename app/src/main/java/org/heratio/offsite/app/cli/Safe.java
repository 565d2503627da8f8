package org.heratio.offsite.app.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;

/**
 * How many archives have a verified copy of their newest version at every destination that is configured.
 *
 * @param of all archives that the ledger knows
 */
record Safe(long archives, long of, List<String> drivers) {
    static Safe of(Collection<KnownArchive> known, List<String> drivers) {
        long safe = known.stream()
                .filter(archive ->
                        drivers.stream().allMatch(driver -> archive.copies().get(driver) == CopyState.VERIFIED))
                .count();
        return new Safe(safe, known.size(), drivers);
    }

    String words() {
        return archives + " of " + of + " archives: verified at " + String.join(", ", drivers);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("archives", archives);
        tree.put("of", of);
        tree.put("drivers", drivers);
        return tree;
    }
}
