package org.heratio.offsite.finding;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param text what was found
 * @param hint what to do, where something is not as it should be; or null
 */
public record Finding(Level level, String text, @Nullable String hint) {
    /** How bad it is. */
    public enum Level {
        OK("ok"),
        /** Worth a look, but archives are shipped and proved. */
        WARN("warn"),
        /** Archives are not shipped, or not proved. */
        FAIL("FAIL");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        /** For people. */
        public String word() {
            return word;
        }
    }

    /** As it should be. */
    public static Finding ok(String text) {
        return new Finding(Level.OK, text, null);
    }

    /** Worth a look. */
    public static Finding warn(String text, @Nullable String hint) {
        return new Finding(Level.WARN, text, hint);
    }

    /** In the way of the pipeline. */
    public static Finding fail(String text, @Nullable String hint) {
        return new Finding(Level.FAIL, text, hint);
    }

    /** Returns whether it is as it should be. */
    public boolean isOk() {
        return level == Level.OK;
    }

    /** The same of something, which is named before it. */
    public Finding of(String what) {
        return new Finding(level, what + " " + text, hint);
    }
}
