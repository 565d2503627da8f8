package org.heratio.offsite.event;

import org.jspecify.annotations.Nullable;

/**
 * One copy of a sweep: the verifier reads it back.
 *
 * @param askedAt when the sweep was made, epoch milliseconds: for a request that waits for the copy, a proof since then is enough. Null when
 *     it is not known
 */
public record CopyDue(long copyId, String driver, @Nullable Long askedAt) implements Event {
    public CopyDue {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
    }

    /** Asked for at no known time. */
    public CopyDue(long copyId, String driver) {
        this(copyId, driver, null);
    }

    @Override
    public String routingKey() {
        return "copy.due." + driver;
    }
}
