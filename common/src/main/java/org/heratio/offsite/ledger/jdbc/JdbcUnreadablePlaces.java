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
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.UnreadablePlaces;

/**
 * Stores the places that the last scan of each backup directory could not read; the journal says when one came and
 * went.
 */
final class JdbcUnreadablePlaces implements UnreadablePlaces {
    /** No scan clears the rows of a directory that is no longer configured. */
    private static final Duration KEPT = Duration.ofDays(7);

    private final Transactions transactions;
    private final Clock clock;
    private final JournalRows journal;

    JdbcUnreadablePlaces(Transactions transactions, Clock clock, JournalRows journal) {
        this.transactions = transactions;
        this.clock = clock;
        this.journal = journal;
    }

    @Override
    public void record(String root, Unreadable found) throws LedgerException {
        transactions.execute(tx -> record(tx, root, found));
    }

    @Override
    public Unreadable of(String root) throws LedgerException {
        return transactions.run(tx -> of(tx, root));
    }

    private void record(Tx tx, String root, Unreadable found) throws StatementException, InterruptedException {
        String rootHash = Digests.ofText(root);
        Optional<SqlRow> noted = tx.first("SELECT total FROM offsite_unreadable_total WHERE root_hash = ?", rootHash);
        if (found.total() == 0) {
            if (noted.isPresent()) {
                List<JournalEntry> readable = tx
                        .query("SELECT path FROM offsite_unreadable WHERE root_hash = ? ORDER BY path", rootHash)
                        .stream()
                        .map(row -> readable(row.text("path")))
                        .toList();
                forget(tx, rootHash);
                tell(tx, readable);
            }
            return;
        }
        forgetOthers(tx, rootHash);
        replace(tx, rootHash, found);
        if (noted.isPresent()) {
            tx.update(
                    "UPDATE offsite_unreadable_total SET total = ?, seen_at = ? WHERE root_hash = ?",
                    found.total(),
                    clock.millis(),
                    rootHash);
        } else {
            tx.update(
                    "INSERT INTO offsite_unreadable_total (root_hash, total, seen_at) VALUES (?, ?, ?)",
                    rootHash,
                    found.total(),
                    clock.millis());
        }
    }

    private static Unreadable of(Tx tx, String root) throws StatementException, InterruptedException {
        String rootHash = Digests.ofText(root);
        Optional<SqlRow> noted = tx.first("SELECT total FROM offsite_unreadable_total WHERE root_hash = ?", rootHash);
        if (noted.isEmpty()) {
            return Unreadable.NONE;
        }
        List<Unreadable.Place> places = tx
                .query(
                        "SELECT path, reason, hint, since_at FROM offsite_unreadable WHERE root_hash = ? "
                                + "ORDER BY since_at, path",
                        rootHash)
                .stream()
                .map(row -> new Unreadable.Place(
                        row.text("path"), row.text("reason"), row.textOrNull("hint"), row.number("since_at")))
                .toList();
        return new Unreadable(places, Math.max(noted.get().number("total"), places.size()));
    }

    private void replace(Tx tx, String rootHash, Unreadable found) throws StatementException, InterruptedException {
        Map<String, SqlRow> before = new HashMap<>();
        for (SqlRow row :
                tx.query("SELECT path_hash, path, reason FROM offsite_unreadable WHERE root_hash = ?", rootHash)) {
            before.put(row.text("path_hash"), row);
        }
        List<JournalEntry> facts = new ArrayList<>();
        Set<String> shut = new HashSet<>();
        for (Unreadable.Place place : found.places()) {
            shut.add(place.path());
            String pathHash = Digests.ofText(place.path());
            String reason = Rows.shortened(place.reason());
            SqlRow known = before.remove(pathHash);
            if (known == null) {
                insert(tx, rootHash, pathHash, place, reason);
                facts.add(journal.entry(Kind.UNREADABLE, JournalRows.About.version(place.path(), 0), reason));
            } else if (!known.text("reason").equals(reason)) {
                tx.update(
                        "UPDATE offsite_unreadable SET reason = ?, hint = ? WHERE root_hash = ? AND path_hash = ?",
                        reason,
                        place.hint(),
                        rootHash,
                        pathHash);
            }
        }
        int room = Unreadable.LIMIT - found.places().size();
        for (SqlRow other : before.values()) {
            boolean hidden = isBelow(other.text("path"), shut);
            if (hidden && room > 0) {
                room--;
                continue;
            }
            tx.update(
                    "DELETE FROM offsite_unreadable WHERE root_hash = ? AND path_hash = ?",
                    rootHash,
                    other.text("path_hash"));
            // one that is not noted may be among those that are only counted
            if (!hidden && found.unnoted() == 0) {
                facts.add(readable(other.text("path")));
            }
        }
        tell(tx, facts);
    }

    /** Returns whether a path leads through one of some places: no scan that cannot look into them gets there. */
    private static boolean isBelow(String path, Set<String> places) {
        for (int end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
            if (places.contains(end == 0 ? "/" : path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    private JournalEntry readable(String path) {
        return journal.entry(
                Kind.READABLE, JournalRows.About.version(path, 0), "a scan can look at it again, or it is gone");
    }

    private void tell(Tx tx, List<JournalEntry> facts) throws StatementException, InterruptedException {
        for (List<JournalEntry> some : Tx.chunks(facts)) {
            journal.write(tx, some);
        }
    }

    private void insert(Tx tx, String rootHash, String pathHash, Unreadable.Place place, String reason)
            throws StatementException, InterruptedException {
        tx.update(
                "INSERT INTO offsite_unreadable (root_hash, path_hash, path, reason, hint, since_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?)",
                rootHash,
                pathHash,
                place.path(),
                reason,
                place.hint(),
                clock.millis());
    }

    private void forgetOthers(Tx tx, String rootHash) throws StatementException, InterruptedException {
        for (SqlRow old : tx.query(
                "SELECT root_hash FROM offsite_unreadable_total WHERE root_hash <> ? AND seen_at < ?",
                rootHash,
                clock.millis() - KEPT.toMillis())) {
            forget(tx, old.text("root_hash"));
        }
    }

    private static void forget(Tx tx, String rootHash) throws StatementException, InterruptedException {
        tx.update("DELETE FROM offsite_unreadable WHERE root_hash = ?", rootHash);
        tx.update("DELETE FROM offsite_unreadable_total WHERE root_hash = ?", rootHash);
    }
}
