package org.heratio.offsite.event;

/**
 * A payload lies in the spool (or is the archive itself): the uploader of one destination ships it.
 *
 * @param copyId the copy in the ledger that is to come into being
 * @param payloadId the payload in the ledger
 * @param driver the destination
 */
public record PayloadReady(long copyId, long payloadId, String driver) implements Event {
    public PayloadReady {
        Ids.require(copyId, "copyId");
        Ids.require(payloadId, "payloadId");
        Ids.requireName(driver, "driver");
    }

    @Override
    public String routingKey() {
        return "payload.ready." + driver;
    }
}
