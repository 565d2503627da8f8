package org.heratio.offsite.ledger.jdbc;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.RecordedFact;
import org.jspecify.annotations.Nullable;

/** Writes facts into the journal, within the transaction of the transition that they tell of. */
final class JournalRows {
    private static final String ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Clock clock;
    private final String actor;

    /** @param actor who this process is, for people */
    JournalRows(Clock clock, String actor) {
        this.clock = clock;
        this.actor = actor;
    }

    /** The version or copy that a fact is about. */
    record About(String path, long versionId, long copyId, String driver) {
        static About version(String path, long versionId) {
            return new About(path, versionId, 0, "");
        }
    }

    void write(Tx tx, Kind kind, About about, @Nullable String detail) throws StatementException, InterruptedException {
        write(tx, List.of(entry(kind, about, detail)));
    }

    void write(Tx tx, Kind kind, About about, Failure failure) throws StatementException, InterruptedException {
        write(tx, List.of(entry(kind, about, failure)));
    }

    JournalEntry entry(Kind kind, About about, @Nullable String detail) {
        return entry(kind, about, null, detail);
    }

    JournalEntry entry(Kind kind, About about, Failure failure) {
        return entry(kind, about, failure.code().name(), failure.oneLine());
    }

    private static JournalEntry entry(Kind kind, About about, @Nullable String code, @Nullable String detail) {
        return new JournalEntry(
                0, 0, about.path(), about.versionId(), about.copyId(), about.driver(), kind, "", code, detail);
    }

    /**
     * Writes that a copy was proved.
     *
     * @param landedAt as in {@link RecordedFact}
     */
    void writeProof(Tx tx, About about, long landedAt) throws StatementException, InterruptedException {
        insert(tx, List.of(entry(Kind.PROVED, about, "its bytes were read back")));
        tx.wrote(new RecordedFact(Kind.PROVED, about.driver(), null, landedAt));
    }

    /** Writes some facts in one statement. */
    void write(Tx tx, List<JournalEntry> entries) throws StatementException, InterruptedException {
        insert(tx, entries);
        entries.forEach(entry -> tx.wrote(new RecordedFact(entry.kind(), entry.driver(), entry.code(), 0)));
    }

    private void insert(Tx tx, List<JournalEntry> entries) throws StatementException, InterruptedException {
        List<@Nullable Object> parameters = new ArrayList<>();
        for (JournalEntry entry : entries) {
            String detail = entry.detail();
            parameters.add(entry.at() == 0 ? clock.millis() : entry.at());
            parameters.add(entry.path());
            parameters.add(Digests.ofText(entry.path()));
            parameters.add(entry.versionId());
            parameters.add(entry.copyId());
            parameters.add(entry.driver());
            parameters.add(entry.kind().name());
            parameters.add(entry.actor().isEmpty() ? actor : entry.actor());
            parameters.add(entry.code());
            parameters.add(detail == null ? null : Rows.shortened(detail));
        }
        String insert =
                "INSERT INTO offsite_journal (noted_at, path, path_hash, version_id, copy_id, driver, kind, actor, code, detail) VALUES "
                        + ROW + (", " + ROW).repeat(entries.size() - 1);
        if (tx.dialect() == Dialect.H2) {
            // an embedded ledger may go back in time when its disk fails: NewestFact compares the ids
            tx.wrote(tx.query("SELECT id AS id FROM FINAL TABLE (" + insert + ")", parameters.toArray()));
        } else {
            tx.update(insert, parameters.toArray());
        }
    }
}
