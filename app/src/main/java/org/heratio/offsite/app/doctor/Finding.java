package org.heratio.offsite.app.doctor;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param hint what to do, where something is not as it should be
 */
public record Finding(Level level, String text, @Nullable String hint) {
    /** How bad it is. */
    public enum Level {
        OK("ok"),
        WARN("warn"),
        FAIL("FAIL");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text, null);
    }

    static Finding warn(String text, @Nullable String hint) {
        return new Finding(Level.WARN, text, hint);
    }

    static Finding fail(String text, @Nullable String hint) {
        return new Finding(Level.FAIL, text, hint);
    }
}
