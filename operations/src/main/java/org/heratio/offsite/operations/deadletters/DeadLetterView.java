package org.heratio.offsite.operations.deadletters;

import org.jspecify.annotations.Nullable;

/**
 * A dead letter as people see it.
 *
 * @param queue the queue that it was for
 * @param firstFailedAt ISO 8601 in UTC, or null
 * @param lastFailedAt ISO 8601 in UTC, or null
 * @param bodyBytes the size of the whole message, of which {@code body} may be the beginning
 */
public record DeadLetterView(
        String id,
        String stage,
        String queue,
        String type,
        int version,
        String code,
        @Nullable String reason,
        @Nullable String hint,
        @Nullable Long attempts,
        @Nullable String firstFailedAt,
        @Nullable String lastFailedAt,
        int bodyBytes,
        String body) {}
