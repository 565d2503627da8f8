package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestCounts;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;

/** Counts the items of a request in the database. */
final class RequestCountRows {
    private static final String GIVEN_UP =
            "CASE WHEN c.state IN ('CORRUPT', 'MISSING') AND c.repairs >= " + Copy.MAX_REPAIRS + " THEN 1 ELSE 0 END";
    private static final String COUNTS = "SELECT MIN(i.path) AS path, MIN(i.version_id) AS version_id, "
            + "MIN(i.driver) AS driver, MIN(i.checked_at) AS checked_at, i.outcome AS outcome, v.state AS version_state, "
            + "MIN(c.id) AS copy_id, c.state AS copy_state, " + GIVEN_UP + " AS given_up, COUNT(*) AS items"
            + RequestRows.FROM + "WHERE i.request_id = ? GROUP BY i.outcome, v.state, c.state, " + GIVEN_UP
            + ", CASE WHEN i.checked_at IS NULL THEN 0 ELSE 1 END, CASE WHEN i.version_id = 0 THEN 0 ELSE 1 END, "
            + "CASE WHEN v.state = 'SUPERSEDED' THEN i.id ELSE 0 END";

    private RequestCountRows() {}

    static Optional<RequestCounts> counts(Tx tx, String requestId) throws StatementException, InterruptedException {
        Optional<SqlRow> request = tx.first(
                "SELECT scanned, found_count, skipped_count FROM offsite_request WHERE request_id = ?", requestId);
        if (request.isEmpty()) {
            return Optional.empty();
        }
        List<RequestCounts.Group> groups = new ArrayList<>();
        for (SqlRow row : tx.query(COUNTS, requestId)) {
            groups.add(new RequestCounts.Group(example(row), row.number("items")));
        }
        SqlRow row = request.get();
        return Optional.of(
                new RequestCounts(row.flag("scanned"), row.small("found_count"), row.small("skipped_count"), groups));
    }

    private static RequestStatus.Item example(SqlRow row) {
        String versionState = row.textOrNull("version_state");
        String copyState = row.textOrNull("copy_state");
        Long copyId = row.numberOrNull("copy_id");
        return new RequestStatus.Item(
                row.text("path"),
                row.number("version_id"),
                copyId == null ? 0 : copyId,
                row.text("driver"),
                versionState == null ? null : VersionState.valueOf(versionState),
                copyState == null ? null : CopyState.valueOf(copyState),
                row.flag("given_up"),
                row.numberOrNull("checked_at"),
                row.textOrNull("outcome"),
                null,
                null,
                0);
    }
}
