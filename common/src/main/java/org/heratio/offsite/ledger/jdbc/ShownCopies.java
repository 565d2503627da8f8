package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.OwnTimes;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/** Finds the copies of ours with the bytes that rows of the public table show. */
final class ShownCopies {
    private ShownCopies() {}

    /** Returns what is known of each row, by its id; without the rows whose bytes we have no copy of. */
    static Map<Long, OwnTimes> of(Tx tx, List<ReplicationRow> rows) throws StatementException, InterruptedException {
        Map<String, List<SqlRow>> copies = copies(tx, rows);
        Map<Long, OwnTimes> times = new HashMap<>();
        for (ReplicationRow row : rows) {
            List<SqlRow> same = copies.getOrDefault(key(row), List.of());
            if (!same.isEmpty()) {
                times.put(row.id(), times(row, same));
            }
        }
        return times;
    }

    /** Returns the copies by key, without those of other versions of the same paths, which may be many. */
    private static Map<String, List<SqlRow>> copies(Tx tx, List<ReplicationRow> rows)
            throws StatementException, InterruptedException {
        Map<String, List<SqlRow>> copies = new HashMap<>();
        rows.forEach(row -> copies.put(key(row), new ArrayList<>()));
        List<String> hashes = rows.stream()
                .map(row -> Digests.ofText(row.archivePath()))
                .distinct()
                .toList();
        for (List<String> some : Tx.chunks(hashes)) {
            for (SqlRow copy : tx.query(
                    "SELECT v.path_hash AS path_hash, c.driver AS driver, c.sha256 AS sha256, c.remote_path AS remote_path, "
                            + "c.key_id AS key_id, c.replicated_at AS replicated_at, c.proved_at AS proved_at FROM offsite_version v "
                            + "JOIN offsite_copy c ON " + CopyRows.OF_HOLDER
                            + " WHERE c.replicated_at IS NOT NULL AND v.path_hash IN (" + Tx.marks(some.size()) + ")",
                    some.toArray())) {
                List<SqlRow> same =
                        copies.get(key(copy.text("path_hash"), copy.text("driver"), copy.textOrNull("sha256")));
                if (same != null) {
                    same.add(copy);
                }
            }
        }
        return copies;
    }

    private static String key(ReplicationRow row) {
        return key(Digests.ofText(row.archivePath()), row.driver(), row.sha256());
    }

    private static String key(String pathHash, String driver, @Nullable String sha256) {
        return pathHash + driver + sha256;
    }

    private static OwnTimes times(ReplicationRow row, List<SqlRow> same) {
        boolean proved = same.stream().anyMatch(copy -> copy.numberOrNull("proved_at") != null);
        return same.stream()
                .filter(copy -> PublicLedger.samePlace(row.remotePath(), copy.text("remote_path")))
                .findFirst()
                .map(copy -> new OwnTimes(proved, replicatedAt(copy), copy.numberOrNull("proved_at")))
                .orElse(new OwnTimes(proved, null, null));
    }

    /**
     * Returns null for a copy of Heratio's: its time was computed from the row, in the zone of that day, and tells nothing of the row's
     * zone. It is a whole second, and the key is not known. Times of the few copies of ours that look so are read from the row, too.
     */
    private static @Nullable Long replicatedAt(SqlRow copy) {
        long millis = copy.number("replicated_at");
        return millis % 1000 == 0 && copy.textOrNull("key_id") == null ? null : millis;
    }
}
