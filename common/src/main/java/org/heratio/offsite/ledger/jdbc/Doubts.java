package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.WeakProof;

/**
 * Shipped copies whose bytes could not be read back at the last try, or which are in an archive tier of the store. A proof or another put
 * ends a doubt.
 */
final class Doubts {
    private static final String CHECKS = "verifier";
    private static final String ARCHIVED = "'" + ErrorCode.COPY_ARCHIVED.name() + "'";

    private final Clock clock;
    private final JournalRows journal;

    Doubts(Clock clock, JournalRows journal) {
        this.clock = clock;
        this.journal = journal;
    }

    /** Notes an attempt that failed, if it was to read a shipped copy back. */
    void note(Tx tx, Attempts.Failed failed, CopyRows.Located at) throws StatementException, InterruptedException {
        Failure failure = failed.failure();
        // that a copy is in an archive tier says where its bytes are, and nothing against them
        if (failed.stage().startsWith(CHECKS) && at.copy().shipped() && failure.code() != ErrorCode.COPY_ARCHIVED) {
            record(tx, at, failure);
        }
    }

    /** Notes that a shipped copy is in an archive tier, and returns whether that was not known. It is no doubt that counts. */
    boolean archived(Tx tx, CopyRows.Located at, Failure failure) throws StatementException, InterruptedException {
        if (failure.code() != ErrorCode.COPY_ARCHIVED) {
            throw new IllegalArgumentException(failure.code() + " says nothing of an archive tier");
        }
        return record(tx, at, failure);
    }

    /** Returns whether the row is new: a copy has one, of one kind. */
    private boolean record(Tx tx, CopyRows.Located at, Failure failure)
            throws StatementException, InterruptedException {
        long copyId = at.copy().id();
        long now = clock.millis();
        boolean archived = failure.code() == ErrorCode.COPY_ARCHIVED;
        boolean known = tx.changes(
                "UPDATE offsite_doubt SET failures = failures + 1, last_at = ?, code = ?, reason = ? WHERE copy_id = ? AND code "
                        + (archived ? "= " : "<> ") + ARCHIVED,
                now,
                failure.code().name(),
                Rows.error(failure),
                copyId);
        if (!known) {
            end(tx, at);
            tx.update(
                    "INSERT INTO offsite_doubt (copy_id, since_at, last_at, failures, code, reason) VALUES (?, ?, ?, 1, ?, ?)",
                    copyId,
                    now,
                    now,
                    failure.code().name(),
                    Rows.error(failure));
            journal.write(tx, archived ? Kind.ARCHIVED : Kind.DOUBTED, at.about(), failure);
        }
        return !known;
    }

    /** Returns how many of the copies that should be at their destination are in an archive tier, by driver. */
    static Map<String, Long> archived(Tx tx) throws StatementException, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (SqlRow row : tx.query("SELECT c.driver AS driver, COUNT(*) AS copies FROM offsite_doubt d "
                + "JOIN offsite_copy c ON c.id = d.copy_id WHERE d.code = " + ARCHIVED
                + " AND c.state IN ('REPLICATED', 'VERIFIED') GROUP BY c.driver")) {
            counts.put(row.text("driver"), row.number("copies"));
        }
        return counts;
    }

    /** Ends the doubt about a copy, if there is one. */
    static void end(Tx tx, CopyRows.Located at) throws StatementException, InterruptedException {
        if (at.doubted()) {
            tx.update("DELETE FROM offsite_doubt WHERE copy_id = ?", at.copy().id());
        }
    }

    static List<WeakProof> weakProofs(Tx tx, Duration failing, long provedBefore)
            throws StatementException, InterruptedException {
        List<WeakProof> weak = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT c.version_id AS version_id, c.driver AS driver, d.since_at AS since_at FROM offsite_doubt d "
                        + "JOIN offsite_copy c ON c.id = d.copy_id "
                        + "WHERE d.last_at - d.since_at >= ? AND d.code <> " + ARCHIVED
                        + " AND c.state IN ('REPLICATED', 'VERIFIED')",
                failing.toMillis())) {
            weak.add(new WeakProof(
                    row.number("version_id"), row.text("driver"), WeakProof.Why.FAILING, row.number("since_at")));
        }
        for (SqlRow row : tx.query(
                "SELECT version_id, driver, proved_at FROM offsite_copy WHERE state = 'VERIFIED' AND proved_at < ?",
                provedBefore)) {
            weak.add(new WeakProof(
                    row.number("version_id"), row.text("driver"), WeakProof.Why.OLD, row.number("proved_at")));
        }
        return weak;
    }
}
