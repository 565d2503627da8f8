package org.heratio.offsite.operations.notify;

/** Counts what the notifier does. Its methods are called by one thread, return at once, and throw nothing. */
public interface NotifyMeter {
    /** The end of one attempt to send a message. */
    enum Outcome {
        DELIVERED,
        /** It is tried again. */
        FAILED,
        GIVEN_UP
    }

    /** Counts an attempt by a channel. */
    void attempted(String channel, Outcome outcome);

    /** @param at when the receiver accepted a message last, in epoch milliseconds; 0 for never */
    void lastSuccess(String channel, long at);
}
