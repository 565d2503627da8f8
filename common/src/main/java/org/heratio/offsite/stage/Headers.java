package org.heratio.offsite.stage;

import java.util.HashMap;
import java.util.Map;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.failure.Failure;

/** The headers that the shell writes on messages. What comes in with a message is not trusted: nonsense reads as if it were not there. */
public final class Headers {
    /** Which try the message is for: absent or 1 on the first. */
    public static final String ATTEMPT = "x-offsite-attempt";

    /** Epoch milliseconds of the first failed attempt. */
    public static final String FIRST_FAILED_AT = "x-offsite-first-failed-at";

    // on dead letters only
    public static final String LAST_FAILED_AT = "x-offsite-last-failed-at";
    public static final String CODE = "x-offsite-code";
    public static final String REASON = "x-offsite-reason";
    public static final String HINT = "x-offsite-hint";
    public static final String ATTEMPTS = "x-offsite-attempts";
    public static final String STAGE = "x-offsite-stage";
    public static final String QUEUE = "x-offsite-queue";

    private static final String OURS = "x-offsite-";
    private static final int MAX_ATTEMPT = 1_000_000;
    private static final int MAX_TEXT = 2_000;

    private Headers() {}

    /** The message as it was before anything failed: for replaying a dead letter. */
    public static Envelope withoutHistory(Envelope envelope) {
        Map<String, String> kept = new HashMap<>(envelope.headers());
        kept.keySet().removeIf(name -> name.startsWith(OURS));
        return new Envelope(
                envelope.id(), envelope.type(), envelope.version(), envelope.routingKey(), kept, envelope.body());
    }

    static int attempt(Envelope envelope) {
        long attempt = number(envelope, ATTEMPT, 1);
        return attempt < 1 || attempt > MAX_ATTEMPT ? 1 : (int) attempt;
    }

    /** Never in the future: a forged time must not make a message immortal. */
    static long firstFailedAt(Envelope envelope, long now) {
        long at = number(envelope, FIRST_FAILED_AT, now);
        return at <= 0 ? now : Math.min(at, now);
    }

    static Envelope again(Envelope envelope, int attempt, long firstFailedAt) {
        return envelope.withHeaders(
                Map.of(ATTEMPT, Integer.toString(attempt), FIRST_FAILED_AT, Long.toString(firstFailedAt)));
    }

    static Envelope dead(Envelope envelope, StageDefinition stage, int attempts, long now, Failure failure) {
        Map<String, String> note = new HashMap<>();
        note.put(CODE, failure.code().name());
        note.put(REASON, shortened(failure.reason()));
        if (failure.hint() != null) {
            note.put(HINT, shortened(failure.hint()));
        }
        note.put(ATTEMPTS, Integer.toString(attempts));
        note.put(FIRST_FAILED_AT, Long.toString(firstFailedAt(envelope, now)));
        note.put(LAST_FAILED_AT, Long.toString(now));
        note.put(STAGE, stage.name());
        note.put(QUEUE, stage.queue());
        return envelope.withHeaders(note);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private static long number(Envelope envelope, String header, long otherwise) {
        String text = envelope.headers().get(header);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
