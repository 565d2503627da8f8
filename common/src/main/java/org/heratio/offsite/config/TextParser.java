package org.heratio.offsite.config;

/** Turns the text of a setting into a value. */
public interface TextParser<T> {
    /** @throws BadValueException whose message does not hold the text of a secret */
    T parse(String text) throws BadValueException;
}
