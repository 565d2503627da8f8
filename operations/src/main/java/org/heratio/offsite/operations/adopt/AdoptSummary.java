package org.heratio.offsite.operations.adopt;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.jspecify.annotations.Nullable;

/**
 * Counts Heratio's rows by the results of their comparison.
 *
 * @param rows all rows
 * @param known rows that the ledger has its own copies for
 * @param counts the claims by verdict
 * @param unencrypted matching copies that are not encrypted
 * @param adopted copies that were taken into the ledger; null if nobody asked for it
 * @param unshipped archives that no row claims
 */
public record AdoptSummary(
        String command,
        boolean ok,
        int rows,
        int known,
        @JsonUnwrapped Counts counts,
        long unencrypted,
        @Nullable Integer adopted,
        List<Row> claims,
        List<Archive> unshipped,
        UnreadableReport unreadable) {
    public AdoptSummary {
        claims = List.copyOf(claims);
        unshipped = List.copyOf(unshipped);
    }

    /** The number of claims for each {@link Claim.Verdict}. */
    public record Counts(
            long unproved,
            long intact,
            long missing,
            long different,
            long foreign,
            long failed,
            long elsewhere,
            long unreachable) {
        static Counts of(List<Claim> claims) {
            return new Counts(
                    of(claims, Claim.Verdict.UNPROVED),
                    of(claims, Claim.Verdict.INTACT),
                    of(claims, Claim.Verdict.MISSING),
                    of(claims, Claim.Verdict.DIFFERENT),
                    of(claims, Claim.Verdict.FOREIGN),
                    of(claims, Claim.Verdict.FAILED),
                    of(claims, Claim.Verdict.ELSEWHERE),
                    of(claims, Claim.Verdict.UNREACHABLE));
        }

        static long of(List<Claim> claims, Claim.Verdict verdict) {
            return claims.stream().filter(claim -> claim.verdict() == verdict).count();
        }
    }

    /**
     * A row of Heratio's.
     *
     * @param detail what is wrong or cannot be known, or null
     * @param local the state of the archive here: {@code there}, {@code gone}, {@code changed} or {@code unsure}
     */
    public record Row(
            String localPath,
            String driver,
            String remotePath,
            long sizeBytes,
            String status,
            boolean encrypted,
            Claim.Verdict result,
            @Nullable String detail,
            String local) {}

    /** An archive in the backup directory. */
    public record Archive(String localPath, long sizeBytes) {}
}
