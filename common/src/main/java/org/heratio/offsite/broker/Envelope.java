package org.heratio.offsite.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message as a broker sees it: properties, headers and opaque bytes.
 *
 * @param id unique per publication of an event; kept by retries and dead letters of that publication
 * @param type the event's type ({@link org.heratio.offsite.event.EventCodec})
 * @param version the version of that type's schema
 * @param routingKey the topic it was first published under
 * @param headers attempts, reasons and the like, named {@code x-offsite-…}: others may get lost on the way; never a secret
 * @param body JSON in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // envelopes are passed on, never compared
public record Envelope(
        String id, String type, int version, String routingKey, Map<String, String> headers, byte[] body) {
    public Envelope {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(routingKey, "routingKey");
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body, "body");
    }

    /** The same message with these headers over its own. */
    public Envelope withHeaders(Map<String, String> more) {
        HashMap<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Envelope(id, type, version, routingKey, all, body);
    }
}
