package org.heratio.offsite.app.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** Prints the places that could not be read, for people and as JSON. */
public record UnreadableReport(Unreadable unreadable) {
    private static final int LINES = 10;

    /** Returns the lines for people; none if everything could be read. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        unreadable.places().stream().limit(LINES).forEach(place -> {
            lines.add("unreadable        " + Printable.of(place.reason()));
            if (place.hint() != null) {
                lines.add("                  HINT: " + Printable.of(place.hint()));
            }
        });
        if (unreadable.total() > LINES) {
            lines.add("unreadable        " + (unreadable.total() - LINES) + " more places; --json lists them");
        }
        return lines;
    }

    /** Returns the object that {@code docs/json.md} describes. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("total", unreadable.total());
        tree.put(
                "places",
                unreadable.places().stream().map(UnreadableReport::tree).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> tree(Unreadable.Place place) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("local_path", place.path());
        tree.put("error", place.reason());
        tree.put("hint", place.hint());
        tree.put(
                "since",
                place.since() == 0 ? null : Instant.ofEpochMilli(place.since()).toString());
        return tree;
    }
}
