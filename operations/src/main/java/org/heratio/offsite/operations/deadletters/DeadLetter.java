package org.heratio.offsite.operations.deadletters;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.stage.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message that a stage gave up.
 *
 * @param queue the queue that holds it
 * @param stage whose work it was, or {@link #UNROUTED}
 * @param envelope with the headers that the stage wrote, if a stage gave the message up, and no more of the body than is shown
 * @param bodyBytes how much there is of the body
 */
public record DeadLetter(String queue, String stage, Envelope envelope, int bodyBytes) {
    /** Stands for the stage of work that no queue took. */
    public static final String UNROUTED = "unrouted";

    private static final int SHOWN_BODY = 4_096;

    /** Returns the summary of a letter, without its whole body: letters may be many, and large. */
    static DeadLetter of(String queue, String stage, Envelope whole) {
        byte[] body = whole.body();
        Envelope shown = body.length <= SHOWN_BODY
                ? whole
                : new Envelope(
                        whole.id(),
                        whole.type(),
                        whole.version(),
                        whole.routingKey(),
                        whole.headers(),
                        Arrays.copyOf(body, SHOWN_BODY));
        return new DeadLetter(queue, stage, shown, body.length);
    }

    /** The queue that it was for; where there is none, the one that holds it. */
    String workQueue() {
        return queue.replaceFirst("\\.dead$", "");
    }

    boolean unrouted() {
        return stage.equals(UNROUTED);
    }

    public String id() {
        return envelope.id();
    }

    /** Returns the error code; {@code UNROUTED} if no queue took it; a {@link BrokerDeadLetterReason} if the broker dead-lettered it. */
    public String code() {
        String given = envelope.headers().get(Headers.CODE);
        return unrouted() ? "UNROUTED" : given == null ? brokerReason().name() : given;
    }

    private BrokerDeadLetterReason brokerReason() {
        return BrokerDeadLetterReason.of(envelope.headers().get(BrokerDeadLetter.REASON));
    }

    private boolean givenUp() {
        return envelope.headers().containsKey(Headers.CODE);
    }

    public @Nullable String reason() {
        if (unrouted()) {
            return "no queue takes " + envelope.routingKey();
        }
        return givenUp()
                ? envelope.headers().get(Headers.REASON)
                : brokerReason().reason();
    }

    public @Nullable String hint() {
        if (unrouted()) {
            return "processes differ in BACKUP_OFFSITE_DRIVER, or a queue was deleted: put that right, then replay it";
        }
        return givenUp() ? envelope.headers().get(Headers.HINT) : brokerReason().hint();
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
        Long first = number(Headers.FIRST_FAILED_AT);
        return first == null ? lastFailedAt() : time(first);
    }

    /** ISO 8601 in UTC, or null. */
    public @Nullable String lastFailedAt() {
        return time(number(givenUp() ? Headers.LAST_FAILED_AT : BrokerDeadLetter.AT));
    }

    private static @Nullable String time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }

    /** Returns whether the stage is the wanted one; {@code uploader} is any uploader, {@code verifier} any verifier. */
    boolean isOf(String wanted) {
        return stage.equals(wanted) || stage.startsWith(wanted + ":");
    }

    /** Returns whether the code or the reason has the text in it, in any case. */
    boolean hasReason(String wanted) {
        String text = wanted.toLowerCase(Locale.ROOT);
        return code().toLowerCase(Locale.ROOT).contains(text)
                || String.valueOf(reason()).toLowerCase(Locale.ROOT).contains(text);
    }

    /** The message itself as text, a long one cut. */
    public String body() {
        byte[] shown = envelope.body();
        return new String(shown, StandardCharsets.UTF_8) + (shown.length < bodyBytes ? "…" : "");
    }

    /** Returns the same for JSON. */
    public DeadLetterView view() {
        return new DeadLetterView(
                id(),
                stage,
                workQueue(),
                envelope.type(),
                envelope.version(),
                code(),
                reason(),
                hint(),
                attempts(),
                firstFailedAt(),
                lastFailedAt(),
                bodyBytes,
                body());
    }
}
