package org.heratio.offsite.config;

/** A text that is not of the type that is wanted. The message is put behind the setting's name, and never holds the text of a secret. */
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public BadValueException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** Returns what to do. */
    public String hint() {
        return hint;
    }
}
