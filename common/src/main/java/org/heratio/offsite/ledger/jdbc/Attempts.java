package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.FailedWork;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;

/** Failed attempts, the last few of each version and copy; what stands in the way now is also on the row itself. */
final class Attempts {
    private static final int KEPT = 50;

    private final Clock clock;
    private final JournalRows journal;
    private final Doubts doubts;

    Attempts(Clock clock, JournalRows journal) {
        this.clock = clock;
        this.journal = journal;
        this.doubts = new Doubts(clock, journal);
    }

    /** One attempt at a version or, where there is one, a copy. */
    record Failed(
            String stage,
            long versionId,
            long copyId,
            int attempt,
            Failure failure,
            @Nullable Long delayMillis) {
        String subject() {
            return copyId > 0 ? "copy:" + copyId : "version:" + versionId;
        }
    }

    FailedWork note(Tx tx, Failed failed) throws StatementException, InterruptedException {
        Failure failure = failed.failure();
        Long delay = failed.delayMillis();
        // other hosts compare it with the database's clock
        Long dueAt = delay == null ? null : tx.now() + delay;
        tx.update(
                "INSERT INTO offsite_attempt (subject, stage, attempt, code, reason, hint, noted_at, due_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                failed.subject(),
                failed.stage(),
                failed.attempt(),
                failure.code().name(),
                Rows.shortened(failure.reason()),
                failure.hint() == null ? null : Rows.shortened(failure.hint()),
                clock.millis(),
                dueAt);
        prune(tx, failed.subject());
        obstacle(tx, failed.versionId(), failed.copyId(), failure);
        if (failed.copyId() > 0) {
            RequestChecks.notChecked(tx, failed.copyId(), Rows.error(failure));
        }
        due(tx, failed.versionId(), failed.copyId(), dueAt);
        if (failed.copyId() > 0) {
            Optional<CopyRows.Located> copy = CopyRows.located(tx, failed.copyId());
            if (copy.isPresent()) {
                journal.write(tx, Kind.FAILED, copy.get().about(), failure);
                doubts.note(tx, failed, copy.get());
            }
            return copy.map(found -> new FailedWork(found.path(), found.copy().driver()))
                    .orElse(FailedWork.UNKNOWN);
        }
        Optional<Version> version = Sealing.version(tx, failed.versionId());
        if (version.isPresent()) {
            journal.write(
                    tx, Kind.FAILED, JournalRows.About.version(version.get().path(), failed.versionId()), failure);
        }
        return version.map(found -> new FailedWork(found.path(), "")).orElse(FailedWork.UNKNOWN);
    }

    /** A copy that is proved stays so, whatever keeps it from being proved again; {@link Doubts} has what that is. */
    private static void obstacle(Tx tx, long versionId, long copyId, Failure failure)
            throws StatementException, InterruptedException {
        String unfinished = copyId > 0
                ? "UPDATE offsite_copy SET error_code = ?, error = ? WHERE id = ? AND state IN ('PENDING', 'REPLICATED')"
                : "UPDATE offsite_version SET error_code = ?, error = ? WHERE id = ? AND state IN ('SETTLED', 'SEALED')";
        tx.update(unfinished, failure.code().name(), Rows.error(failure), copyId > 0 ? copyId : versionId);
    }

    private static void due(Tx tx, long versionId, long copyId, @Nullable Long dueAt)
            throws StatementException, InterruptedException {
        String table = copyId > 0 ? "offsite_copy" : "offsite_version";
        tx.update("UPDATE " + table + " SET due_at = ? WHERE id = ?", dueAt, copyId > 0 ? copyId : versionId);
    }

    /** Nothing has failed: what is waited for is said, and nobody asks again before. */
    void postpone(Tx tx, long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
            throws StatementException, InterruptedException {
        if (obstacle != null) {
            obstacle(tx, versionId, copyId, obstacle);
        }
        long due = tx.now() + delayMillis;
        String table = copyId > 0 ? "offsite_copy" : "offsite_version";
        tx.update(
                "UPDATE " + table + " SET due_at = ? WHERE id = ? AND due_at < ?",
                due,
                copyId > 0 ? copyId : versionId,
                due);
    }

    private static void prune(Tx tx, String subject) throws StatementException, InterruptedException {
        Optional<SqlRow> oldest = tx.first(
                "SELECT id FROM offsite_attempt WHERE subject = ? ORDER BY id DESC LIMIT 1 OFFSET " + KEPT, subject);
        if (oldest.isPresent()) {
            tx.update(
                    "DELETE FROM offsite_attempt WHERE subject = ? AND id <= ?",
                    subject,
                    oldest.get().number("id"));
        }
    }
}
