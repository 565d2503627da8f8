package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One version at one destination.
 *
 * @param remotePath what the destination calls it ({@code remote_path} of the public ledger), or empty before the first put
 * @param sha256 hex SHA-256 of the payload that was, or is being, put there
 * @param size bytes of that payload
 * @param repairs how often it was found damaged since it was last proved
 * @param replicatedAt epoch milliseconds
 * @param provedAt epoch milliseconds of the last time that its bytes were read back and right
 */
public record Copy(
        long id,
        long versionId,
        String driver,
        CopyState state,
        String remotePath,
        @Nullable String sha256,
        long size,
        boolean encrypted,
        int repairs,
        @Nullable Long replicatedAt,
        @Nullable Long provedAt,
        @Nullable String errorCode,
        @Nullable String error) {}
