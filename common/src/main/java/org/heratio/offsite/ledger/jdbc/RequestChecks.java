package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.jspecify.annotations.Nullable;

/** Tells requests what the verifier found, and which copies they still wait for. */
final class RequestChecks {
    /** {@code Verdict.INTACT} of the verifier's. */
    static final String INTACT = "INTACT";
    /** {@code Verdict.ARCHIVED} of the verifier's. */
    private static final String ARCHIVED = "ARCHIVED";
    /** Damage that was repaired into an archive tier, so that no proof ends it. */
    static final String REPLACED = "REPLACED";

    private final Clock clock;

    RequestChecks(Clock clock) {
        this.clock = clock;
    }

    void checked(Tx tx, long copyId, String outcome, @Nullable String error)
            throws StatementException, InterruptedException {
        Optional<Copy> copy = CopyRows.byId(tx, copyId);
        if (copy.isPresent()) {
            checked(tx, copy.get(), outcome, error);
        }
    }

    void checked(Tx tx, Copy copy, String outcome, @Nullable String error)
            throws StatementException, InterruptedException {
        tell(tx, copy, outcome, error, null);
    }

    /**
     * Tells the requests that wait for a copy that it is in an archive tier. Whoever asked still hears of damage that was repaired before.
     *
     * @param copy as it is now
     */
    void archived(Tx tx, Copy copy, String error) throws StatementException, InterruptedException {
        if (copy.state() == CopyState.REPLICATED) {
            end(
                    tx,
                    copy,
                    REPLACED,
                    "the copy was damaged, and was shipped again: " + error,
                    "outcome IN ('CORRUPT', 'MISSING')");
        }
        end(tx, copy, ARCHIVED, error, "checked_at IS NULL");
    }

    private void end(Tx tx, Copy copy, String outcome, String error, String waiting)
            throws StatementException, InterruptedException {
        tx.update(
                "UPDATE offsite_request_item SET checked_at = ?, outcome = ?, error = ? WHERE version_id = ? AND driver = ? AND "
                        + waiting,
                clock.millis(),
                outcome,
                error,
                copy.versionId(),
                copy.driver());
    }

    void proved(Tx tx, long copyId) throws StatementException, InterruptedException {
        Optional<Copy> copy = CopyRows.byId(tx, copyId).filter(found -> found.state() == CopyState.VERIFIED);
        if (copy.isPresent() && copy.get().provedAt() != null) {
            tell(tx, copy.get(), INTACT, null, copy.get().provedAt());
        }
    }

    /** @param openedUntil requests that were opened later are not told; null to tell all */
    private void tell(Tx tx, Copy copy, String outcome, @Nullable String error, @Nullable Long openedUntil)
            throws StatementException, InterruptedException {
        // whoever asked has to hear of the damage, also when it is put right before he looks
        String now = outcome.equals(INTACT)
                ? "CASE WHEN outcome IN ('CORRUPT', 'MISSING', 'REPLACED', 'REPAIRED') THEN 'REPAIRED' ELSE '" + INTACT
                        + "' END"
                : "?";
        String sql = "UPDATE offsite_request_item SET checked_at = ?, outcome = " + now
                + ", error = ? WHERE version_id = ? AND driver = ?";
        List<@Nullable Object> parameters = new ArrayList<>();
        parameters.add(clock.millis());
        if (!outcome.equals(INTACT)) {
            parameters.add(outcome);
        }
        parameters.add(error);
        parameters.add(copy.versionId());
        parameters.add(copy.driver());
        if (openedUntil != null) {
            sql += " AND request_id IN (SELECT r.request_id FROM offsite_request r WHERE r.opened_at <= ?)";
            parameters.add(openedUntil);
        }
        tx.update(sql, parameters.toArray());
    }

    static boolean awaitsCheck(Tx tx, long copyId) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT i.id AS id FROM offsite_copy c JOIN offsite_request_item i ON i.version_id = c.version_id "
                                + "AND i.driver = c.driver JOIN offsite_request r ON r.request_id = i.request_id WHERE c.id = ? "
                                + "AND (i.checked_at IS NULL OR i.outcome IN ('CORRUPT', 'MISSING') AND c.state = 'REPLICATED') "
                                + "AND (c.state <> 'VERIFIED' OR r.opened_at > COALESCE(c.proved_at, 0)) LIMIT 1",
                        copyId)
                .isPresent();
    }

    /** Tells whoever waits for a proved copy why it could not be read. The copy itself stays as it is. */
    static void notChecked(Tx tx, long copyId, String error) throws StatementException, InterruptedException {
        Optional<Copy> copy = CopyRows.byId(tx, copyId);
        if (copy.isPresent() && copy.get().state() == CopyState.VERIFIED) {
            tx.update(
                    "UPDATE offsite_request_item SET error = ? WHERE version_id = ? AND driver = ? AND checked_at IS NULL",
                    error,
                    copy.get().versionId(),
                    copy.get().driver());
        }
    }
}
