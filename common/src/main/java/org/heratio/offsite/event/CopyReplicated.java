package org.heratio.offsite.event;

/**
 * A copy is at its destination, unproved: the verifier reads it back.
 */
public record CopyReplicated(long copyId, String driver) implements Event {
    public CopyReplicated {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "copy.replicated." + driver;
    }
}
