package org.heratio.offsite.encryptor;

import org.jspecify.annotations.Nullable;

/** The result of an attempt to seal an archive. */
sealed interface Sealing {
    /**
     * A payload: durable in the spool, or the archive itself.
     *
     * @param sha256 hex SHA-256 of the archive
     * @param spoolFile file name in the spool, or empty when the payload is the archive itself
     * @param payloadSha256 hex SHA-256 of the payload
     * @param payloadSize bytes
     * @param unchecked what no gate could check of the archive; null when it was checked as a whole, or by its hash
     */
    record Sealed(
            String sha256,
            String spoolFile,
            String payloadSha256,
            long payloadSize,
            boolean encrypted,
            @Nullable String unchecked)
            implements Sealing {
        Sealed(String sha256, String spoolFile, String payloadSha256, long payloadSize, boolean encrypted) {
            this(sha256, spoolFile, payloadSha256, payloadSize, encrypted, null);
        }
    }

    /** The archive is not, or did not stay, the version that was meant. Nothing is left of the attempt. */
    record Changed(String why) implements Sealing {}

    /** The spool has no room now. */
    record NoRoom(String why) implements Sealing {}
}
