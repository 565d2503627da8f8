package org.heratio.offsite.ledger.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Elsewhere;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.OwnTimes;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.WaitingCopies;
import org.heratio.offsite.ledger.WeakProof;
import org.jspecify.annotations.Nullable;

/** Reads across many rows: history, what can be restored, and counts. */
final class JdbcLedgerView implements LedgerView {
    private static final String WITH_A_COPY = "AND v.state <> 'SUPERSEDED' AND EXISTS (SELECT 1 FROM offsite_copy c "
            + "WHERE " + CopyRows.OF_HOLDER + " AND c.replicated_at IS NOT NULL AND c.state <> 'MISSING') ";

    private final Transactions transactions;
    private final PublicLedger publicLedger;

    JdbcLedgerView(Transactions transactions, PublicLedger publicLedger) {
        this.transactions = transactions;
        this.publicLedger = publicLedger;
    }

    @Override
    public List<ReplicationRow> history(int limit, @Nullable String status) throws LedgerException {
        return transactions.run(tx -> publicLedger.history(tx, limit, status));
    }

    @Override
    public Map<Long, OwnTimes> ownTimes(List<ReplicationRow> rows) throws LedgerException {
        return rows.isEmpty() ? Map.of() : transactions.run(tx -> ShownCopies.of(tx, rows));
    }

    @Override
    public List<Version> restorable(String archive) throws LedgerException {
        return transactions.run(tx -> versions(tx, archive, WITH_A_COPY));
    }

    @Override
    public List<String> paths(String archive) throws LedgerException {
        return transactions.run(tx ->
                versions(tx, archive, "").stream().map(Version::path).distinct().toList());
    }

    @Override
    public boolean holdsCopies(String driver, String remotePathPrefix) throws LedgerException {
        return transactions.run(tx -> holdsCopies(tx, driver, remotePathPrefix));
    }

    @Override
    public Elsewhere elsewhere(String driver, String remotePathPrefix) throws LedgerException {
        return transactions.run(tx -> elsewhere(tx, driver, remotePathPrefix));
    }

    @Override
    public Map<String, Map<CopyState, Long>> copyCounts() throws LedgerException {
        return transactions.run(JdbcLedgerView::copyCounts);
    }

    @Override
    public List<WeakProof> weakProofs(Duration failing, long provedBefore) throws LedgerException {
        return transactions.run(tx -> Doubts.weakProofs(tx, failing, provedBefore));
    }

    @Override
    public Map<String, Long> archivedCopies() throws LedgerException {
        return transactions.run(Doubts::archived);
    }

    @Override
    public Map<VersionState, Long> versionCounts() throws LedgerException {
        return transactions.run(JdbcLedgerView::versionCounts);
    }

    @Override
    public WaitingCopies waiting(Collection<String> drivers, long before) throws LedgerException {
        return transactions.run(tx -> WaitingQueries.since(tx, drivers, before));
    }

    @Override
    public boolean underWay(String driver, long before) throws LedgerException {
        return transactions.run(tx -> WaitingQueries.underWay(tx, driver, before));
    }

    @Override
    public List<FailedArchive> failedWithoutCopy() throws LedgerException {
        return transactions.run(JdbcLedgerView::failedWithoutCopy);
    }

    /**
     * By path, file name, remote name with or without {@code .gpg}, or what a destination calls a copy; newest first.
     * Only the last tells a first version from the later ones of its path when nothing is encrypted, and knows names
     * that a destination cut.
     */
    private static List<Version> versions(Tx tx, String archive, String condition)
            throws StatementException, InterruptedException {
        String shipped = archive.endsWith(".gpg") ? archive.substring(0, archive.length() - 4) : archive;
        List<Version> found = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT " + Settling.COLUMNS
                        + ", (SELECT MIN(n.remote_path) FROM offsite_copy n WHERE n.version_id = v.id "
                        + "AND n.remote_path LIKE ? ESCAPE '!') AS copy_path"
                        + " FROM offsite_version v WHERE (v.path LIKE ? ESCAPE '!' OR v.remote_name LIKE ? "
                        + "ESCAPE '!' OR v.remote_name LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 FROM offsite_copy n "
                        + "WHERE n.version_id = v.id AND n.remote_path LIKE ? ESCAPE '!')) "
                        + condition
                        + "ORDER BY v.newest_at DESC",
                like(archive),
                like(archive),
                like(archive),
                like(shipped),
                like(archive))) {
            Version version = Rows.version(row);
            String copyPath = row.textOrNull("copy_path");
            if (endsWithName(version.path(), archive)
                    || (copyPath != null && endsWithName(copyPath, archive))
                    || endsWithName(version.remoteName(), archive)
                    || endsWithName(version.remoteName(), shipped)) {
                found.add(version);
            }
        }
        return found;
    }

    private static boolean holdsCopies(Tx tx, String driver, String prefix)
            throws StatementException, InterruptedException {
        return !tx.query(
                        "SELECT id FROM offsite_copy WHERE driver = ? AND state IN ('REPLICATED', 'VERIFIED') "
                                + "AND remote_path LIKE ? ESCAPE '!' LIMIT 1",
                        driver,
                        escaped(prefix) + "%")
                .isEmpty();
    }

    private static Elsewhere elsewhere(Tx tx, String driver, String prefix)
            throws StatementException, InterruptedException {
        SqlRow row = tx.query(
                        "SELECT COUNT(*) AS n, COUNT(CASE WHEN remote_path NOT LIKE ? ESCAPE '!' THEN 1 END) AS outside, "
                                + "MIN(CASE WHEN remote_path NOT LIKE ? ESCAPE '!' THEN remote_path END) AS first_outside "
                                + "FROM offsite_copy WHERE driver = ? AND " + CopyTransitions.SHIPPED,
                        escaped(prefix) + "%",
                        escaped(prefix) + "%",
                        driver)
                .get(0);
        return new Elsewhere(row.number("n"), row.number("outside"), row.textOrNull("first_outside"));
    }

    private static Map<String, Map<CopyState, Long>> copyCounts(Tx tx) throws StatementException, InterruptedException {
        Map<String, Map<CopyState, Long>> counts = new TreeMap<>();
        for (SqlRow row : tx.query("SELECT driver, state, COUNT(*) AS n FROM offsite_copy GROUP BY driver, state")) {
            counts.computeIfAbsent(row.text("driver"), driver -> new EnumMap<>(CopyState.class))
                    .put(CopyState.valueOf(row.text("state")), row.number("n"));
        }
        return counts;
    }

    private static Map<VersionState, Long> versionCounts(Tx tx) throws StatementException, InterruptedException {
        Map<VersionState, Long> counts = new EnumMap<>(VersionState.class);
        for (SqlRow row : tx.query("SELECT state, COUNT(*) AS n FROM offsite_version GROUP BY state")) {
            counts.put(VersionState.valueOf(row.text("state")), row.number("n"));
        }
        return counts;
    }

    private static List<FailedArchive> failedWithoutCopy(Tx tx) throws StatementException, InterruptedException {
        Map<Long, List<SqlRow>> rows = new LinkedHashMap<>();
        for (SqlRow row : tx.query(
                "SELECT v.id AS id, v.path AS path, v.size_bytes AS size_bytes, "
                        + "v.mtime_nanos AS mtime_nanos, v.state AS state, v.settled_at AS settled_at, v.error_code AS error_code, "
                        + "c.driver AS driver, c.error_code AS copy_code "
                        // each by its index: of all that did not fail nothing is read
                        + "FROM (SELECT id FROM offsite_version WHERE state = 'FAILED' UNION "
                        + "SELECT version_id AS id FROM offsite_copy WHERE state = 'FAILED') f "
                        + "JOIN offsite_version v ON v.id = f.id "
                        + "LEFT JOIN offsite_copy c ON c.version_id = v.id WHERE v.state <> 'SUPERSEDED' "
                        + "AND (v.state = 'FAILED' OR c.state = 'FAILED') AND NOT EXISTS (SELECT 1 FROM offsite_copy o "
                        + "WHERE o.version_id = v.id AND (o.state <> 'FAILED' OR o.replicated_at IS NOT NULL)) ORDER BY v.id")) {
            rows.computeIfAbsent(row.number("id"), id -> new ArrayList<>()).add(row);
        }
        return rows.values().stream().map(JdbcLedgerView::failedArchive).toList();
    }

    /** @param rows one for each copy, or one without a copy */
    private static FailedArchive failedArchive(List<SqlRow> rows) {
        Set<String> drivers = new HashSet<>();
        Set<String> codes = new HashSet<>();
        for (SqlRow row : rows) {
            Optional.ofNullable(row.textOrNull("driver")).ifPresent(drivers::add);
            Optional.ofNullable(row.textOrNull("error_code")).ifPresent(codes::add);
            Optional.ofNullable(row.textOrNull("copy_code")).ifPresent(codes::add);
        }
        SqlRow version = rows.get(0);
        return new FailedArchive(
                version.number("id"),
                version.text("path"),
                version.number("size_bytes"),
                version.number("mtime_nanos"),
                version.text("state").equals(VersionState.FAILED.name()),
                drivers,
                codes,
                version.number("settled_at"));
    }

    private static String like(String end) {
        return "%" + escaped(end);
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    /** Whole names only: {@code x.gz} is not {@code ax.gz}. */
    private static boolean endsWithName(String path, String end) {
        return path.equals(end) || path.endsWith(end.startsWith("/") ? end : "/" + end);
    }
}
