package org.heratio.offsite.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places in a backup directory that a scan could not look at. Archives may be in them, and are not shipped.
 *
 * @param places those that are noted, {@link #LIMIT} at most
 * @param total how many there are
 */
public record Unreadable(List<Place> places, long total) {
    /** How many places of a backup directory the ledger notes. */
    public static final int LIMIT = 1_000;

    public static final Unreadable NONE = new Unreadable(List.of(), 0);

    public Unreadable {
        places = List.copyOf(places);
        if (places.size() > LIMIT || places.size() > total) {
            throw new IllegalArgumentException(places.size() + " places of " + total);
        }
    }

    /**
     * A file, a directory, or something that may be either.
     *
     * @param path absolute
     * @param reason why it could not be looked at; a sentence that names the path
     * @param hint what the operator can do about it, if anything is known
     * @param since epoch milliseconds of the first scan that could not look at it; 0 for a scan that is not recorded
     */
    public record Place(
            String path, String reason, @Nullable String hint, long since) {}

    /** Returns the number of places that are not noted. */
    public long unnoted() {
        return total - places.size();
    }
}
