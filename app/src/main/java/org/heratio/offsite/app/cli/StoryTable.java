package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.operations.history.StoryEvent;
import org.heratio.offsite.text.Printable;

/** Prints the story of an archive for a terminal: one line for each event, and the reason of a failure below. */
final class StoryTable {
    private static final String LINE = "%-19s  %-10s  %-8s  %7s  %s%n";
    private static final String NONE = "-";

    private final DateTimeFormatter time;

    /** @param zone of the times */
    StoryTable(ZoneId zone) {
        time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    void print(List<StoryEvent> events, PrintStream out) {
        boolean several = events.stream().map(StoryEvent::path).distinct().count() > 1;
        if (!several) {
            out.println(Printable.of(events.get(0).path()));
        }
        out.printf(LINE, "TIME", "EVENT", "DRIVER", "VERSION", "BY");
        for (StoryEvent event : events) {
            out.printf(
                    LINE,
                    time.format(event.at()),
                    event.event().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    event.driver() == null ? NONE : event.driver(),
                    event.versionId() == null ? NONE : event.versionId(),
                    Printable.of(event.actor()));
            if (several) {
                out.println("    " + Printable.of(event.path()));
            }
            String detail = detail(event);
            if (!detail.isEmpty()) {
                out.println("    " + Printable.of(detail));
            }
        }
    }

    private static String detail(StoryEvent event) {
        String detail = event.detail() == null ? "" : event.detail();
        if (event.code() == null) {
            return detail;
        }
        return detail.isEmpty() ? event.code() : event.code() + ": " + detail;
    }
}
