package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.EncryptedCopies;
import org.heratio.offsite.ledger.EncryptedCopy;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;

/** Copies by the key that opens them, and how they are shipped again with another one. */
final class JdbcEncryptedCopies implements EncryptedCopies {
    /** Names no place: the put that follows notes one, which is not that of the copy. */
    private static final String ANY_OTHER_NAME = "";

    private final Transactions transactions;
    private final JournalRows journal;

    JdbcEncryptedCopies(Transactions transactions, JournalRows journal) {
        this.transactions = transactions;
        this.journal = journal;
    }

    @Override
    public Map<String, Long> counts() throws LedgerException {
        return transactions.run(JdbcEncryptedCopies::counts);
    }

    @Override
    public List<EncryptedCopy> copiesOf(Collection<String> keyIds) throws LedgerException {
        return keyIds.isEmpty() ? List.of() : transactions.run(tx -> copiesOf(tx, keyIds));
    }

    @Override
    public boolean shipBeside(EncryptedCopy old) throws LedgerException {
        return transactions.run(tx -> shipBeside(tx, old));
    }

    @Override
    public boolean hasAny() throws LedgerException {
        return transactions.run(JdbcEncryptedCopies::hasAny);
    }

    @Override
    public Optional<Copy> newest(String driver) throws LedgerException {
        return transactions.run(tx -> newest(tx, driver));
    }

    private static Map<String, Long> counts(Tx tx) throws StatementException, InterruptedException {
        Map<String, Long> counts = new TreeMap<>();
        for (SqlRow row : tx.query("SELECT COALESCE(key_id, '') AS key_name, COUNT(*) AS n FROM offsite_copy "
                + "WHERE encrypted = 1 AND replicated_at IS NOT NULL GROUP BY COALESCE(key_id, '')")) {
            counts.put(row.text("key_name"), row.number("n"));
        }
        return counts;
    }

    private static boolean hasAny(Tx tx) throws StatementException, InterruptedException {
        for (String ours : List.of(
                "offsite_copy WHERE encrypted = 1 OR intended_encrypted = 1", "offsite_payload WHERE encrypted = 1")) {
            if (tx.first("SELECT id FROM " + ours + " LIMIT 1").isPresent()) {
                return true;
            }
        }
        return tx.query("SELECT DISTINCT encrypted FROM " + PublicTableMigration.TABLE).stream()
                .anyMatch(row -> row.flag("encrypted"));
    }

    private static Optional<Copy> newest(Tx tx, String driver) throws StatementException, InterruptedException {
        return tx.first(
                        "SELECT " + CopyRows.COLUMNS + " FROM offsite_copy WHERE driver = ? AND encrypted = 1 "
                                + "AND state IN ('REPLICATED', 'VERIFIED') ORDER BY replicated_at DESC, id DESC LIMIT 1",
                        driver)
                .map(Rows::copy);
    }

    private static List<EncryptedCopy> copiesOf(Tx tx, Collection<String> keyIds)
            throws StatementException, InterruptedException {
        String ours = "FROM offsite_copy WHERE encrypted = 1 AND replicated_at IS NOT NULL AND key_id IN ("
                + Tx.marks(keyIds.size()) + ")";
        Map<Long, Version> versions = new HashMap<>();
        for (SqlRow row : tx.query(
                "SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE id IN (SELECT version_id " + ours + ")",
                keyIds.toArray())) {
            versions.put(row.number("id"), Rows.version(row));
        }
        List<EncryptedCopy> copies = new ArrayList<>();
        for (SqlRow row :
                tx.query("SELECT " + CopyRows.COLUMNS + ", key_id " + ours + " ORDER BY id", keyIds.toArray())) {
            Copy copy = Rows.copy(row);
            Version version = versions.get(copy.versionId());
            if (version != null) {
                copies.add(new EncryptedCopy(copy, version, row.text("key_id")));
            }
        }
        return copies;
    }

    private boolean shipBeside(Tx tx, EncryptedCopy old) throws StatementException, InterruptedException {
        long copyId = old.copy().id();
        long versionId = old.version().id();
        Optional<Version> version = Sealing.lock(tx, versionId).filter(v -> v.state() != VersionState.SUPERSEDED);
        boolean pending = version.isPresent()
                && tx.changes(
                        "UPDATE offsite_copy SET state = 'PENDING', plain = 0, repairs = 0, due_at = ?, error_code = NULL, error = NULL "
                                + "WHERE id = ? AND encrypted = 1 AND replicated_at IS NOT NULL AND key_id = ?",
                        tx.now(),
                        copyId,
                        old.keyId());
        if (!pending) {
            return false;
        }
        // a put that was begun under another name goes on there
        tx.update(
                "UPDATE offsite_copy SET intended_path = ?, intended_path_hash = NULL, intended_sha256 = '', intended_encrypted = 1 "
                        + "WHERE id = ? AND (intended_path IS NULL OR intended_path = remote_path)",
                ANY_OTHER_NAME,
                copyId);
        Settling.applyPlainness(tx, versionId, version.get().plain());
        tx.update("DELETE FROM offsite_payload WHERE version_id = ? AND key_id = ?", versionId, old.keyId());
        Requeuing.overwrites(tx, versionId);
        Requeuing.settleAgain(tx, versionId, true);
        journal.write(
                tx,
                Kind.REQUESTED,
                new JournalRows.About(
                        old.version().path(), versionId, copyId, old.copy().driver()),
                "shipped again with another key, beside the copy with key " + old.keyId());
        return true;
    }
}
