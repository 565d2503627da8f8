package org.heratio.offsite.operations.notify;

import org.slf4j.LoggerFactory;

/** A way to people. */
interface Channel {
    /** Returns its name in the ledger, in logs and for people, such as {@code webhook}. */
    String name();

    /**
     * Sends a message, and returns when its receiver has accepted it. Blocks for half a minute at most.
     *
     * @param id the same for each attempt
     * @param body JSON
     */
    void send(String id, String body) throws DeliveryException, InterruptedException;

    /** Does the same, and takes an error of this program for a failure of this channel, so that the others are tried. */
    default void attempt(String id, String body) throws DeliveryException, InterruptedException {
        try {
            send(id, body);
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Channel.class)
                    .error("a notification cannot be sent: channel={} message={}", name(), id, e);
            throw new DeliveryException("cannot be sent: " + e.getClass().getSimpleName());
        }
    }
}
