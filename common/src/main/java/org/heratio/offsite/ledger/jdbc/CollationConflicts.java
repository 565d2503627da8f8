package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.CopyState;
import org.jspecify.annotations.Nullable;

/**
 * Archives whose paths the collation of Heratio's table takes for one ({@code Café.gz}, {@code cafe.gz}). Both are shipped and tracked; the
 * one row that they can have there is that of the first, and its {@code error} column names the other.
 */
final class CollationConflicts {
    private static final String WHY =
            ", and has no row here, because this table's collation takes both names for one (offsite doctor lists such archives)";

    private CollationConflicts() {}

    /** Notes that the row of another archive stands where a copy's own one should. */
    static void note(Tx tx, PublicLedger.Shown twin, long rowId, String shownPath)
            throws StatementException, InterruptedException {
        tx.update(
                tx.dialect()
                        .upsert(
                                "offsite_twin",
                                List.of("path_hash", "driver"),
                                List.of("path", "shown_path", "shown_path_hash")),
                Digests.ofText(twin.path()),
                twin.driver(),
                twin.path(),
                shownPath,
                Digests.ofText(shownPath));
        // a failure that stands there counts for more
        tx.update(
                "UPDATE " + PublicTableMigration.TABLE + " SET error = ? WHERE id = ? AND status <> 'failed'",
                PublicCharset.error(tx, noteFor(tx, shownPath, twin.driver())),
                rowId);
    }

    /** Returns the text of the {@code error} column of an archive's row that is not about its own copy; null for none. */
    static @Nullable String noteFor(Tx tx, String shownPath, String driver)
            throws StatementException, InterruptedException {
        List<String> notes = new ArrayList<>();
        for (SqlRow twin : tx.query(
                "SELECT path, path_hash FROM offsite_twin WHERE shown_path_hash = ? AND driver = ? ORDER BY path_hash",
                Digests.ofText(shownPath),
                driver)) {
            Optional<SqlRow> failed = tx.first(
                            "SELECT c.state AS state, c.error AS error FROM offsite_copy c JOIN offsite_version v ON v.id = c.version_id "
                                    + "WHERE v.path_hash = ? AND c.driver = ? ORDER BY v.newest_at DESC LIMIT 1",
                            twin.text("path_hash"),
                            driver)
                    .filter(copy -> isBad(CopyState.valueOf(copy.text("state"))));
            if (failed.isPresent()) {
                notes.add(0, failed(twin.text("path"), failed.get()));
            } else {
                notes.add(well(twin.text("path")));
            }
        }
        return notes.isEmpty() ? null : Rows.shortened(notes.get(0));
    }

    private static boolean isBad(CopyState state) {
        return switch (state) {
            case FAILED, CORRUPT, MISSING -> true;
            case PENDING, REPLICATED, VERIFIED -> false;
        };
    }

    /** An archive has got a row of its own. */
    static void forget(Tx tx, PublicLedger.Shown copy) throws StatementException, InterruptedException {
        tx.update(
                "DELETE FROM offsite_twin WHERE path_hash = ? AND driver = ?",
                Digests.ofText(copy.path()),
                copy.driver());
    }

    private static String well(String path) {
        return "no failure: " + path + " is shipped too" + WHY;
    }

    private static String failed(String path, SqlRow copy) {
        String reason = copy.textOrNull("error");
        return "not this archive: " + path + " is " + copy.text("state").toLowerCase(Locale.ROOT)
                + (reason == null ? "" : " (" + reason + ")") + WHY;
    }
}
