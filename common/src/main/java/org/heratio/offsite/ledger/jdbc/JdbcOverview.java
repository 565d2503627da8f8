package org.heratio.offsite.ledger.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Overview;
import org.jspecify.annotations.Nullable;

/** Asks for heads and sums by the indexes of {@link PageIndexesMigration}. */
final class JdbcOverview implements Overview {
    private static final String ARCHIVED = "'" + ErrorCode.COPY_ARCHIVED.name() + "'";
    private static final String OF_DRIVER_AND_STATE =
            " FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id WHERE c.driver = ? AND c.state = ? ";
    private static final String OLDEST = "ORDER BY c.version_id LIMIT 1";

    /** The conditions of {@link WaitingQueries}: what is shipped again is there meanwhile, and what is in an archive tier cannot be read. */
    private static final String WAITS = "AND c.replicated_at IS NULL AND v.state <> 'SUPERSEDED' ";

    private static final String TO_BE_READ =
            "AND c.claimed = 0 AND (c.error_code IS NULL OR c.error_code <> " + ARCHIVED + ") ";
    private static final String MINUTE =
            "SELECT minute_at, SUM(size_bytes) AS bytes FROM (SELECT %1$s - MOD(%1$s, 60000) AS minute_at, "
                    + "size_bytes FROM offsite_copy WHERE driver = ? AND %2$s %1$s >= ?) m GROUP BY minute_at";

    /** By the index of driver, state and time of the proof, and by nothing else. */
    static final String STALE =
            "SELECT COUNT(*) AS stale FROM offsite_copy WHERE driver = ? AND state = ? AND proved_at < ?";

    private final Transactions transactions;

    JdbcOverview(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Heads heads(String driver) throws LedgerException {
        return transactions.run(tx -> heads(tx, driver));
    }

    /** Returns the last time that a copy arrived at a destination; null for never. */
    static @Nullable Long lastShipped(Tx tx, String driver) throws StatementException, InterruptedException {
        return time(tx, "SELECT MAX(replicated_at) AS at FROM offsite_copy WHERE driver = ?", driver);
    }

    private static Heads heads(Tx tx, String driver) throws StatementException, InterruptedException {
        Newest newest = tx.first(
                        "SELECT v.id AS id, v.path AS path, v.landed_at AS landed_at, c.proved_at AS proved_at"
                                + OF_DRIVER_AND_STATE + "ORDER BY c.version_id DESC LIMIT 1",
                        driver,
                        "VERIFIED")
                .map(row -> new Newest(
                        row.number("id"), row.text("path"), row.number("landed_at"), row.number("proved_at")))
                .orElse(null);
        String settled = "SELECT v.settled_at AS at" + OF_DRIVER_AND_STATE + WAITS + OLDEST;
        String shipped =
                "SELECT COALESCE(c.replicated_at, v.settled_at) AS at" + OF_DRIVER_AND_STATE + TO_BE_READ + OLDEST;
        return new Heads(
                newest,
                time(tx, settled, driver, "PENDING"),
                time(tx, shipped, driver, "REPLICATED"),
                time(
                        tx,
                        "SELECT MIN(proved_at) AS at FROM offsite_copy WHERE driver = ? AND state = ?",
                        driver,
                        "VERIFIED"),
                lastShipped(tx, driver),
                time(
                        tx,
                        "SELECT MAX(proved_at) AS at FROM offsite_copy WHERE driver = ? AND state = ?",
                        driver,
                        "VERIFIED"),
                first(tx, driver));
    }

    private static @Nullable Long time(Tx tx, String sql, Object... parameters)
            throws StatementException, InterruptedException {
        List<SqlRow> rows = tx.query(sql, parameters);
        return rows.isEmpty() ? null : rows.get(0).numberOrNull("at");
    }

    /** Returns when the first version with a copy there was finished; each state has its own end of the index. */
    private static @Nullable Long first(Tx tx, String driver) throws StatementException, InterruptedException {
        return time(
                tx,
                "SELECT v.settled_at AS at FROM offsite_version v WHERE v.id = (SELECT MIN(first_id) FROM (SELECT "
                        + "MIN(version_id) AS first_id FROM offsite_copy WHERE driver = ? GROUP BY state) s)",
                driver);
    }

    @Override
    public Map<String, Weak> weakProofs(Collection<String> drivers, Duration doubted, long provedBefore)
            throws LedgerException {
        return transactions.run(tx -> weakProofs(tx, drivers, doubted, provedBefore));
    }

    private static Map<String, Weak> weakProofs(Tx tx, Collection<String> drivers, Duration doubted, long provedBefore)
            throws StatementException, InterruptedException {
        Map<String, Weak> weak = new TreeMap<>();
        for (SqlRow row : tx.query(
                "SELECT c.driver AS driver, COUNT(*) AS failing, "
                        + "COUNT(CASE WHEN d.last_at - d.since_at >= ? THEN 1 END) AS doubted FROM offsite_doubt d "
                        + "JOIN offsite_copy c ON c.id = d.copy_id WHERE d.code <> " + ARCHIVED
                        + " AND c.state IN ('REPLICATED', 'VERIFIED') GROUP BY c.driver",
                doubted.toMillis())) {
            if (drivers.contains(row.text("driver"))) {
                weak.put(row.text("driver"), new Weak(row.number("failing"), row.number("doubted"), 0));
            }
        }
        for (String driver : drivers) {
            long stale =
                    tx.query(STALE, driver, "VERIFIED", provedBefore).get(0).number("stale");
            if (stale > 0) {
                Weak other = weak.getOrDefault(driver, new Weak(0, 0, 0));
                weak.put(driver, new Weak(other.failing(), other.doubted(), stale));
            }
        }
        return weak;
    }

    @Override
    public Map<Set<String>, Long> bySafePlaces(Collection<String> drivers, long provedBefore) throws LedgerException {
        return transactions.run(tx -> bySafePlaces(tx, List.copyOf(drivers), provedBefore));
    }

    private static Map<Set<String>, Long> bySafePlaces(Tx tx, List<String> drivers, long provedBefore)
            throws StatementException, InterruptedException {
        // a bit for each destination: each has one copy of a version at most
        StringBuilder bits = new StringBuilder();
        for (int i = 0; i < drivers.size(); i++) {
            bits.append(" WHEN ? THEN ").append(1L << i);
        }
        List<Object> parameters = new ArrayList<>(drivers);
        parameters.addAll(drivers);
        parameters.add(provedBefore);
        Map<Set<String>, Long> counts = new HashMap<>();
        for (SqlRow row : tx.query(
                "SELECT safe, COUNT(*) AS archives FROM (SELECT (SELECT COALESCE(SUM(CASE c.driver" + bits
                        + " END), 0) FROM offsite_copy c WHERE "
                        + CopyRows.OF_HOLDER + " AND c.state = 'VERIFIED' AND c.driver IN (" + Tx.marks(drivers.size())
                        + ") AND c.proved_at >= ? AND NOT EXISTS (SELECT 1 FROM offsite_doubt d WHERE d.copy_id = c.id "
                        + "AND d.code <> " + ARCHIVED
                        + ")) AS safe FROM offsite_version v WHERE v.state <> 'SUPERSEDED' "
                        + "AND NOT EXISTS (SELECT 1 FROM offsite_version w WHERE w.path_hash = v.path_hash "
                        + "AND w.state <> 'SUPERSEDED' AND (w.newest_at > v.newest_at "
                        + "OR (w.newest_at = v.newest_at AND w.id > v.id)))) n GROUP BY safe",
                parameters.toArray())) {
            counts.put(places(drivers, row.number("safe")), row.number("archives"));
        }
        return counts;
    }

    private static Set<String> places(List<String> drivers, long bits) {
        Set<String> places = new HashSet<>();
        for (int i = 0; i < drivers.size(); i++) {
            if ((bits >> i & 1) == 1) {
                places.add(drivers.get(i));
            }
        }
        return places;
    }

    @Override
    public List<Minute> traffic(Collection<String> drivers, long since) throws LedgerException {
        return transactions.run(tx -> {
            Map<Long, Minute> minutes = new TreeMap<>();
            for (String driver : drivers) {
                for (SqlRow row : tx.query(String.format(MINUTE, "replicated_at", ""), driver, since)) {
                    add(minutes, new Minute(row.number("minute_at"), row.number("bytes"), 0));
                }
                for (SqlRow row :
                        tx.query(String.format(MINUTE, "proved_at", "state = 'VERIFIED' AND"), driver, since)) {
                    add(minutes, new Minute(row.number("minute_at"), 0, row.number("bytes")));
                }
            }
            return List.copyOf(minutes.values());
        });
    }

    private static void add(Map<Long, Minute> minutes, Minute more) {
        minutes.merge(
                more.at(),
                more,
                (a, b) ->
                        new Minute(a.at(), a.shippedBytes() + b.shippedBytes(), a.readBackBytes() + b.readBackBytes()));
    }

    @Override
    public @Nullable Long newestArchive() throws LedgerException {
        return transactions
                .run(
                        tx -> Optional.ofNullable(
                                time(
                                        tx,
                                        "SELECT landed_at AS at FROM offsite_version WHERE id = (SELECT MAX(id) FROM offsite_version)")))
                .orElse(null);
    }
}
