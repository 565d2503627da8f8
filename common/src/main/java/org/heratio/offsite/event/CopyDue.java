package org.heratio.offsite.event;

/**
 * One copy of a sweep: the verifier reads it back.
 */
public record CopyDue(long copyId, String driver) implements Event {
    public CopyDue {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "copy.due";
    }
}
