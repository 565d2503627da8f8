package org.heratio.offsite.broker;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor of a broker found out.
 *
 * @param text what was found
 * @param hint what could be done about it, or null
 */
public record BrokerFinding(
        Level level, String text, @Nullable String hint) {
    /** How bad it is. */
    public enum Level {
        WELL,
        /** Worth a look, but the pipeline runs. */
        NOTE,
        /** The pipeline does not run, or not safely. */
        FAULT
    }

    /** As it should be. */
    public static BrokerFinding well(String text) {
        return new BrokerFinding(Level.WELL, text, null);
    }

    /** Worth a look. */
    public static BrokerFinding note(String text, @Nullable String hint) {
        return new BrokerFinding(Level.NOTE, text, hint);
    }

    /** In the way of the pipeline. */
    public static BrokerFinding fault(String text, @Nullable String hint) {
        return new BrokerFinding(Level.FAULT, text, hint);
    }
}
