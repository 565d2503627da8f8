package org.heratio.offsite.operations.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The places that could not be read.
 *
 * @param total includes places that are not listed
 */
public record UnreadableReport(long total, List<Place> places) {
    private static final int LINES = 10;

    public UnreadableReport {
        places = List.copyOf(places);
    }

    /**
     * One of them.
     *
     * @param since the first scan that could not read it; null if only this process found it
     */
    public record Place(
            String localPath,
            String error,
            @Nullable String hint,
            @Nullable Instant since) {
        private static Place of(Unreadable.Place place) {
            Instant since = place.since() == 0 ? null : Instant.ofEpochMilli(place.since());
            return new Place(place.path(), place.reason(), place.hint(), since);
        }
    }

    /** Returns the report of what a scan or this process found. */
    public static UnreadableReport of(Unreadable unreadable) {
        return new UnreadableReport(
                unreadable.total(), unreadable.places().stream().map(Place::of).toList());
    }

    /** Returns the lines for people; none if everything could be read. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        places.stream().limit(LINES).forEach(place -> {
            lines.add("unreadable        " + Printable.of(place.error()));
            if (place.hint() != null) {
                lines.add("                  HINT: " + Printable.of(place.hint()));
            }
        });
        if (total > LINES) {
            lines.add("unreadable        " + (total - LINES) + " more places; --json lists them");
        }
        return lines;
    }
}
