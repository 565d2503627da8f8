package org.heratio.offsite.ledger.jdbc;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Retries;

/** Asks for failed attempts. */
final class JdbcRetries implements Retries {
    private static final String ARCHIVED = "'" + ErrorCode.COPY_ARCHIVED.name() + "'";
    /** An outage begins within so many attempts: while it lasts, there is hardly one. */
    private static final int ATTEMPTS = 200;

    /** The limit goes first: a stage may have any number of attempts from before. H2 reads an index in its own order only. */
    static final String RECENT =
            "SELECT code, reason, noted_at FROM (SELECT id, code, reason, noted_at FROM offsite_attempt "
                    + "WHERE stage = ? ORDER BY stage DESC, id DESC LIMIT " + ATTEMPTS
                    + ") a WHERE noted_at > ? ORDER BY id DESC";

    private final Transactions transactions;

    JdbcRetries(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Waiting waiting() throws LedgerException {
        return transactions.run(JdbcRetries::waiting);
    }

    private static Waiting waiting(Tx tx) throws StatementException, InterruptedException {
        long now = tx.now();
        Map<String, Map<CopyState, Long>> copies = new TreeMap<>();
        // a verified copy keeps no error, and may keep its due time
        for (SqlRow row : tx.query(
                "SELECT c.driver AS driver, c.state AS state, COUNT(*) AS n FROM offsite_copy c "
                        + "WHERE c.state IN ('PENDING', 'REPLICATED', 'VERIFIED') AND c.due_at > ? "
                        + "AND ((c.state <> 'VERIFIED' AND c.error_code IS NOT NULL AND c.error_code <> " + ARCHIVED
                        + ") OR (c.state = 'VERIFIED' AND EXISTS (SELECT 1 FROM offsite_doubt d WHERE d.copy_id = c.id "
                        + "AND d.code <> " + ARCHIVED + "))) GROUP BY c.driver, c.state",
                now)) {
            copies.computeIfAbsent(row.text("driver"), driver -> new EnumMap<>(CopyState.class))
                    .put(CopyState.valueOf(row.text("state")), row.number("n"));
        }
        long versions = tx.query(
                        "SELECT COUNT(*) AS n FROM offsite_version WHERE state IN ('SETTLED', 'SEALED') AND due_at > ? "
                                + "AND error_code IS NOT NULL",
                        now)
                .get(0)
                .number("n");
        return new Waiting(versions, copies);
    }

    @Override
    public Optional<Outage> outage(String stage, Set<ErrorCode> codes, int failures, long since)
            throws LedgerException {
        return transactions.run(tx -> outage(tx.query(RECENT, stage, since), codes, failures));
    }

    /** @param attempts the newest first */
    private static Optional<Outage> outage(List<SqlRow> attempts, Set<ErrorCode> codes, int failures) {
        int first = 0;
        while (first < attempts.size() && isOneOf(codes, attempts.get(first).text("code"))) {
            first++;
        }
        return first == 0 || first < failures
                ? Optional.empty()
                : Optional.of(new Outage(
                        attempts.get(first - 1).number("noted_at"),
                        attempts.get(0).text("reason")));
    }

    private static boolean isOneOf(Set<ErrorCode> codes, String name) {
        return codes.stream().anyMatch(code -> code.name().equals(name));
    }

    @Override
    public Map<Long, Attempt> ofCopies(Collection<Long> copyIds) throws LedgerException {
        return transactions.run(tx -> {
            Map<Long, Attempt> last = new HashMap<>();
            for (long copyId : copyIds) {
                last(tx, "copy:" + copyId).ifPresent(attempt -> last.put(copyId, attempt));
            }
            return last;
        });
    }

    @Override
    public Optional<Attempt> ofVersion(long versionId) throws LedgerException {
        return transactions.run(tx -> last(tx, "version:" + versionId));
    }

    private static Optional<Attempt> last(Tx tx, String subject) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT attempt, code, reason, hint, noted_at FROM offsite_attempt WHERE subject = ? "
                                + "ORDER BY id DESC LIMIT 1",
                        subject)
                .map(row -> new Attempt(
                        row.small("attempt"),
                        row.text("code"),
                        row.text("reason"),
                        row.textOrNull("hint"),
                        row.number("noted_at")));
    }

    @Override
    public Map<Long, Long> proofsFailingSince(Collection<Long> copyIds) throws LedgerException {
        return transactions.run(tx -> {
            Map<Long, Long> since = new HashMap<>();
            for (List<Long> some : Tx.chunks(List.copyOf(copyIds))) {
                for (SqlRow row : tx.query(
                        "SELECT copy_id, since_at FROM offsite_doubt WHERE code <> " + ARCHIVED + " AND copy_id IN ("
                                + Tx.marks(some.size()) + ")",
                        some.toArray())) {
                    since.put(row.number("copy_id"), row.number("since_at"));
                }
            }
            return since;
        });
    }
}
