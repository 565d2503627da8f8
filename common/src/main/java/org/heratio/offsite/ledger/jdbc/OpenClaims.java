package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.Slashes;
import org.heratio.offsite.ledger.ReplicationRow;

/**
 * Rows of the public table that say that Heratio shipped something, and that nobody has held against the destination yet. As long as one
 * is open, its archive is not shipped there. What was looked at and does not fit is remembered, until Heratio writes the row anew.
 */
final class OpenClaims {
    private static final String SELECT = "SELECT " + PublicLedger.COLUMNS + " FROM " + PublicTableMigration.TABLE;

    /** Each has several spellings. */
    private static final int PATHS_AT_ONCE = 100;

    /**
     * A condition for rows of {@code offsite_copy}. Excludes claims without a hash if a newer version has a verified copy there. Nothing
     * can prove such a claim, and the newer copy makes its proof needless.
     */
    static final String NOT_OUTLIVED =
            "NOT (claimed = 1 AND sha256 IS NULL AND EXISTS (SELECT 1 FROM offsite_version o "
                    + "JOIN offsite_version v ON v.path_hash = o.path_hash AND v.newest_at > o.newest_at AND v.state <> 'SUPERSEDED' "
                    + "JOIN offsite_copy c ON " + CopyRows.OF_HOLDER + " WHERE o.id = offsite_copy.version_id "
                    + "AND c.driver = offsite_copy.driver AND c.state = 'VERIFIED'))";

    private OpenClaims() {}

    /** @param place what tells where the destination is: looked at elsewhere is not looked at */
    static List<ReplicationRow> at(Tx tx, String driver, String place) throws StatementException, InterruptedException {
        Set<String> ours = new HashSet<>();
        for (SqlRow row : tx.query(
                "SELECT v.path AS path FROM offsite_version v JOIN offsite_copy c ON " + CopyRows.OF_HOLDER
                        + " WHERE c.driver = ?",
                driver)) {
            ours.add(row.text("path"));
        }
        Map<Long, String> judged = new HashMap<>();
        for (SqlRow row :
                tx.query("SELECT row_id, fingerprint FROM offsite_judged WHERE place = ?", Digests.ofText(place))) {
            judged.put(row.number("row_id"), row.text("fingerprint"));
        }
        List<ReplicationRow> open = new ArrayList<>();
        for (SqlRow found : tx.query(SELECT + " WHERE driver = ? AND remote_path <> '' ORDER BY id", driver)) {
            ReplicationRow row = Rows.replication(found);
            if (!ours.contains(row.archivePath()) && !fingerprint(row).equals(judged.get(row.id()))) {
                open.add(row);
            }
        }
        return open;
    }

    /** Returns whether a copy of an archive must not be made yet, since Heratio may have made it. */
    static boolean withhold(Tx tx, String path, String driver) throws StatementException, InterruptedException {
        Optional<ReplicationRow> row =
                ofPath(tx, path, driver).filter(found -> !found.remotePath().isEmpty() && found.claims());
        return row.isPresent() && !hasCopy(tx, path, driver) && !wasReviewed(tx, row.get());
    }

    /** Returns those of some archives that must not be shipped yet, in a few statements. */
    static Set<String> withheld(Tx tx, Collection<String> paths, String driver)
            throws StatementException, InterruptedException {
        Map<String, ReplicationRow> claims = new HashMap<>();
        for (List<String> some : Tx.chunks(List.copyOf(paths), PATHS_AT_ONCE)) {
            Set<String> wanted = new HashSet<>();
            List<Object> parameters = new ArrayList<>();
            for (String path : some) {
                if (PublicCharset.holds(tx, path)) {
                    wanted.add(path);
                    parameters.addAll(Slashes.spellings(path));
                }
            }
            if (wanted.isEmpty()) {
                continue;
            }
            String marks = Tx.marks(parameters.size());
            parameters.add(driver);
            for (SqlRow found :
                    tx.query(SELECT + " WHERE local_path IN (" + marks + ") AND driver = ?", parameters.toArray())) {
                ReplicationRow row = Rows.replication(found);
                if (wanted.contains(row.archivePath()) && !row.remotePath().isEmpty() && row.claims()) {
                    claims.put(row.archivePath(), row);
                }
            }
        }
        Set<String> withheld = new HashSet<>();
        for (List<ReplicationRow> some : Tx.chunks(List.copyOf(claims.values()))) {
            Set<String> ours = withCopies(tx, some, driver);
            Map<Long, String> reviewed = reviewed(tx, some);
            for (ReplicationRow row : some) {
                if (!ours.contains(row.archivePath()) && !fingerprint(row).equals(reviewed.get(row.id()))) {
                    withheld.add(row.archivePath());
                }
            }
        }
        return withheld;
    }

    private static Set<String> withCopies(Tx tx, List<ReplicationRow> rows, String driver)
            throws StatementException, InterruptedException {
        List<Object> parameters = new ArrayList<>(
                rows.stream().map(row -> Digests.ofText(row.archivePath())).toList());
        parameters.add(driver);
        Set<String> paths = new HashSet<>();
        for (SqlRow row : tx.query(
                "SELECT v.path AS path FROM offsite_version v JOIN offsite_copy c ON " + CopyRows.OF_HOLDER
                        + " WHERE v.path_hash IN (" + Tx.marks(rows.size()) + ") AND c.driver = ?",
                parameters.toArray())) {
            paths.add(row.text("path"));
        }
        return paths;
    }

    private static Map<Long, String> reviewed(Tx tx, List<ReplicationRow> rows)
            throws StatementException, InterruptedException {
        Map<Long, String> reviewed = new HashMap<>();
        for (SqlRow row : tx.query(
                "SELECT row_id, fingerprint FROM offsite_judged WHERE row_id IN (" + Tx.marks(rows.size()) + ")",
                rows.stream().map(ReplicationRow::id).toArray())) {
            reviewed.put(row.number("row_id"), row.text("fingerprint"));
        }
        return reviewed;
    }

    /** The public row of a path: what its collation takes for the same may be that of a twin. */
    static Optional<ReplicationRow> ofPath(Tx tx, String path, String driver)
            throws StatementException, InterruptedException {
        if (!PublicCharset.holds(tx, path)) {
            return Optional.empty();
        }
        for (SqlRow found : PublicLedger.rowsOf(tx, PublicLedger.COLUMNS, path, driver, "")) {
            ReplicationRow row = Rows.replication(found);
            if (row.archivePath().equals(path)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    static void markReviewed(Tx tx, String place, List<ReplicationRow> rows)
            throws StatementException, InterruptedException {
        String note = tx.dialect().upsert("offsite_judged", List.of("row_id"), List.of("place", "fingerprint"));
        for (ReplicationRow row : rows) {
            tx.update(note, row.id(), Digests.ofText(place), fingerprint(row));
        }
    }

    /** Returns whether a copy of any version of a path is ours, at least on its way. */
    static boolean hasCopy(Tx tx, String path, String driver) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT c.id AS id FROM offsite_version v JOIN offsite_copy c ON " + CopyRows.OF_HOLDER
                                + " WHERE v.path_hash = ? AND c.driver = ? LIMIT 1",
                        Digests.ofText(path),
                        driver)
                .isPresent();
    }

    private static boolean wasReviewed(Tx tx, ReplicationRow row) throws StatementException, InterruptedException {
        return tx.first("SELECT fingerprint FROM offsite_judged WHERE row_id = ?", row.id())
                .filter(judged -> judged.text("fingerprint").equals(fingerprint(row)))
                .isPresent();
    }

    /** Returns the fingerprint of all that a verdict depends on. Heratio's own verification is not part of it. */
    private static String fingerprint(ReplicationRow row) {
        return Digests.ofText(String.join(
                "\n",
                row.localPath(),
                row.remotePath(),
                row.driver(),
                Long.toString(row.sizeBytes()),
                String.valueOf(row.sha256()),
                row.replicatedAt().toString()));
    }
}
