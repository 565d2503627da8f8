package org.heratio.offsite.operations.notify;

import java.time.Instant;
import org.heratio.offsite.operations.report.Json;
import org.jspecify.annotations.Nullable;

/**
 * A message as receivers get it: {@code docs/notify.md} describes its JSON, which only ever grows.
 *
 * @param type dotted, such as {@code copy.failed}
 * @param timestamp when it was made
 */
record Message(String type, Instant timestamp, Data data) {
    /**
     * What it tells.
     *
     * @param title one line, for a subject
     * @param text sentences for people
     * @param host that sends it
     * @param event where in its life the incident is
     * @param destination null where it is about no single one
     * @param code of the failure or the alarm; null for none
     * @param count how many facts there were so far; 0 where nothing is counted
     * @param since when it began; null where nothing began
     * @param durationSeconds how long it has lasted so far, or lasted; null where nothing began
     * @param archive the path of the first archive; null for none
     */
    record Data(
            String title,
            String text,
            String host,
            Event event,
            @Nullable String destination,
            @Nullable String code,
            long count,
            @Nullable Instant since,
            @Nullable Long durationSeconds,
            @Nullable String archive) {}

    /** Where in its life an incident is. */
    enum Event {
        BEGAN,
        /** More facts of the same kind were added. */
        GREW,
        /** It still lasts. */
        LASTS,
        ENDED,
        /** A message about no incident. */
        NONE
    }

    /** Returns a message about no incident. */
    static Message plain(String type, Instant now, String host, String title, String text) {
        return new Message(type, now, new Data(title, text, host, Event.NONE, null, null, 0, null, null, null));
    }

    String json() {
        return Json.line(this);
    }
}
