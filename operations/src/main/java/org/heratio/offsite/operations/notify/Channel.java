package org.heratio.offsite.operations.notify;

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
}
