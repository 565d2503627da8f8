package org.heratio.offsite.ledger.jdbc;

import java.util.List;
import org.heratio.offsite.archive.Digests;
import org.jspecify.annotations.Nullable;

/**
 * Archives whose paths the collation of Heratio's table takes for one ({@code Café.gz}, {@code cafe.gz}). Both are shipped and tracked; the
 * one row that they can have there is that of the first, and its {@code error} column names the other.
 */
final class Twins {
    private Twins() {}

    /** Notes that the row of another archive stands where a copy's own one should. */
    static void note(Tx tx, PublicLedger.Shown twin, long rowId, String shownPath)
            throws SqlTrouble, InterruptedException {
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
                text(twin.path()),
                rowId);
    }

    /** What the {@code error} column of a row has to say although the copy is well; null for nothing. */
    static @Nullable String noteFor(Tx tx, PublicLedger.Shown copy) throws SqlTrouble, InterruptedException {
        return tx.first(
                        "SELECT path FROM offsite_twin WHERE shown_path_hash = ? AND driver = ? ORDER BY path_hash LIMIT 1",
                        Digests.ofText(copy.path()),
                        copy.driver())
                .map(row -> text(row.text("path")))
                .orElse(null);
    }

    /** An archive has got a row of its own. */
    static void forget(Tx tx, PublicLedger.Shown copy) throws SqlTrouble, InterruptedException {
        tx.update(
                "DELETE FROM offsite_twin WHERE path_hash = ? AND driver = ?",
                Digests.ofText(copy.path()),
                copy.driver());
    }

    private static String text(String path) {
        return "no failure: " + path
                + " is shipped too, and has no row here, because this table's collation takes both names for one"
                + " (offsite doctor lists such archives)";
    }
}
