package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One version of an archive: a path with one size and one modification time.
 *
 * @param sha256 hex SHA-256 of the archive itself, once it was read
 * @param remoteName the name at destinations, relative, without {@code .gpg}; unique among all versions that may be shipped
 * @param plain make no encrypted payload although a passphrase is set: somebody asked for that, for each copy that waits
 * @param overwrite ship over a copy of the same name ({@code --force})
 * @param landedAt epoch milliseconds when it was first seen
 * @param settledAt epoch milliseconds when it was found finished
 */
public record Version(
        long id,
        String path,
        String relativePath,
        long size,
        long mtimeNanos,
        VersionState state,
        @Nullable String sha256,
        String remoteName,
        boolean plain,
        boolean overwrite,
        long landedAt,
        long settledAt,
        @Nullable String errorCode,
        @Nullable String error) {

    /** The same version, called something else at a destination. */
    public Version withRemoteName(String name) {
        return new Version(
                id,
                path,
                relativePath,
                size,
                mtimeNanos,
                state,
                sha256,
                name,
                plain,
                overwrite,
                landedAt,
                settledAt,
                errorCode,
                error);
    }
}
