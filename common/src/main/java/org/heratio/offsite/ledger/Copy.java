package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One version at one destination.
 *
 * @param remotePath what the destination calls it ({@code remote_path} of the public ledger), or empty before the first put is through
 * @param sha256 hex SHA-256 of the payload that lies there
 * @param size bytes of that payload
 * @param plain whether somebody asked for this one to be shipped without encryption although a passphrase is set
 * @param repairs how often it was found damaged since it was last proved
 * @param pendingPut what the last put that was begun wants there; null once it is through
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
        boolean plain,
        int repairs,
        @Nullable PendingPut pendingPut,
        @Nullable Long replicatedAt,
        @Nullable Long provedAt,
        @Nullable String errorCode,
        @Nullable String error) {
    /** How often a damaged copy is put right before a person has to look. */
    public static final int MAX_REPAIRS = 3;

    /** A put that is recorded before its first byte, so that a later attempt knows what an earlier one left. */
    public record PendingPut(String remotePath, String sha256, boolean encrypted) {}

    /** Returns whether the next put goes to another name, so that what lies at the destination now stays there. */
    public boolean staysBesideNext() {
        return shipped()
                && pendingPut != null
                && pendingPut.encrypted() == encrypted
                && !pendingPut.remotePath().equals(remotePath);
    }

    /** Returns whether it is damaged, and was not repaired too often without a proof since. */
    public boolean isRepairable() {
        return (state == CopyState.CORRUPT || state == CopyState.MISSING) && repairs < MAX_REPAIRS;
    }

    /** Returns whether there is something at the destination that was whole once. */
    public boolean shipped() {
        return replicatedAt != null;
    }
}
