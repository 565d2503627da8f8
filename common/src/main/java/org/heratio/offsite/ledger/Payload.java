package org.heratio.offsite.ledger;

/**
 * The bytes to ship for one version.
 *
 * @param spoolFile file name in the spool, or empty: then the payload is the archive itself
 * @param sha256 hex SHA-256 of the payload
 * @param size bytes of the payload
 * @param encrypted whether it is an OpenPGP message
 */
public record Payload(long id, long versionId, String spoolFile, String sha256, long size, boolean encrypted) {
    /** Returns whether the archive itself is shipped, without a file in the spool. */
    public boolean passesThrough() {
        return spoolFile.isEmpty();
    }
}
