package org.heratio.offsite.config;

import java.util.Objects;

/** A value that must never be printed. Whoever needs it says so by calling {@link #reveal()}. */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** The value itself, for the library that wants it; never for a message, a log or an argument list. */
    public String reveal() {
        return value;
    }

    /** The value as characters, of which the caller may clear his copy. */
    public char[] chars() {
        return value.toCharArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return Mask.HIDDEN;
    }
}
