package org.heratio.offsite.operations.restore;

import java.time.Instant;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;

/**
 * A version of an archive at one destination.
 *
 * @param localPath of the archive, like {@code modifiedAt}, {@code sizeBytes} and {@code sha256}
 * @param sha256 null if the archive was never read
 */
public record RestorableCopy(
        String localPath,
        Instant modifiedAt,
        long sizeBytes,
        @Nullable String sha256,
        String driver,
        CopyState state,
        boolean encrypted,
        String remotePath) {
    private static final long NANOS = 1_000_000_000L;

    static RestorableCopy of(Version version, Copy copy) {
        return new RestorableCopy(
                version.path(),
                Instant.ofEpochSecond(
                        Math.floorDiv(version.mtimeNanos(), NANOS), Math.floorMod(version.mtimeNanos(), NANOS)),
                version.size(),
                version.sha256(),
                copy.driver(),
                copy.state(),
                copy.encrypted(),
                copy.remotePath());
    }
}
