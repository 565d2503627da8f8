package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor of a driver found out.
 *
 * @param text what was found
 * @param hint what could be done about it, or null
 */
public record DestinationFinding(
        Level level, String text, @Nullable String hint) {
    /** How bad it is. */
    public enum Level {
        WELL,
        /** Worth a look, but copies can be made. */
        NOTE,
        /** Copies can't be made, or can't be proved. */
        FAULT
    }

    /** As it should be. */
    public static DestinationFinding well(String text) {
        return new DestinationFinding(Level.WELL, text, null);
    }

    /** Worth a look. */
    public static DestinationFinding not(String text, String hint) {
        return new DestinationFinding(Level.NOTE, text, hint);
    }

    /** In the way of copies. */
    public static DestinationFinding fault(String text, @Nullable String hint) {
        return new DestinationFinding(Level.FAULT, text, hint);
    }

    /** Whether it is as it should be. */
    public boolean well() {
        return level == Level.WELL;
    }
}
