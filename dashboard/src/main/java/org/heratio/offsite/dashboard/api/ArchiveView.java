package org.heratio.offsite.dashboard.api;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** One archive, for people. It gives the hint of each error code once, with the first version or copy that has it. */
final class ArchiveView {
    private final Set<String> hinted = new HashSet<>();

    record OfVersion(
            long id,
            String path,
            VersionState state,
            long sizeBytes,
            @Nullable String sha256,
            Instant mtime,
            Instant landedAt,
            Instant settledAt,
            @Nullable String error,
            @Nullable String hint) {}

    /** @param attempts how many have failed since the copy was shipped or proved last */
    record OfCopy(
            long id,
            String driver,
            CopyState state,
            String remotePath,
            long sizeBytes,
            @Nullable String sha256,
            boolean encrypted,
            @Nullable Instant replicatedAt,
            @Nullable Instant verifiedAt,
            @Nullable Instant proofFailingSince,
            int attempts,
            @Nullable String error,
            @Nullable String hint) {}

    /** An error as the ledger has it, in its two parts. */
    private record Told(@Nullable String error, @Nullable String hint) {}

    /** @param last the last failed attempt, if there is one */
    OfVersion version(Version version, Retries.@Nullable Attempt last) {
        long nanos = version.mtimeNanos();
        Told told = told(version.error(), last);
        return new OfVersion(
                version.id(),
                version.path(),
                version.state(),
                version.size(),
                version.sha256(),
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)),
                Instant.ofEpochMilli(version.landedAt()),
                Instant.ofEpochMilli(version.settledAt()),
                told.error(),
                told.hint());
    }

    /**
     * @param last the last failed attempt, if there is one
     * @param failing since when it cannot be read back, epoch milliseconds; null if it can
     */
    OfCopy copy(Copy copy, Retries.@Nullable Attempt last, @Nullable Long failing) {
        // a proof that fails leaves no error in the copy
        String error = copy.error() == null && failing != null && last != null ? last.reason() : copy.error();
        Told told = told(error, last);
        return new OfCopy(
                copy.id(),
                copy.driver(),
                copy.state(),
                copy.remotePath(),
                copy.size(),
                copy.sha256(),
                copy.encrypted(),
                time(copy.replicatedAt()),
                time(copy.provedAt()),
                time(failing),
                last != null && last.at() >= succeeded(copy) ? last.number() : 0,
                told.error(),
                told.hint());
    }

    private static long succeeded(Copy copy) {
        return Math.max(
                copy.replicatedAt() == null ? 0 : copy.replicatedAt(), copy.provedAt() == null ? 0 : copy.provedAt());
    }

    /** The ledger keeps an error as one line, with the hint behind it; only the attempt has both by themselves. */
    private Told told(@Nullable String error, Retries.@Nullable Attempt last) {
        if (error == null || last == null) {
            return new Told(error, null);
        }
        String hint = last.hint();
        String line = new Failure(ErrorCode.UNEXPECTED, last.reason(), hint).oneLine();
        if (!error.equals(line) && !error.equals(last.reason())) {
            return new Told(error, null);
        }
        String reason = new Failure(ErrorCode.UNEXPECTED, last.reason(), null).oneLine();
        return new Told(reason, hint != null && hinted.add(last.code()) ? hint : null);
    }

    private static @Nullable Instant time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
