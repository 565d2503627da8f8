package org.heratio.offsite.operations.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.UnreadablePlaces;

/** Lists places whose archives no scan sees: those that the ledger recorded, and those that this process finds. Blocks. */
public final class UnreadableFinder {
    private final BackupInventory inventory;
    private final BackupDirectory backups;

    /** @param backups the backup directory, which need not be there */
    public UnreadableFinder(BackupInventory inventory, Path backups) {
        this.inventory = inventory;
        this.backups = new BackupDirectory(backups);
    }

    /** Returns the places of the last scan, and the backup directory itself if it cannot be listed now. */
    public Unreadable recorded(UnreadablePlaces ledger) throws FailureException {
        Unreadable recorded = ledger.of(root());
        try {
            inventory.requireRoot();
            return recorded;
        } catch (FailureException e) {
            return union(recorded, ofRoot(e.failure()));
        }
    }

    /** Returns the places of the last scan, and those that this process finds in the whole directory. */
    public Unreadable found(UnreadablePlaces ledger) throws FailureException {
        Unreadable recorded = ledger.of(root());
        return union(recorded, foundHere());
    }

    /** Returns the places that this process finds. */
    public Unreadable foundHere() {
        try {
            return inventory.look().unreadable();
        } catch (FailureException e) {
            return ofRoot(e.failure());
        }
    }

    private String root() {
        return backups.root().toString();
    }

    private Unreadable ofRoot(Failure failure) {
        return new Unreadable(List.of(new Unreadable.Place(root(), failure.reason(), failure.hint(), 0)), 1);
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
