package org.heratio.offsite.ledger;

/**
 * Work that the ledger knows to be unfinished, for which a message has to be on its way.
 *
 * @param copyId 0 for {@link Kind#SEAL}
 * @param payloadId 0 except for {@link Kind#UPLOAD}
 * @param driver empty for {@link Kind#SEAL}
 */
public record PendingTask(Kind kind, long versionId, String path, long copyId, long payloadId, String driver) {
    /** The stage that has to act. */
    public enum Kind {
        /** A settled version without payload, or with pending copies whose payload is gone. */
        SEAL,
        /** A pending copy with a payload. */
        UPLOAD,
        /** A replicated copy that was never proved. */
        VERIFY,
        /** A corrupt or missing copy, with repairs left. */
        REPAIR
    }
}
