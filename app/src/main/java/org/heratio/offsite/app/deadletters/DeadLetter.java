package org.heratio.offsite.app.deadletters;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.stage.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message that a stage gave up.
 *
 * @param queue the work queue that it was for
 * @param stage who consumes that queue
 * @param envelope with the headers that the shell wrote; one that the server gave up by itself lacks them
 */
public record DeadLetter(String queue, String stage, Envelope envelope) {
    private static final int SHOWN_BODY = 4_096;

    public String id() {
        return envelope.id();
    }

    /** The error code, or {@code DELIVERED_TOO_OFTEN} when the server gave it up: processes died of it, or never answered. */
    public String code() {
        return envelope.headers().getOrDefault(Headers.CODE, "DELIVERED_TOO_OFTEN");
    }

    public @Nullable String reason() {
        return envelope.headers().get(Headers.REASON);
    }

    public @Nullable String hint() {
        return envelope.headers().get(Headers.HINT);
    }

    private @Nullable Long number(String header) {
        String text = envelope.headers().get(header);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    public @Nullable Long attempts() {
        return number(Headers.ATTEMPTS);
    }

    /** ISO 8601 in UTC, or null. */
    public @Nullable String firstFailedAt() {
        return time(number(Headers.FIRST_FAILED_AT));
    }

    /** ISO 8601 in UTC, or null. */
    public @Nullable String lastFailedAt() {
        return time(number(Headers.LAST_FAILED_AT));
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }

    /** Whether the stage is the wanted one; {@code uploader} is any uploader. */
    boolean isOf(String wanted) {
        return stage.equals(wanted) || stage.startsWith(wanted + ":");
    }

    /** Whether the code is the wanted one, or the reason has the text in it. */
    boolean hasReason(String wanted) {
        String text = wanted.toLowerCase(Locale.ROOT);
        return code().equalsIgnoreCase(wanted)
                || String.valueOf(reason()).toLowerCase(Locale.ROOT).contains(text);
    }

    /** The message itself as text, a long one cut. */
    public String body() {
        byte[] body = envelope.body();
        int shown = Math.min(body.length, SHOWN_BODY);
        return new String(body, 0, shown, StandardCharsets.UTF_8) + (shown < body.length ? "…" : "");
    }

    /** The object of {@code docs/json.md}. */
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("id", id());
        map.put("stage", stage);
        map.put("queue", queue);
        map.put("type", envelope.type());
        map.put("version", envelope.version());
        map.put("code", code());
        map.put("reason", reason());
        map.put("hint", hint());
        map.put("attempts", attempts());
        map.put("first_failed_at", firstFailedAt());
        map.put("last_failed_at", lastFailedAt());
        map.put("body_bytes", envelope.body().length);
        map.put("body", body());
        return map;
    }
}
