package org.heratio.offsite.ledger;

/**
 * A payload that the encryptor has sealed.
 *
 * @param archiveSha256 hex SHA-256 of the archive
 * @param spoolFile file name in the spool; empty when the payload is the archive itself
 * @param sha256 hex SHA-256 of the payload
 * @param size bytes of the payload
 */
public record SealedPayload(String archiveSha256, String spoolFile, String sha256, long size, boolean encrypted) {}
