package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor of a driver found out.
 *
 * @param well whether it is as it should be; what is not keeps no copy from being made unless the doctor threw
 * @param text what was found
 * @param hint what could be done about it, or null
 */
public record DestinationFinding(
        boolean well, String text, @Nullable String hint) {
    /** As it should be. */
    public static DestinationFinding well(String text) {
        return new DestinationFinding(true, text, null);
    }

    /** Worth a look. */
    public static DestinationFinding not(String text, String hint) {
        return new DestinationFinding(false, text, hint);
    }
}
