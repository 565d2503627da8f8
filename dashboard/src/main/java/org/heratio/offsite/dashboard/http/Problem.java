package org.heratio.offsite.dashboard.http;

import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is an error, as RFC 9457 has it.
 *
 * @param title the same for each problem with this code
 * @param detail what is wrong this time; without a secret in it
 * @param code stable, for programs
 * @param hint what to do about it, or null
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @Nullable String hint) {
    /** Makes one whose code says all that its type would. */
    public Problem(int status, String code, String title, String detail, @Nullable String hint) {
        this("about:blank", title, status, detail, code, hint);
    }
}
