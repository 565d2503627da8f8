package org.heratio.offsite.ledger.jdbc;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.HistorySearch;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;

/** Reads the public table along its index of {@code replicated_at}, from the newest row down to as many as are wanted. */
final class JdbcHistorySearch implements HistorySearch {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Transactions transactions;

    JdbcHistorySearch(Transactions transactions) {
        this.transactions = transactions;
    }

    /** The conditions of a statement, and their parameters. */
    private static final class Where {
        private final StringBuilder sql = new StringBuilder(" WHERE 1 = 1");
        private final List<Object> parameters = new ArrayList<>();

        Where and(String condition, Object... values) {
            sql.append(" AND ").append(condition);
            parameters.addAll(List.of(values));
            return this;
        }

        Where and(String condition, @Nullable Object value) {
            return value == null ? this : and(condition, new Object[] {value});
        }
    }

    private static Where matching(Query query) {
        String text = query.text();
        return new Where()
                .and("LOWER(local_path) LIKE ? ESCAPE '!'", text == null ? null : like(text))
                .and("status = ?", query.status())
                .and("driver = ?", query.driver())
                .and("replicated_at >= ?", query.from())
                .and("replicated_at < ?", query.until());
    }

    private static String like(String text) {
        String escaped = text.toLowerCase(Locale.ROOT)
                .replace("!", "!!")
                .replace("%", "!%")
                .replace("_", "!_");
        return "%" + escaped + "%";
    }

    @Override
    public List<ReplicationRow> rows(Query query, @Nullable Place after, int limit) throws LedgerException {
        return transactions.runWithin(LIMIT, tx -> {
            LocalDateTime floor = floor(tx, query);
            List<ReplicationRow> found = new ArrayList<>();
            LocalDateTime at = after == null ? null : after.at();
            if (after == null || at != null) {
                Where timed = matching(query).and("replicated_at IS NOT NULL").and("replicated_at >= ?", floor);
                if (after != null && at != null) {
                    // the first condition is a range of the index, which the second alone is for no database
                    timed.and("replicated_at <= ? AND (replicated_at < ? OR id < ?)", at, at, after.id());
                }
                found.addAll(read(tx, timed, "replicated_at DESC, id DESC", limit));
            }
            boolean untimed = floor == null && query.from() == null && query.until() == null;
            if (found.size() < limit && untimed) {
                Where unknown = matching(query).and("replicated_at IS NULL");
                if (after != null && at == null) {
                    unknown.and("id < ?", after.id());
                }
                found.addAll(read(tx, unknown, "id DESC", limit - found.size()));
            }
            return found;
        });
    }

    private static List<ReplicationRow> read(Tx tx, Where where, String order, int limit)
            throws StatementException, InterruptedException {
        List<ReplicationRow> rows = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT " + PublicLedger.COLUMNS + " FROM " + PublicLedger.TABLE + where.sql + " ORDER BY " + order
                        + " LIMIT " + Math.max(0, limit),
                where.parameters.toArray())) {
            rows.add(Rows.replication(row));
        }
        return rows;
    }

    /** Returns the time below which rows are not searched; null where all are. */
    private static @Nullable LocalDateTime floor(Tx tx, Query query) throws StatementException, InterruptedException {
        if (query.all()) {
            return null;
        }
        return tx.first("SELECT replicated_at FROM " + PublicLedger.TABLE
                        + " WHERE replicated_at IS NOT NULL ORDER BY replicated_at DESC LIMIT 1 OFFSET " + (NEWEST - 1))
                .map(row -> row.time("replicated_at"))
                .orElse(null);
    }

    @Override
    public long count(Query query) throws LedgerException {
        return transactions.runWithin(LIMIT, tx -> {
            Where where = matching(query).and("replicated_at >= ?", floor(tx, query));
            return tx.query(
                            "SELECT COUNT(*) AS n FROM (SELECT id FROM " + PublicLedger.TABLE + where.sql + " LIMIT "
                                    + (COUNTED + 1) + ") t",
                            where.parameters.toArray())
                    .get(0)
                    .number("n");
        });
    }

    @Override
    public List<Version> versionsOf(String path, int limit) throws LedgerException {
        return transactions.run(tx -> {
            List<Version> versions = new ArrayList<>();
            for (SqlRow row : tx.query(
                    "SELECT " + Settling.COLUMNS
                            + " FROM offsite_version v WHERE v.path_hash = ? ORDER BY v.newest_at DESC, "
                            + "v.id DESC LIMIT " + Math.max(0, limit),
                    Digests.ofText(path))) {
                versions.add(Rows.version(row));
            }
            return versions;
        });
    }

    @Override
    public Map<String, Newest> newest(Collection<String> paths) throws LedgerException {
        Map<String, String> hashes = new HashMap<>();
        paths.forEach(path -> hashes.put(Digests.ofText(path), path));
        return transactions.run(tx -> {
            Map<String, Newest> newest = new HashMap<>();
            for (List<String> some : Tx.chunks(List.copyOf(hashes.keySet()))) {
                for (SqlRow row : tx.query(
                        "SELECT path_hash, id, landed_at FROM offsite_version WHERE path_hash IN ("
                                + Tx.marks(some.size()) + ") AND state <> 'SUPERSEDED' ORDER BY newest_at, id",
                        some.toArray())) {
                    newest.put(
                            hashes.get(row.text("path_hash")), new Newest(row.number("id"), row.number("landed_at")));
                }
            }
            return newest;
        });
    }
}
