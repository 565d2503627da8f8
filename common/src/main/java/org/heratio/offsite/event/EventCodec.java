package org.heratio.offsite.event;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into envelopes and back; the only place that knows about JSON. Thread-safe.
 *
 * <p>What comes in is not trusted: whatever is wrong with an envelope ends in a {@link FailureException}, never in an unchecked
 * one, and at most {@value #QUOTED} characters of it are quoted. Unknown fields are ignored, so that a newer process may add some;
 * everything else has to be as the record wants it.
 */
public final class EventCodec {
    /** Bodies beyond this are not even looked at, bytes. */
    public static final int MAX_BODY = 256 * 1024;

    /** The version of every type so far. */
    public static final int VERSION = 1;

    private static final int QUOTED = 200;

    private final ObjectMapper mapper = mapper();
    private final Map<String, Class<? extends Event>> types = types();

    /** The event as a message of its own, with a new id and no headers. */
    public Envelope encode(Event event) {
        try {
            return new Envelope(
                    UUID.randomUUID().toString(),
                    typeOf(event.getClass()),
                    VERSION,
                    event.routingKey(),
                    Map.of(),
                    mapper.writeValueAsBytes(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers became no JSON: " + event.getClass(), e);
        }
    }

    /**
     * The event that an envelope holds.
     *
     * @throws FailureException {@link ErrorCode#MESSAGE_UNKNOWN} for a type or version that this program does not know,
     *     {@link ErrorCode#MESSAGE_MALFORMED} for everything that is no event of its type
     */
    public Event decode(Envelope envelope) throws FailureException {
        Class<? extends Event> type = types.get(envelope.type());
        if (type == null || envelope.version() != VERSION) {
            throw new FailureException(
                    ErrorCode.MESSAGE_UNKNOWN,
                    "a message of type " + quote(envelope.type()) + " version " + envelope.version()
                            + " is not known here",
                    "a newer offsite may have sent it: upgrade this one, then replay the dead letter");
        }
        if (envelope.body().length > MAX_BODY) {
            throw malformed(
                    envelope, "its body has " + envelope.body().length + " bytes, " + MAX_BODY + " are allowed");
        }
        return read(envelope, type);
    }

    private Event read(Envelope envelope, Class<? extends Event> type) throws FailureException {
        Event event;
        try {
            event = mapper.readValue(envelope.body(), type);
        } catch (JsonProcessingException e) {
            throw malformed(envelope, e.getOriginalMessage());
        } catch (IOException | RuntimeException e) {
            throw malformed(envelope, e.getMessage());
        }
        if (event == null) {
            throw malformed(envelope, "its body is null");
        }
        return event;
    }

    /** The type on the wire: {@code archive-settled} for {@link ArchiveSettled}. */
    public static String typeOf(Class<? extends Event> event) {
        return event.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** Without a cause: a parser's exceptions quote the body at length, and would be logged with it. */
    private static FailureException malformed(Envelope envelope, @Nullable String why) {
        return new FailureException(
                ErrorCode.MESSAGE_MALFORMED,
                "a message is no " + quote(envelope.type()) + ": " + quote(String.valueOf(why)),
                "nothing of ours sends such a message: look who else may publish at the broker");
    }

    private static String quote(String text) {
        String plain = text.codePoints()
                .limit(QUOTED)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.length() > QUOTED ? plain.substring(0, QUOTED) : plain;
    }

    private static Map<String, Class<? extends Event>> types() {
        Map<String, Class<? extends Event>> types = new HashMap<>();
        for (Class<?> type : Event.class.getPermittedSubclasses()) {
            Class<? extends Event> event = type.asSubclass(Event.class);
            types.put(typeOf(event), event);
        }
        return Map.copyOf(types);
    }

    /** The names that earlier builds give constants of {@link ScanReason}. */
    private enum EarlierScanReason {
        @JsonAlias("OVERFLOW")
        RESCAN
    }

    private static ObjectMapper mapper() {
        return JsonMapper.builder()
                .addMixIn(ScanReason.class, EarlierScanReason.class)
                // paths may hold characters that are no valid Unicode; escaped they survive the way there and back
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }
}
