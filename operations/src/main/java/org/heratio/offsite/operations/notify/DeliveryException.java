package org.heratio.offsite.operations.notify;

/** A message or a ping that was not accepted. Its text is one line without a secret: no URL, no answer of the far side. */
final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean refused;

    DeliveryException(String text) {
        this(text, false);
    }

    /** @param refused whether the receiver would answer the same to each attempt */
    DeliveryException(String text, boolean refused) {
        super(text);
        this.refused = refused;
    }

    boolean refused() {
        return refused;
    }
}
