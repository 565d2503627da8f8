package org.heratio.offsite.broker.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.heratio.offsite.broker.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * One queue: what waits in it, in order, and who consumes it. All methods are called with the server's lock held.
 */
final class LocalQueue {
    /** By number of arrival, so that what is given back stands again where it stood. */
    private final TreeMap<Long, Envelope> waiting = new TreeMap<>();

    private final List<LocalConsumer> consumers = new ArrayList<>();
    private long arrivals;
    private int turn;

    void add(Envelope envelope) {
        waiting.put(arrivals++, envelope);
        pump();
    }

    void giveBack(long number, Envelope envelope) {
        waiting.put(number, envelope);
        pump();
    }

    void addConsumer(LocalConsumer consumer) {
        consumers.add(consumer);
        pump();
    }

    void removeConsumer(LocalConsumer consumer) {
        consumers.remove(consumer);
    }

    /** Hands out what can be handed out, to one consumer after the other. */
    void pump() {
        while (!waiting.isEmpty()) {
            LocalConsumer consumer = nextReady();
            if (consumer == null) {
                return;
            }
            var first = waiting.pollFirstEntry();
            consumer.take(first.getKey(), first.getValue());
        }
    }

    private @Nullable LocalConsumer nextReady() {
        for (int i = 0; i < consumers.size(); i++) {
            LocalConsumer consumer = consumers.get(turn++ % consumers.size());
            if (consumer.ready()) {
                turn %= consumers.size();
                return consumer;
            }
        }
        return null;
    }

    long depth() {
        return waiting.size();
    }

    int consumers() {
        return consumers.size();
    }

    List<Envelope> peek(int limit) {
        return waiting.values().stream().limit(limit).toList();
    }

    /** The message that waits behind that place, with its own. */
    Map.@Nullable Entry<Long, Envelope> next(long behind) {
        return waiting.higherEntry(behind);
    }

    @Nullable
    Envelope remove(long place) {
        return waiting.remove(place);
    }
}
