package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;

/** Queues versions and their copies again: those that failed, are damaged or wait, and by force all. */
final class Requeuing {
    private final JournalRows journal;

    Requeuing(JournalRows journal) {
        this.journal = journal;
    }

    void requeue(Tx tx, long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws StatementException, InterruptedException {
        requeue(tx, versionId, plain ? Set.of() : drivers, plain ? drivers : Set.of(), force);
    }

    /**
     * Queues the copies of a version again that failed or are damaged, and by force all.
     *
     * @param encrypted destinations that get it encrypted, if there is a passphrase
     * @param plain those that do not
     */
    void requeue(Tx tx, long versionId, Collection<String> encrypted, Collection<String> plain, boolean force)
            throws StatementException, InterruptedException {
        // two that wish for different copies must know of each other
        Optional<Version> found = Sealing.lock(tx, versionId).filter(v -> v.state() != VersionState.SUPERSEDED);
        if (found.isEmpty()) {
            return;
        }
        boolean own = found.get().sameAs() == 0;
        boolean changed = !own && SameBytes.part(tx, found.get(), encrypted, plain, force);
        if (!own && !changed) {
            return;
        }
        changed |= pend(tx, versionId, encrypted, force, false);
        changed |= pend(tx, versionId, plain, force, true);
        boolean pending = tx.first(
                        "SELECT id FROM offsite_copy WHERE version_id = ? AND state = 'PENDING' LIMIT 1", versionId)
                .isPresent();
        if (pending) {
            Settling.applyPlainness(tx, versionId, found.get().plain());
        }
        if (pending && force) {
            overwrites(tx, versionId);
        }
        changed |= settleAgain(tx, versionId, pending);
        if (changed) {
            List<String> drivers = new ArrayList<>(encrypted);
            drivers.addAll(plain);
            journal.write(
                    tx,
                    Kind.REQUESTED,
                    JournalRows.About.version(found.get().path(), versionId),
                    "queued again" + (force ? ", by force" : "")
                            + (drivers.isEmpty() ? "" : ", for " + String.join(", ", drivers)));
        }
    }

    /** Marks a version that is shipped again over its copy. It was shipped before, so that completeness is not required. */
    static void overwrites(Tx tx, long versionId) throws StatementException, InterruptedException {
        tx.update("UPDATE offsite_version SET overwrites = 1 WHERE id = ?", versionId);
    }

    /** @param pending whether a copy waits for a payload, which has to be made if it is not there */
    static boolean settleAgain(Tx tx, long versionId, boolean pending) throws StatementException, InterruptedException {
        String from = pending && Sealing.payloadOf(tx, versionId).isEmpty() ? "('FAILED', 'SEALED')" : "('FAILED')";
        return tx.changes(
                "UPDATE offsite_version SET state = 'SETTLED', due_at = ?, error_code = NULL, error = NULL "
                        // one that waits for its next attempt is not to wait any longer
                        + "WHERE id = ? AND (state = 'SETTLED' AND error_code IS NOT NULL OR state IN " + from + ")",
                tx.now(),
                versionId);
    }

    /** Returns whether a copy that was not pending is. */
    private static boolean pend(Tx tx, long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws StatementException, InterruptedException {
        if (drivers.isEmpty()) {
            return false;
        }
        List<Object> parameters = new ArrayList<>(List.of(tx.now(), versionId));
        parameters.addAll(drivers);
        boolean pending = tx.changes(
                "UPDATE offsite_copy SET state = 'PENDING', repairs = 0, due_at = ?, error_code = NULL, error = NULL "
                        + "WHERE version_id = ? AND driver IN (" + Tx.marks(drivers.size()) + ") AND state IN ("
                        + (force ? "'REPLICATED', 'VERIFIED', " : "") + "'FAILED', 'CORRUPT', 'MISSING')",
                parameters.toArray());
        // one that waits for its next attempt is not to wait any longer
        parameters.add(0, Rows.flag(plain));
        tx.update(
                "UPDATE offsite_copy SET plain = ?, due_at = ?, error_code = NULL, error = NULL WHERE version_id = ? AND driver IN ("
                        + Tx.marks(drivers.size()) + ") AND state = 'PENDING'",
                parameters.toArray());
        return pending;
    }
}
