package org.heratio.offsite.event;

import java.util.Objects;
import org.heratio.offsite.failure.ErrorCode;

/**
 * An archive could not be made into a payload, for good. A notification.
 */
public record ArchiveFailed(long versionId, String path, ErrorCode code, String reason) implements Event {
    public ArchiveFailed {
        Ids.require(versionId, "versionId");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String routingKey() {
        return "archive.failed";
    }
}
