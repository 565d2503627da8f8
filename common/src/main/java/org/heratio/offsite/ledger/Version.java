package org.heratio.offsite.ledger;

import org.heratio.offsite.archive.ArchiveFile;
import org.jspecify.annotations.Nullable;

/**
 * One version of an archive: the bytes that a path had at one time.
 *
 * @param ctimeNanos {@linkplain ArchiveFile#ctimeNanos time of the last change} of the file; 0 where it is not known
 * @param sha256 hex SHA-256 of the archive itself, once it was read
 * @param sameAs the version whose copies hold the bytes of this one, which has none of its own; 0 where it has its own
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
        long ctimeNanos,
        VersionState state,
        @Nullable String sha256,
        long sameAs,
        String remoteName,
        boolean plain,
        boolean overwrite,
        long landedAt,
        long settledAt,
        @Nullable String errorCode,
        @Nullable String error) {

    /** Returns the version whose copies hold the bytes: this one, or the one that it is the same as. */
    public long holder() {
        return sameAs == 0 ? id : sameAs;
    }

    /** The same version, called something else at a destination. */
    public Version withRemoteName(String name) {
        return new Version(
                id,
                path,
                relativePath,
                size,
                mtimeNanos,
                ctimeNanos,
                state,
                sha256,
                sameAs,
                name,
                plain,
                overwrite,
                landedAt,
                settledAt,
                errorCode,
                error);
    }
}
