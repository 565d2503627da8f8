package org.heratio.offsite.event;

/**
 * A copy is corrupt or missing: a payload is needed to put it right.
 */
public record RepairRequested(long copyId, String driver) implements Event {
    public RepairRequested {
        Ids.require(copyId, "copyId");
        Ids.requireName(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "repair.requested";
    }
}
