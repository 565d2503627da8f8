package org.heratio.offsite.event;

import java.util.Objects;
import org.heratio.offsite.failure.ErrorCode;

/**
 * A copy could not be made, or is corrupt or missing. A notification.
 */
public record CopyFailed(long copyId, String driver, ErrorCode code, String reason) implements Event {
    public CopyFailed {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String routingKey() {
        return "copy.failed";
    }
}
