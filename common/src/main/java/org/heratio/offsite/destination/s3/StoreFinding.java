package org.heratio.offsite.destination.s3;

import org.jspecify.annotations.Nullable;

/**
 * One thing that {@link S3Doctor} found out.
 *
 * @param well whether it is as it should be; what is not keeps no copy from being made unless {@link S3Doctor} threw
 * @param text what was found
 * @param hint what could be done about it, or null
 */
public record StoreFinding(
        boolean well, String text, @Nullable String hint) {
    static StoreFinding well(String text) {
        return new StoreFinding(true, text, null);
    }

    static StoreFinding not(String text, String hint) {
        return new StoreFinding(false, text, hint);
    }
}
