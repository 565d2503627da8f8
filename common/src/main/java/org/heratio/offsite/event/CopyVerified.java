package org.heratio.offsite.event;

/**
 * The bytes of a copy were read back and are right. A notification.
 *
 * @param size bytes that were read
 */
public record CopyVerified(long copyId, String driver, long size) implements Event {
    public CopyVerified {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "copy.verified";
    }
}
