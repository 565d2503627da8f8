package org.heratio.offsite.operations.notify;

/** A message or a ping that was not accepted. Its text is one line without a secret: no URL, no answer of the far side. */
final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1;

    private final Outcome outcome;

    DeliveryException(String text) {
        this(text, false);
    }

    /** @param refused whether the receiver would answer the same to each attempt */
    DeliveryException(String text, boolean refused) {
        this(text, refused ? Outcome.REFUSED : Outcome.FAILED);
    }

    private DeliveryException(String text, Outcome outcome) {
        super(text);
        this.outcome = outcome;
    }

    /** Returns what tells that some of the receivers accepted the message. */
    static DeliveryException partly(String text) {
        return new DeliveryException(text, Outcome.PARTLY);
    }

    boolean refused() {
        return outcome == Outcome.REFUSED;
    }

    /** Returns whether some got the message: another attempt would send it to them once more. */
    boolean isPartly() {
        return outcome == Outcome.PARTLY;
    }

    private enum Outcome {
        FAILED,
        REFUSED,
        PARTLY
    }
}
