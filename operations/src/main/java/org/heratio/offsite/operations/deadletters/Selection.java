package org.heratio.offsite.operations.deadletters;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant: those that fit all that is given.
 *
 * @param ids whole ids, or how they begin; empty for any
 * @param stage {@code encryptor}, {@code uploader}, {@code uploader:s3}, {@code verifier}, {@code verifier:s3}, …
 * @param reason a part of the error code or of the reason, in any case
 */
public record Selection(
        List<String> ids, @Nullable String stage, @Nullable String reason) {
    public Selection {
        ids = List.copyOf(ids);
    }

    boolean fits(DeadLetter letter) {
        return (ids.isEmpty() || ids.stream().anyMatch(letter.id()::startsWith))
                && (stage == null || letter.isOf(stage))
                && (reason == null || letter.hasReason(reason));
    }
}
