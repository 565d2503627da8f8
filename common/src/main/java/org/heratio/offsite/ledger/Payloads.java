package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;

/** The payloads in the spool: what the encryptor made of a version, until no copy needs it. The rules of {@link Ledger} hold. */
public interface Payloads {
    /** Returns a payload, or empty where there is none. */
    Optional<Payload> find(long payloadId) throws LedgerException;

    /** Returns the payload of a version, in the spool or passing through; empty where there is none. */
    Optional<Payload> ofVersion(long versionId) throws LedgerException;

    /**
     * Records the payload of a version: SETTLED → SEALED. Also gives a SEALED version a payload in place of a deleted one, for repairs.
     *
     * @param sha256 of the archive
     * @return the payload; empty when the version was not in a state to be sealed, or has to be encrypted by now
     */
    default Optional<Payload> record(
            long versionId, String sha256, String spoolFile, String payloadSha256, long payloadSize, boolean encrypted)
            throws LedgerException {
        SealResult result =
                record(versionId, new SealedPayload(sha256, spoolFile, payloadSha256, payloadSize, encrypted));
        return result.taken() ? result.payload() : Optional.empty();
    }

    /** Records the payload of a version as above, and returns the tasks that follow from it. */
    SealResult record(long versionId, SealedPayload sealed) throws LedgerException;

    /** Returns the names of spool files with work left: a copy that is PENDING, or CORRUPT or MISSING with repairs left. */
    List<String> filesInUse() throws LedgerException;

    /** Deletes the payload whose file was deleted from the spool. */
    void fileDeleted(String spoolFile) throws LedgerException;

    /** Deletes a payload whose bytes were deleted or have changed. Idempotent. */
    void delete(long payloadId) throws LedgerException;

    /**
     * Deletes unencrypted payloads that no copy has uploaded yet, of versions that nobody asked to be shipped unencrypted. They were made
     * while no passphrase was set.
     *
     * @return how many were deleted
     */
    int deleteUnwantedPlain() throws LedgerException;
}
