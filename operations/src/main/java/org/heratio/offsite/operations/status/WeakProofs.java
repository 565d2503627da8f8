package org.heratio.offsite.operations.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.WeakProof;
import org.jspecify.annotations.Nullable;

/**
 * The copies at the configured destinations whose proof does not count.
 *
 * @param doubted copies that could not be read back for {@link #PATIENCE} or longer
 * @param stale copies that were read back last before {@code BACKUP_OFFSITE_PROOF_MAX_AGE}
 */
public record WeakProofs(Copies doubted, Copies stale) {
    /** As long as one check of a copy is retried. A check that fails for longer says nothing of a moment. */
    static final Duration PATIENCE = Duration.ofHours(24);

    /**
     * Some copies.
     *
     * @param since when the first of them began to fail, or when the first of them was proved last; null if there are none
     */
    public record Copies(long copies, @Nullable Instant since) {
        private static Copies of(List<WeakProof> found, WeakProof.Why why) {
            List<Long> since = found.stream()
                    .filter(proof -> proof.why() == why)
                    .map(WeakProof::since)
                    .sorted()
                    .toList();
            return new Copies(since.size(), since.isEmpty() ? null : Instant.ofEpochMilli(since.get(0)));
        }
    }

    /** Returns the copies at the configured destinations whose proof does not count now. */
    static List<WeakProof> find(Ledger ledger, Settings settings, Instant now) throws LedgerException {
        Duration age = settings.schedules().proofMaxAge();
        long provedBefore = age == null ? 0 : now.minus(age).toEpochMilli();
        return ledger.view().weakProofs(now.minus(PATIENCE).toEpochMilli(), provedBefore).stream()
                .filter(proof -> settings.drivers().contains(proof.driver()))
                .toList();
    }

    static WeakProofs of(List<WeakProof> found) {
        return new WeakProofs(Copies.of(found, WeakProof.Why.FAILING), Copies.of(found, WeakProof.Why.OLD));
    }

    /** Looks into the ledger. */
    public static WeakProofs look(Ledger ledger, Settings settings, Instant now) throws LedgerException {
        return of(find(ledger, settings, now));
    }

    /** Returns a finding for each kind of them that there is. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (doubted.copies() > 0) {
            findings.add(Finding.fail(
                    doubted.copies() + " copies cannot be read back, the first since " + doubted.since(),
                    "look at the destination; 'offsite verify-integrity --all' tries again and says why"));
        }
        if (stale.copies() > 0) {
            findings.add(Finding.fail(
                    stale.copies()
                            + " copies were not read back for longer than BACKUP_OFFSITE_PROOF_MAX_AGE, the first since "
                            + stale.since(),
                    "run 'offsite verify-integrity --all', and look whether 'offsite serve' makes its sweeps"));
        }
        return findings;
    }
}
