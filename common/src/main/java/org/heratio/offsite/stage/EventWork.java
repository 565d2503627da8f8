package org.heratio.offsite.stage;

import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;

/**
 * One event that a worker works on.
 *
 * @param message the message that came
 * @param envelope that of the event: the same message, unless that gave its turn to the event of another one
 */
record EventWork(Envelope message, Envelope envelope, Event event, StageHandler<Event> handler) {
    private static final int MOST_TEXT = 300;
    private static final int MOST_ID = 64;

    /** Returns whether the event goes before the message that came. */
    boolean ahead() {
        return !message.equals(envelope);
    }

    int attempt() {
        return Headers.attempt(envelope);
    }

    /** Returns what is worked on, for logs: the event, where it is not that of the message. */
    String text() {
        return ahead()
                ? shortened(event.toString(), MOST_TEXT) + ", before message " + id(message)
                : EventCodec.typeOf(event.getClass()) + " " + id(message);
    }

    /** Returns the id of a message, which may be as long as others please. */
    static String id(Envelope message) {
        return shortened(message.id(), MOST_ID);
    }

    private static String shortened(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }
}
