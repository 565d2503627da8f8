package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Payload;

/** The life of a copy: about to be put, replicated, proved, damaged, failed; each with its public row. */
final class CopyTransitions {
    /** The condition for a copy that was shipped, also if it could not be shipped again later. */
    static final String SHIPPED =
            "(state IN ('REPLICATED', 'VERIFIED', 'CORRUPT', 'MISSING') OR state = 'FAILED' AND replicated_at IS NOT NULL)";

    private final Clock clock;
    private final PublicLedger publicLedger;
    private final JournalRows journal;
    private final Doubts doubts;

    CopyTransitions(Clock clock, PublicLedger publicLedger, JournalRows journal) {
        this.clock = clock;
        this.publicLedger = publicLedger;
        this.journal = journal;
        this.doubts = new Doubts(clock, journal);
    }

    /**
     * Records a put before its first byte. The row still describes the copy at the destination until {@link #replicated}: the put may
     * never succeed.
     */
    boolean recordPendingPut(Tx tx, long copyId, String remotePath, Payload payload)
            throws StatementException, InterruptedException {
        // what is in clear may have been made for another destination, or been taken back since it was looked up
        boolean meant = payload.encrypted()
                || (Sealing.payload(tx, payload.id()).isPresent()
                        && CopyRows.byId(tx, copyId)
                                .filter(copy -> copy.state() == CopyState.PENDING || !copy.encrypted())
                                .isPresent());
        return meant
                && tx.changes(
                        "UPDATE offsite_copy SET intended_path = ?, intended_path_hash = ?, intended_sha256 = ?, intended_encrypted = ? "
                                + "WHERE id = ? AND version_id = ? AND state IN ('PENDING', 'CORRUPT', 'MISSING')",
                        remotePath,
                        Digests.ofText(remotePath),
                        payload.sha256(),
                        Rows.flag(payload.encrypted()),
                        copyId,
                        payload.versionId());
    }

    /** Returns the copy at a remote path, or else the one whose put is pending there. */
    Optional<Copy> at(Tx tx, String driver, String remotePath) throws StatementException, InterruptedException {
        String select = "SELECT " + CopyRows.COLUMNS + ", %s AS rank_of FROM offsite_copy WHERE driver = ? AND %s = ?";
        String hash = Digests.ofText(remotePath);
        // two of them, since one with OR uses no index everywhere
        return tx.first(
                        select.formatted("0", "remote_path_hash") + " UNION ALL "
                                + select.formatted("1", "intended_path_hash")
                                + " ORDER BY rank_of, id DESC LIMIT 1",
                        driver,
                        hash,
                        driver,
                        hash)
                .map(Rows::copy);
    }

    boolean replicated(Tx tx, long copyId, String remotePath, Payload payload)
            throws StatementException, InterruptedException {
        Optional<CopyRows.Located> before = CopyRows.located(tx, copyId)
                .filter(found -> found.copy().versionId() == payload.versionId()
                        && isToShip(found.copy().state()));
        if (before.isEmpty()) {
            return false;
        }
        CopyState from = before.get().copy().state();
        boolean changed = tx.changes(
                "UPDATE offsite_copy SET state = 'REPLICATED', remote_path = ?, remote_path_hash = ?, sha256 = ?, size_bytes = ?, "
                        + "encrypted = ?, claimed = 0, replicated_at = ?, proved_at = NULL, error_code = NULL, error = NULL, "
                        + "key_id = (SELECT p.key_id FROM offsite_payload p WHERE p.version_id = ? AND p.sha256 = ?), due_at = "
                        + tx.dialect().nowMillis() + ", "
                        + "intended_path = NULL, intended_path_hash = NULL, intended_sha256 = NULL, intended_encrypted = NULL "
                        + "WHERE id = ? AND state = ?",
                remotePath,
                Digests.ofText(remotePath),
                payload.sha256(),
                payload.size(),
                Rows.flag(payload.encrypted()),
                clock.millis(),
                payload.versionId(),
                payload.sha256(),
                copyId,
                from.name());
        requireUnchanged(changed);
        Doubts.end(tx, before.get());
        if (before.get().overwrites()) {
            tx.update(
                    "UPDATE offsite_version SET overwrites = 0 WHERE id = ? AND NOT EXISTS "
                            + "(SELECT 1 FROM offsite_copy c WHERE c.version_id = ? AND c.state = 'PENDING')",
                    payload.versionId(),
                    payload.versionId());
        }
        PublicLedger.Shown put = before.get().shown(remotePath, payload.sha256(), payload.size(), payload.encrypted());
        for (PublicLedger.Shown shown : CopyRows.everywhere(tx, before.get(), put)) {
            publicLedger.replicated(tx, shown);
        }
        journal.write(
                tx,
                from == CopyState.PENDING ? Kind.SHIPPED : Kind.REPAIRED,
                before.get().about(),
                "as " + remotePath);
        return true;
    }

    private static boolean isToShip(CopyState state) {
        return switch (state) {
            case PENDING, CORRUPT, MISSING -> true;
            case REPLICATED, VERIFIED, FAILED -> false;
        };
    }

    /** The state before decides what the journal says: it is the one that was read, or the transaction runs again. */
    private static void requireUnchanged(boolean changed) throws StatementException {
        if (!changed) {
            throw StatementException.lostRace("the copy changed at the same moment");
        }
    }

    boolean fail(Tx tx, long copyId, Failure failure) throws StatementException, InterruptedException {
        boolean failed = tx.changes(
                "UPDATE offsite_copy SET state = 'FAILED', error_code = ?, error = ? WHERE id = ? AND state = 'PENDING'",
                failure.code().name(),
                Rows.error(failure),
                copyId);
        if (failed) {
            CopyRows.Located now = CopyRows.located(tx, copyId).orElseThrow();
            for (PublicLedger.Shown shown : CopyRows.everywhere(tx, now, now.shown())) {
                publicLedger.failed(tx, shown, failure);
            }
            journal.write(tx, Kind.GIVEN_UP, now.about(), failure);
            return true;
        }
        Optional<Copy> before = CopyRows.byId(tx, copyId);
        // a repair that was given up: the copy stays what it is, and nobody tries again unasked
        boolean unrepairable = tx.changes(
                "UPDATE offsite_copy SET repairs = ?, error_code = ?, error = ? WHERE id = ? AND state IN ('CORRUPT', 'MISSING')",
                Copy.MAX_REPAIRS,
                failure.code().name(),
                Rows.error(failure),
                copyId);
        if (unrepairable) {
            CopyRows.Located now = CopyRows.located(tx, copyId).orElseThrow();
            showDamaged(tx, now, failure);
            if (!before.map(Copy::errorCode).equals(Optional.of(failure.code().name()))) {
                journal.write(tx, Kind.GIVEN_UP, now.about(), failure);
            }
        }
        return unrepairable;
    }

    /** Returns the copy as it was before; empty when it has other bytes. */
    Optional<Copy> verified(Tx tx, long copyId, String sha256) throws StatementException, InterruptedException {
        Optional<CopyRows.Located> before = CopyRows.located(tx, copyId)
                .filter(found -> sha256.equals(found.copy().sha256()) && isShipped(found.copy()));
        if (before.isEmpty()) {
            return Optional.empty();
        }
        CopyState from = before.get().copy().state();
        // a proof of other bytes (read before the copy was shipped anew) proves nothing of this one
        boolean changed = tx.changes(
                "UPDATE offsite_copy SET state = 'VERIFIED', claimed = 0, repairs = 0, proved_at = ?, error_code = NULL, error = NULL "
                        + "WHERE id = ? AND sha256 = ? AND state = ?",
                clock.millis(),
                copyId,
                sha256,
                from.name());
        requireUnchanged(changed);
        Doubts.end(tx, before.get());
        for (PublicLedger.Shown shown :
                CopyRows.everywhere(tx, before.get(), before.get().shown())) {
            publicLedger.verified(tx, shown);
        }
        if (from != CopyState.VERIFIED || before.get().doubted()) {
            // a proof a day of each copy would be all that the journal holds
            boolean first = from == CopyState.REPLICATED && before.get().copy().repairs() == 0;
            journal.writeProof(tx, before.get().about(), first ? before.get().landedAt() : 0);
        }
        return Optional.of(before.get().copy());
    }

    /**
     * A copy that was found in an archive tier.
     *
     * @param first whether that was not known
     * @param copy as it is now
     */
    record Archived(boolean first, Copy copy) {}

    /** Notes that the copy that was read is in an archive tier. Empty when that copy no longer exists. */
    Optional<Archived> archived(Tx tx, Copy read, Failure failure) throws StatementException, InterruptedException {
        Optional<CopyRows.Located> before = CopyRows.located(tx, read.id())
                .filter(found -> isShipped(found.copy())
                        && Objects.equals(found.copy().sha256(), read.sha256())
                        && Objects.equals(found.copy().replicatedAt(), read.replicatedAt()));
        if (before.isEmpty()) {
            return Optional.empty();
        }
        // a copy that was never proved is not pending either: the next sweep looks again
        tx.update(
                "UPDATE offsite_copy SET due_at = NULL, error_code = ?, error = ? WHERE id = ? AND state = 'REPLICATED'",
                failure.code().name(),
                Rows.error(failure),
                read.id());
        return Optional.of(new Archived(
                doubts.archived(tx, before.get(), failure), before.get().copy()));
    }

    private static boolean isShipped(Copy copy) {
        return switch (copy.state()) {
            case REPLICATED, VERIFIED, CORRUPT, MISSING -> true;
            case FAILED -> copy.shipped();
            case PENDING -> false;
        };
    }

    boolean damaged(Tx tx, Copy read, CopyState state, Failure failure)
            throws StatementException, InterruptedException {
        if (state != CopyState.CORRUPT && state != CopyState.MISSING) {
            throw new IllegalArgumentException("a damaged copy is corrupt or missing, not " + state);
        }
        // what was shipped over or proved meanwhile is not what was read, and one damage counts once
        boolean changed = tx.changes(
                "UPDATE offsite_copy SET state = ?, claimed = 0, repairs = repairs + 1, due_at = ?, error_code = ?, error = ? "
                        + "WHERE id = ? AND state = ? AND repairs = ? AND COALESCE(sha256, '') = ? "
                        + "AND COALESCE(replicated_at, 0) = ? AND COALESCE(proved_at, 0) = ? AND " + SHIPPED,
                state.name(),
                tx.now(),
                failure.code().name(),
                Rows.error(failure),
                read.id(),
                read.state().name(),
                read.repairs(),
                read.sha256() == null ? "" : read.sha256(),
                read.replicatedAt() == null ? 0L : read.replicatedAt(),
                read.provedAt() == null ? 0L : read.provedAt());
        if (changed) {
            CopyRows.Located now = CopyRows.located(tx, read.id()).orElseThrow();
            showDamaged(tx, now, failure);
            journal.write(tx, Kind.DAMAGED, now.about(), failure);
        }
        return changed;
    }

    private void showDamaged(Tx tx, CopyRows.Located copy, Failure failure)
            throws StatementException, InterruptedException {
        for (PublicLedger.Shown shown : CopyRows.everywhere(tx, copy, copy.shown())) {
            publicLedger.damaged(tx, shown, failure);
        }
    }
}
