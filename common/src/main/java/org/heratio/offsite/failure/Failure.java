package org.heratio.offsite.failure;

import java.util.Objects;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A failure, and its hint.
 *
 * @param code one of the stable codes; it carries the kind
 * @param reason what failed, on what; a sentence without a secret in it
 * @param hint what the operator can do about it, if anything is known
 */
public record Failure(
        ErrorCode code, String reason, @Nullable String hint) {
    public Failure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }

    /** Returns whether trying again may help. */
    public FailureKind kind() {
        return code.kind();
    }

    /** The failure as one line for people: the reason, and the hint behind it, without control characters. */
    public String oneLine() {
        String text = hint == null ? reason : reason + " (" + hint + ")";
        return Printable.of(text);
    }
}
