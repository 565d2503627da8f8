package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** The rows of requests: their archives, and the progress of each by the current versions and copies. */
final class RequestRows {
    private static final String WITHHELD =
            "ahg_backup_replication says that Heratio shipped it there, and nobody could look yet";

    private static final Duration KEPT = Duration.ofDays(7);

    /** A scan that was recorded may come again, when its process died before it said so. */
    private static final Duration REPEATED = Duration.ofHours(1);

    /** The items {@code i} with their versions {@code v} and copies {@code c}. */
    static final String FROM = " FROM offsite_request_item i "
            // one that turned out to have known bytes, perhaps before the request knew it
            + "LEFT JOIN offsite_version n ON n.id = i.version_id "
            + "LEFT JOIN offsite_version v "
            + "ON v.id = CASE WHEN n.state = 'SUPERSEDED' THEN COALESCE(n.same_as, n.id) ELSE n.id END "
            + "LEFT JOIN offsite_copy c ON " + CopyRows.OF_HOLDER + " AND c.driver = i.driver ";

    private final Clock clock;
    private final JournalRows journal;

    RequestRows(Clock clock, JournalRows journal) {
        this.clock = clock;
        this.journal = journal;
    }

    void open(Tx tx, String requestId, String kind, RequestOptions options)
            throws StatementException, InterruptedException {
        open(
                tx,
                requestId,
                kind,
                options,
                journal.entry(
                        Kind.REQUESTED,
                        JournalRows.About.version("", 0),
                        kind + (options.force() ? ", by force" : "") + (options.plain() ? ", unencrypted" : "")
                                + ", request " + requestId));
    }

    /** @param asked the fact that the journal gets, if the request is new */
    void open(Tx tx, String requestId, String kind, RequestOptions options, JournalEntry asked)
            throws StatementException, InterruptedException {
        long now = clock.millis();
        for (SqlRow old :
                tx.query("SELECT request_id FROM offsite_request WHERE opened_at < ?", now - KEPT.toMillis())) {
            String id = old.text("request_id");
            tx.update("DELETE FROM offsite_request_item WHERE request_id = ?", id);
            tx.update("DELETE FROM offsite_request_asked WHERE request_id = ?", id);
            tx.update("DELETE FROM offsite_request WHERE request_id = ?", id);
        }
        if (!isKnown(tx, requestId)) {
            tx.update(
                    "INSERT INTO offsite_request (request_id, kind, opened_at, scanned, found_count, skipped_count) "
                            + "VALUES (?, ?, ?, 0, 0, 0)",
                    requestId,
                    kind,
                    now);
            tx.update(
                    "INSERT INTO offsite_request_asked (request_id, forced, plain) VALUES (?, ?, ?)",
                    requestId,
                    Rows.flag(options.force()),
                    Rows.flag(options.plain()));
            journal.write(tx, List.of(asked));
        }
    }

    static boolean isKnown(Tx tx, String requestId) throws StatementException, InterruptedException {
        return tx.first("SELECT kind FROM offsite_request WHERE request_id = ?", requestId)
                .isPresent();
    }

    Optional<RequestOptions> options(Tx tx, String requestId) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT a.forced AS forced, a.plain AS plain FROM offsite_request r "
                                + "JOIN offsite_request_asked a ON a.request_id = r.request_id "
                                + "WHERE r.request_id = ? AND (r.scanned = 0 OR r.opened_at > ?)",
                        requestId,
                        clock.millis() - REPEATED.toMillis())
                .map(row -> new RequestOptions(row.flag("forced"), row.flag("plain")));
    }

    void add(Tx tx, String requestId, List<RequestStatus.Item> items) throws StatementException, InterruptedException {
        Map<String, Set<Long>> there = versionsByPath(tx, requestId, items);
        for (RequestStatus.Item item : items) {
            String hash = Digests.ofText(item.path());
            Set<Long> versions = there.computeIfAbsent(hash + item.driver(), key -> new HashSet<>());
            long version = item.versionId();
            if (version != 0 && versions.remove(0L)) {
                resolve(tx, requestId, hash, item.driver(), version);
                // unless it was settled, or gone, just now
                if (has(tx, requestId, hash, item.driver(), version)) {
                    versions.add(version);
                }
            }
            boolean known = version == 0 ? !versions.isEmpty() : versions.contains(version);
            if (!known && versions.add(version)) {
                insert(tx, requestId, item, hash);
            }
        }
    }

    /** The versions of those items of a request that have one of the paths, by hash of the path and driver. */
    private static Map<String, Set<Long>> versionsByPath(Tx tx, String requestId, List<RequestStatus.Item> items)
            throws StatementException, InterruptedException {
        Map<String, Set<Long>> there = new HashMap<>();
        List<String> hashes = items.stream()
                .map(item -> Digests.ofText(item.path()))
                .distinct()
                .toList();
        for (List<String> some : Tx.chunks(hashes)) {
            List<Object> parameters = new ArrayList<>(List.of(requestId));
            parameters.addAll(some);
            for (SqlRow row : tx.query(
                    "SELECT path_hash, driver, version_id FROM offsite_request_item WHERE request_id = ? AND path_hash IN ("
                            + Tx.marks(some.size()) + ")",
                    parameters.toArray())) {
                there.computeIfAbsent(row.text("path_hash") + row.text("driver"), key -> new HashSet<>())
                        .add(row.number("version_id"));
            }
        }
        return there;
    }

    void settled(Tx tx, String requestId, String path, long versionId) throws StatementException, InterruptedException {
        String hash = Digests.ofText(path);
        if (versionId == 0) {
            boolean deleted = tx.changes(
                    "DELETE FROM offsite_request_item WHERE request_id = ? AND path_hash = ? AND version_id = 0",
                    requestId,
                    hash);
            if (deleted) {
                journal.write(
                        tx, Kind.DELETED, JournalRows.About.version(path, 0), "the archive, before it was finished");
            }
            return;
        }
        for (SqlRow row : tx.query(
                "SELECT driver FROM offsite_request_item WHERE request_id = ? AND path_hash = ? AND version_id = 0",
                requestId,
                hash)) {
            resolve(tx, requestId, hash, row.text("driver"), versionId);
        }
    }

    /** Items that wait for a version that was superseded wait for its successor. */
    static void follow(Tx tx, long oldVersion, long newVersion) throws StatementException, InterruptedException {
        for (SqlRow row : tx.query(
                "SELECT id, request_id, path_hash, driver FROM offsite_request_item WHERE version_id = ?",
                oldVersion)) {
            move(tx, row, newVersion);
        }
    }

    void unreadable(Tx tx, String requestId, String path, Failure failure)
            throws StatementException, InterruptedException {
        tx.update(
                "UPDATE offsite_request_item SET outcome = ?, error = ? "
                        + "WHERE request_id = ? AND path_hash = ? AND version_id = 0",
                failure.code().name(),
                Rows.shortened(failure.oneLine()),
                requestId,
                Digests.ofText(path));
    }

    void scanned(Tx tx, String requestId, int found, int skipped) throws StatementException, InterruptedException {
        tx.update(
                "UPDATE offsite_request SET scanned = 1, found_count = ?, skipped_count = ? WHERE request_id = ?",
                found,
                skipped,
                requestId);
    }

    Optional<RequestStatus> status(Tx tx, String requestId) throws StatementException, InterruptedException {
        Optional<SqlRow> request = tx.first(
                "SELECT scanned, found_count, skipped_count FROM offsite_request WHERE request_id = ?", requestId);
        if (request.isEmpty()) {
            return Optional.empty();
        }
        List<RequestStatus.Item> items = new ArrayList<>();
        for (SqlRow row : tx.query(
                "SELECT i.path AS path, i.version_id AS version_id, i.driver AS driver, i.checked_at AS checked_at, "
                        + "i.outcome AS outcome, i.error AS item_error, v.state AS version_state, v.error AS version_error, "
                        + "v.size_bytes AS version_size, c.id AS copy_id, c.state AS copy_state, c.error AS copy_error, c.repairs AS copy_repairs, "
                        + "c.remote_path AS remote_path, c.size_bytes AS copy_size, u.detail AS unchecked" + FROM
                        + "LEFT JOIN offsite_unchecked u ON u.version_id = COALESCE(v.same_as, v.id) "
                        + "WHERE i.request_id = ? ORDER BY i.id",
                requestId)) {
            items.add(item(row));
        }
        SqlRow row = request.get();
        return Optional.of(new RequestStatus(
                requestId, row.flag("scanned"), row.small("found_count"), row.small("skipped_count"), items));
    }

    private static RequestStatus.Item item(SqlRow row) {
        String versionState = row.textOrNull("version_state");
        String copyState = row.textOrNull("copy_state");
        Long copyId = row.numberOrNull("copy_id");
        Long versionSize = row.numberOrNull("version_size");
        Long copySize = row.numberOrNull("copy_size");
        // the row of the copy knows nothing of the damage before
        boolean replaced = RequestChecks.REPLACED.equals(row.textOrNull("outcome"));
        String error = versionState != null && copyState == null
                ? WITHHELD
                : row.textOrNull(replaced ? "item_error" : "copy_error");
        if (error == null) {
            error = row.textOrNull("version_error");
        }
        if (error == null) {
            error = row.textOrNull("item_error");
        }
        return new RequestStatus.Item(
                row.text("path"),
                row.number("version_id"),
                copyId == null ? 0 : copyId,
                row.text("driver"),
                versionState == null ? null : VersionState.valueOf(versionState),
                copyState == null ? null : CopyState.valueOf(copyState),
                givenUp(row, copyState),
                row.numberOrNull("checked_at"),
                row.textOrNull("outcome"),
                error,
                row.textOrNull("remote_path"),
                copySize != null && copySize > 0 ? copySize : versionSize == null ? 0 : versionSize,
                row.textOrNull("unchecked"));
    }

    private static boolean givenUp(SqlRow row, @Nullable String copyState) {
        return ("CORRUPT".equals(copyState) || "MISSING".equals(copyState))
                && row.small("copy_repairs") >= Copy.MAX_REPAIRS;
    }

    /** The item that had no version yet gets one. */
    private static void resolve(Tx tx, String requestId, String hash, String driver, long versionId)
            throws StatementException, InterruptedException {
        Optional<SqlRow> waiting = tx.first(
                "SELECT id, request_id, path_hash, driver FROM offsite_request_item "
                        + "WHERE request_id = ? AND path_hash = ? AND driver = ? AND version_id = 0",
                requestId,
                hash,
                driver);
        if (waiting.isPresent()) {
            move(tx, waiting.get(), versionId);
        }
    }

    private static void move(Tx tx, SqlRow item, long versionId) throws StatementException, InterruptedException {
        long id = item.number("id");
        if (has(tx, item.text("request_id"), item.text("path_hash"), item.text("driver"), versionId)) {
            tx.update("DELETE FROM offsite_request_item WHERE id = ?", id);
        } else {
            tx.update("UPDATE offsite_request_item SET version_id = ? WHERE id = ?", versionId, id);
        }
    }

    private static boolean has(Tx tx, String requestId, String hash, String driver, long versionId)
            throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT id FROM offsite_request_item WHERE request_id = ? AND path_hash = ? AND driver = ? AND version_id = ?",
                        requestId,
                        hash,
                        driver,
                        versionId)
                .isPresent();
    }

    private static void insert(Tx tx, String requestId, RequestStatus.Item item, String hash)
            throws StatementException, InterruptedException {
        String error = item.error();
        tx.update(
                "INSERT INTO offsite_request_item (request_id, path, path_hash, driver, version_id, outcome, error) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?)",
                requestId,
                item.path(),
                hash,
                item.driver(),
                item.versionId(),
                item.outcome(),
                error == null ? null : Rows.shortened(error));
    }
}
