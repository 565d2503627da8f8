package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingTask.Kind;

/** Finds what is unfinished: one query for each kind of work, whatever the number of archives. */
final class PendingWorkQueries {
    private final JdbcLeases leases;

    PendingWorkQueries(JdbcLeases leases) {
        this.leases = leases;
    }

    /** Narrows what is found. {@code %s} stands for the table with the due time. */
    private record Only(String condition, long value) {
        static final Only ANY = new Only("", 0);

        static Only of(long versionId) {
            return new Only(" AND v.id = ?", versionId);
        }
    }

    /** Due and leased by nobody; what is returned is due anew. */
    List<PendingTask> due(Tx tx, Collection<String> drivers, long graceMillis)
            throws StatementException, InterruptedException {
        return unleased(
                tx, drivers, graceMillis <= 0 ? Only.ANY : new Only(" AND %s.due_at <= ?", tx.now() - graceMillis));
    }

    /** Returns failed work that is due later and not leased, and makes it due now. */
    List<PendingTask> waiting(Tx tx, Collection<String> drivers, long beyondMillis)
            throws StatementException, InterruptedException {
        return unleased(
                tx, drivers, new Only(" AND %1$s.error_code IS NOT NULL AND %1$s.due_at > ?", tx.now() + beyondMillis));
    }

    private List<PendingTask> unleased(Tx tx, Collection<String> drivers, Only only)
            throws StatementException, InterruptedException {
        if (drivers.isEmpty()) {
            return List.of();
        }
        Set<String> leased = leases.heldByTheLiving(tx);
        return dueNow(
                tx,
                found(tx, drivers, only).stream()
                        .filter(work -> !leased.contains("version:" + work.versionId())
                                && !leased.contains("copy:" + work.copyId()))
                        .toList());
    }

    /** Returns all pending work, which is due now. */
    static List<PendingTask> all(Tx tx, Collection<String> drivers) throws StatementException, InterruptedException {
        return dueNow(tx, found(tx, drivers, Only.ANY));
    }

    /** Returns the pending work of one version. */
    static List<PendingTask> of(Tx tx, long versionId, Collection<String> drivers)
            throws StatementException, InterruptedException {
        return found(tx, drivers, Only.of(versionId));
    }

    private static List<PendingTask> found(Tx tx, Collection<String> drivers, Only only)
            throws StatementException, InterruptedException {
        List<PendingTask> open = new ArrayList<>();
        if (!drivers.isEmpty()) {
            for (Kind kind : Kind.values()) {
                open.addAll(find(tx, kind, drivers, only));
            }
        }
        return open;
    }

    private static List<PendingTask> find(Tx tx, Kind kind, Collection<String> drivers, Only only)
            throws StatementException, InterruptedException {
        List<Object> parameters = new ArrayList<>(drivers);
        String sql = select(kind).formatted(Tx.marks(drivers.size()))
                + only.condition().formatted(kind == Kind.SEAL ? "v" : "c") + " ORDER BY v.id";
        if (!only.condition().isEmpty()) {
            parameters.add(only.value());
        }
        List<PendingTask> open = new ArrayList<>();
        for (SqlRow row : tx.query(sql, parameters.toArray())) {
            open.add(new PendingTask(
                    kind,
                    row.number("version_id"),
                    row.text("path"),
                    kind == Kind.SEAL ? 0 : row.number("copy_id"),
                    kind == Kind.UPLOAD ? row.number("payload_id") : 0,
                    kind == Kind.SEAL ? "" : row.text("driver")));
        }
        return open;
    }

    private static String select(Kind kind) {
        String copies = " c.id AS copy_id, c.driver AS driver, v.id AS version_id, v.path AS path";
        return switch (kind) {
            case SEAL ->
                "SELECT v.id AS version_id, v.path AS path FROM offsite_version v WHERE v.state IN ('SETTLED', 'SEALED') "
                        + "AND EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = v.id AND c.state = 'PENDING' "
                        + "AND c.driver IN (%s)) AND NOT EXISTS (SELECT 1 FROM offsite_payload p WHERE p.version_id = v.id "
                        + "AND v.state = 'SEALED')";
            case UPLOAD ->
                "SELECT" + copies
                        + ", p.id AS payload_id FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "JOIN offsite_payload p ON p.version_id = v.id WHERE c.state = 'PENDING' AND v.state = 'SEALED' "
                        + "AND c.driver IN (%s)";
            case VERIFY ->
                "SELECT" + copies + " FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "WHERE c.state = 'REPLICATED' AND c.claimed = 0 AND c.driver IN (%s) "
                        // in an archive tier: sweeps alone look whether it still is
                        + "AND (c.error_code IS NULL OR c.error_code <> '" + ErrorCode.COPY_ARCHIVED.name() + "')";
            case REPAIR ->
                "SELECT" + copies + " FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                        + "WHERE c.state IN ('CORRUPT', 'MISSING') AND c.repairs < " + Copy.MAX_REPAIRS
                        + " AND c.driver IN (%s)";
        };
    }

    private static List<PendingTask> dueNow(Tx tx, List<PendingTask> open)
            throws StatementException, InterruptedException {
        long now = tx.now();
        touch(
                tx,
                "offsite_version",
                now,
                open.stream().filter(w -> w.kind() == Kind.SEAL).map(PendingTask::versionId));
        touch(
                tx,
                "offsite_copy",
                now,
                open.stream().filter(w -> w.kind() != Kind.SEAL).map(PendingTask::copyId));
        return open;
    }

    private static void touch(Tx tx, String table, long now, Stream<Long> found)
            throws StatementException, InterruptedException {
        for (List<Long> chunk : Tx.chunks(found.toList())) {
            List<Object> parameters = new ArrayList<>(List.of(now));
            parameters.addAll(chunk);
            tx.update(
                    "UPDATE " + table + " SET due_at = ? WHERE id IN (" + Tx.marks(chunk.size()) + ")",
                    parameters.toArray());
        }
    }
}
