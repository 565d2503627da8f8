package org.heratio.offsite.operations.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.ledger.WeakProof;
import org.jspecify.annotations.Nullable;

/**
 * The copies at the configured destinations whose proof does not count.
 *
 * @param failing copies whose last read-back failed; those in {@code doubted} are among them
 * @param doubted copies that could not be read back for {@link #PATIENCE} or longer
 * @param stale copies that were read back last before {@code BACKUP_OFFSITE_PROOF_MAX_AGE}; none where no sweep is
 *     scheduled, unless that setting is given
 */
public record WeakProofs(Copies failing, Copies doubted, Copies stale) {
    /** A check of a copy is retried for 24 hours, and its last attempt may begin a few seconds before they end. */
    public static final Duration PATIENCE = Duration.ofHours(24).minusMinutes(1);

    /**
     * Some copies.
     *
     * @param since when the first of them began to fail, or when the first of them was proved last; null if there are
     *     none
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

        private String counted() {
            return copies == 1 ? "1 copy" : copies + " copies";
        }

        /** Returns {@code since} as the end of a sentence. */
        private String from(String preposition) {
            return (copies == 1 ? " " : ", the first ") + preposition + " " + since;
        }
    }

    /** Returns the copies at the configured destinations whose proof does not count now. */
    static List<WeakProof> find(Ledger ledger, Settings settings, Instant now) throws LedgerException {
        return configured(ledger.view().weakProofs(PATIENCE, provedBefore(ledger, settings, now)), settings);
    }

    /** Returns the time, in epoch milliseconds, before which proofs are too old; 0 where they need not become newer. */
    public static long provedBefore(Ledger ledger, Settings settings, Instant now) throws LedgerException {
        Duration age = settings.schedules().proofMaxAge();
        return age == null || !areMadeAnew(ledger, settings)
                ? 0
                : now.minus(age).toEpochMilli();
    }

    /** Returns the copies at the configured destinations whose read-back failed since the last one that succeeded. */
    static List<WeakProof> failing(Ledger ledger, Settings settings) throws LedgerException {
        return configured(ledger.view().weakProofs(Duration.ZERO, 0), settings);
    }

    private static List<WeakProof> configured(List<WeakProof> found, Settings settings) {
        return found.stream()
                .filter(proof -> settings.drivers().contains(proof.driver()))
                .toList();
    }

    /**
     * Returns whether proofs have to become newer: a sweep is scheduled here, and some process has begun to see to it,
     * or somebody says how old they may be. A crontab may read each copy back only once, as Heratio's does.
     */
    private static boolean areMadeAnew(Ledger ledger, Settings settings) throws LedgerException {
        return !settings.origin(Setting.BACKUP_OFFSITE_PROOF_MAX_AGE).equals(Origin.DEFAULT)
                || (settings.schedules().sweep() != null
                        && ledger.schedules().doneUntil(Schedules.SWEEP).isPresent());
    }

    static WeakProofs of(List<WeakProof> found, List<WeakProof> failing) {
        return new WeakProofs(
                Copies.of(failing, WeakProof.Why.FAILING),
                Copies.of(found, WeakProof.Why.FAILING),
                Copies.of(found, WeakProof.Why.OLD));
    }

    /** Looks into the ledger. */
    public static WeakProofs look(Ledger ledger, Settings settings, Instant now) throws LedgerException {
        return of(find(ledger, settings, now), failing(ledger, settings));
    }

    /** Returns a finding for each kind of them that there is. */
    public List<Finding> findings() {
        return Stream.of(doubtedFinding(), failingFinding(), staleFinding())
                .flatMap(Optional::stream)
                .toList();
    }

    Optional<Finding> doubtedFinding() {
        return doubted.copies() == 0
                ? Optional.empty()
                : Optional.of(Finding.fail(
                        doubted.counted() + " cannot be read back" + doubted.from("since"),
                        "look at the destination; 'offsite verify-integrity --all' tries again and says why"));
    }

    /** Returns a finding if there are more than the doubted ones. */
    Optional<Finding> failingFinding() {
        return failing.copies() <= doubted.copies()
                ? Optional.empty()
                : Optional.of(Finding.warn(
                        failing.counted() + " could not be read back at the last attempt" + failing.from("since"),
                        "it is tried again for 24 hours; 'offsite history' says why it failed"));
    }

    Optional<Finding> staleFinding() {
        return stale.copies() == 0
                ? Optional.empty()
                : Optional.of(Finding.fail(
                        "last read back longer ago than BACKUP_OFFSITE_PROOF_MAX_AGE: " + stale.counted()
                                + stale.from("at"),
                        "run 'offsite verify-integrity --all', and look whether 'offsite serve' makes its sweeps"));
    }
}
