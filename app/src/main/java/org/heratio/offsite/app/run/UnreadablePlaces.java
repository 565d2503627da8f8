package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Unreadable;

/** Lists places whose archives no scan sees: those that the ledger recorded, and those that this process finds. */
public final class UnreadablePlaces {
    private UnreadablePlaces() {}

    /** Returns the places of the last scan, and the backup directory itself if it cannot be listed now. Blocks. */
    public static Unreadable recorded(Settings settings, Ledger ledger) throws FailureException {
        String root = root(settings);
        Unreadable recorded = ledger.unreadablePlaces().of(root);
        try {
            Inventories.of(settings).requireRoot();
            return recorded;
        } catch (FailureException e) {
            return union(recorded, ofRoot(root, e.failure()));
        }
    }

    /** Returns the places of the last scan, and those that this process finds in the whole directory. Blocks. */
    public static Unreadable found(Settings settings, Ledger ledger) throws FailureException {
        Unreadable recorded = ledger.unreadablePlaces().of(root(settings));
        return union(recorded, foundHere(settings));
    }

    /** Returns the places that this process finds. Blocks. */
    public static Unreadable foundHere(Settings settings) {
        try {
            return Inventories.of(settings).look().unreadable();
        } catch (FailureException e) {
            return ofRoot(root(settings), e.failure());
        }
    }

    private static String root(Settings settings) {
        return new BackupDirectory(settings.paths().backups()).root().toString();
    }

    private static Unreadable ofRoot(String root, Failure failure) {
        return new Unreadable(List.of(new Unreadable.Place(root, failure.reason(), failure.hint(), 0)), 1);
    }

    /** Merges two lists of mostly the same places. The larger number of places that are not listed counts. */
    private static Unreadable union(Unreadable first, Unreadable second) {
        List<Unreadable.Place> places = new ArrayList<>(first.places());
        Set<String> known = new HashSet<>();
        places.forEach(place -> known.add(place.path()));
        second.places().stream().filter(place -> known.add(place.path())).forEach(places::add);
        long total = Math.max(places.size(), Math.max(first.total(), second.total()));
        return new Unreadable(places.subList(0, Math.min(places.size(), Unreadable.LIMIT)), total);
    }
}
