package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Elsewhere;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;

/** Reads across many rows: what is known, what can be restored, and counts. */
final class Reports {
    private Reports() {}

    static Map<String, KnownArchive> known(Tx tx) throws SqlTrouble, InterruptedException {
        Map<Long, Map<String, CopyState>> copies = new HashMap<>();
        Map<Long, Set<String>> claimed = new HashMap<>();
        for (SqlRow row : tx.query("SELECT version_id, driver, state, claimed FROM offsite_copy")) {
            copies.computeIfAbsent(row.number("version_id"), id -> new HashMap<>())
                    .put(row.text("driver"), CopyState.valueOf(row.text("state")));
            if (row.flag("claimed")) {
                claimed.computeIfAbsent(row.number("version_id"), id -> new HashSet<>())
                        .add(row.text("driver"));
            }
        }
        Map<String, KnownArchive> known = new LinkedHashMap<>();
        for (SqlRow row : tx.query("SELECT id, path, size_bytes, mtime_nanos, state FROM offsite_version "
                + "WHERE state <> 'SUPERSEDED' ORDER BY newest_at, id")) {
            long id = row.number("id");
            String path = row.text("path");
            // the newest comes last and stays
            known.put(
                    path,
                    new KnownArchive(
                            id,
                            path,
                            row.number("size_bytes"),
                            row.number("mtime_nanos"),
                            VersionState.valueOf(row.text("state")),
                            copies.getOrDefault(id, Map.of()),
                            claimed.getOrDefault(id, Set.of())));
        }
        return known;
    }

    /** Of these rows of the public table, those whose bytes we have read back ourselves. */
    static Set<Long> proved(Tx tx, List<ReplicationRow> rows) throws SqlTrouble, InterruptedException {
        Map<Long, String> hashes = new HashMap<>();
        rows.forEach(row -> hashes.put(row.id(), Digests.ofText(row.archivePath())));
        Set<String> proofs = new HashSet<>();
        for (List<String> some : Tx.chunks(hashes.values().stream().distinct().toList())) {
            for (SqlRow row : tx.query(
                    "SELECT v.path_hash AS path_hash, c.driver AS driver, c.sha256 AS sha256 FROM offsite_copy c "
                            + "JOIN offsite_version v ON v.id = c.version_id WHERE c.proved_at IS NOT NULL "
                            + "AND v.path_hash IN (" + Tx.marks(some.size()) + ")",
                    some.toArray())) {
                proofs.add(row.text("path_hash") + row.text("driver") + row.textOrNull("sha256"));
            }
        }
        return rows.stream()
                .filter(row -> proofs.contains(hashes.get(row.id()) + row.driver() + row.sha256()))
                .map(ReplicationRow::id)
                .collect(Collectors.toSet());
    }

    static Map<String, Long> claimedCounts(Tx tx) throws SqlTrouble, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (SqlRow row :
                tx.query("SELECT driver, COUNT(*) AS n FROM offsite_copy WHERE claimed = 1 GROUP BY driver")) {
            counts.put(row.text("driver"), row.number("n"));
        }
        return counts;
    }

    static Map<String, Long> keyCounts(Tx tx) throws SqlTrouble, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (SqlRow row : tx.query("SELECT COALESCE(key_id, '') AS key_name, COUNT(*) AS n FROM offsite_copy "
                + "WHERE encrypted = 1 AND replicated_at IS NOT NULL GROUP BY COALESCE(key_id, '')")) {
            counts.put(row.text("key_name"), row.number("n"));
        }
        return counts;
    }

    static boolean hasEncrypted(Tx tx) throws SqlTrouble, InterruptedException {
        for (String ours : List.of(
                "offsite_copy WHERE encrypted = 1 OR intended_encrypted = 1", "offsite_payload WHERE encrypted = 1")) {
            if (tx.first("SELECT id FROM " + ours + " LIMIT 1").isPresent()) {
                return true;
            }
        }
        return tx.query("SELECT DISTINCT encrypted FROM " + PublicTableMigration.TABLE).stream()
                .anyMatch(row -> row.flag("encrypted"));
    }

    static Optional<Copy> newestEncrypted(Tx tx, String driver) throws SqlTrouble, InterruptedException {
        return tx.first(
                        "SELECT " + CopyRows.COLUMNS + " FROM offsite_copy WHERE driver = ? AND encrypted = 1 "
                                + "AND state IN ('REPLICATED', 'VERIFIED') ORDER BY replicated_at DESC, id DESC LIMIT 1",
                        driver)
                .map(Rows::copy);
    }

    /**
     * By path, file name, remote name with or without {@code .gpg}, or what a destination calls a copy; newest first. Only the last
     * tells a first version from the later ones of its path when nothing is encrypted, and knows names that a destination cut.
     */
    static List<Version> find(Tx tx, String archive) throws SqlTrouble, InterruptedException {
        String shipped = archive.endsWith(".gpg") ? archive.substring(0, archive.length() - 4) : archive;
        List<Version> found = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT " + Settling.COLUMNS
                        + ", (SELECT MIN(n.remote_path) FROM offsite_copy n WHERE n.version_id = v.id "
                        + "AND n.remote_path LIKE ? ESCAPE '!') AS copy_path"
                        + " FROM offsite_version v WHERE (v.path LIKE ? ESCAPE '!' OR v.remote_name LIKE ? "
                        + "ESCAPE '!' OR v.remote_name LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 FROM offsite_copy n "
                        + "WHERE n.version_id = v.id AND n.remote_path LIKE ? ESCAPE '!')) "
                        + "AND EXISTS (SELECT 1 FROM offsite_copy c "
                        + "WHERE c.version_id = v.id AND c.replicated_at IS NOT NULL AND c.state <> 'MISSING') "
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

    static boolean holdsCopies(Tx tx, String driver, String prefix) throws SqlTrouble, InterruptedException {
        return !tx.query(
                        "SELECT id FROM offsite_copy WHERE driver = ? AND state IN ('REPLICATED', 'VERIFIED') "
                                + "AND remote_path LIKE ? ESCAPE '!' LIMIT 1",
                        driver,
                        escaped(prefix) + "%")
                .isEmpty();
    }

    static Elsewhere elsewhere(Tx tx, String driver, String prefix) throws SqlTrouble, InterruptedException {
        SqlRow row = tx.query(
                        "SELECT COUNT(*) AS n, COUNT(CASE WHEN remote_path NOT LIKE ? ESCAPE '!' THEN 1 END) AS outside, "
                                + "MIN(CASE WHEN remote_path NOT LIKE ? ESCAPE '!' THEN remote_path END) AS first_outside "
                                + "FROM offsite_copy WHERE driver = ? AND " + Copies.SHIPPED,
                        escaped(prefix) + "%",
                        escaped(prefix) + "%",
                        driver)
                .get(0);
        return new Elsewhere(row.number("n"), row.number("outside"), row.textOrNull("first_outside"));
    }

    static Map<String, Map<CopyState, Long>> copyCounts(Tx tx) throws SqlTrouble, InterruptedException {
        Map<String, Map<CopyState, Long>> counts = new TreeMap<>();
        for (SqlRow row : tx.query("SELECT driver, state, COUNT(*) AS n FROM offsite_copy GROUP BY driver, state")) {
            counts.computeIfAbsent(row.text("driver"), driver -> new EnumMap<>(CopyState.class))
                    .put(CopyState.valueOf(row.text("state")), row.number("n"));
        }
        return counts;
    }

    static Map<VersionState, Long> versionCounts(Tx tx) throws SqlTrouble, InterruptedException {
        Map<VersionState, Long> counts = new EnumMap<>(VersionState.class);
        for (SqlRow row : tx.query("SELECT state, COUNT(*) AS n FROM offsite_version GROUP BY state")) {
            counts.put(VersionState.valueOf(row.text("state")), row.number("n"));
        }
        return counts;
    }

    static List<FailedArchive> failedWithoutCopy(Tx tx) throws SqlTrouble, InterruptedException {
        Map<Long, List<SqlRow>> rows = new LinkedHashMap<>();
        for (SqlRow row : tx.query(
                "SELECT v.id AS id, v.path AS path, v.size_bytes AS size_bytes, "
                        + "v.mtime_nanos AS mtime_nanos, v.state AS state, v.settled_at AS settled_at, v.error_code AS error_code, "
                        + "c.driver AS driver, c.error_code AS copy_code FROM offsite_version v "
                        + "LEFT JOIN offsite_copy c ON c.version_id = v.id WHERE v.state <> 'SUPERSEDED' "
                        + "AND (v.state = 'FAILED' OR c.state = 'FAILED') AND NOT EXISTS (SELECT 1 FROM offsite_copy o "
                        + "WHERE o.version_id = v.id AND (o.state <> 'FAILED' OR o.replicated_at IS NOT NULL)) ORDER BY v.id")) {
            rows.computeIfAbsent(row.number("id"), id -> new ArrayList<>()).add(row);
        }
        return rows.values().stream().map(Reports::failedArchive).toList();
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

    static List<String> spoolFilesInUse(Tx tx) throws SqlTrouble, InterruptedException {
        List<String> files = new ArrayList<>();
        for (SqlRow row : tx.query("SELECT p.spool_file AS spool_file FROM offsite_payload p WHERE p.spool_file <> '' "
                + "AND EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = p.version_id AND (c.state = 'PENDING' "
                + "OR (c.state IN ('CORRUPT', 'MISSING') AND c.repairs < " + Copy.MAX_REPAIRS + ")))")) {
            files.add(row.text("spool_file"));
        }
        return files;
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
