package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A payload that the encryptor has sealed.
 *
 * @param archiveSha256 hex SHA-256 of the archive
 * @param spoolFile file name in the spool; empty when the payload is the archive itself
 * @param sha256 hex SHA-256 of the payload
 * @param size bytes of the payload
 * @param unchecked what could not be checked of the archive, for people; null when all of it was, or nothing was checked this time
 */
public record SealedPayload(
        String archiveSha256,
        String spoolFile,
        String sha256,
        long size,
        boolean encrypted,
        @Nullable String unchecked) {
    /** Makes one of an archive of which nothing has to be told. */
    public SealedPayload(String archiveSha256, String spoolFile, String sha256, long size, boolean encrypted) {
        this(archiveSha256, spoolFile, sha256, size, encrypted, null);
    }
}
