package org.heratio.offsite.operations.notify;

/** A message or a ping that was not accepted. Its text is one line without a secret: no URL, no answer of the far side. */
final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1;

    DeliveryException(String text) {
        super(text);
    }
}
