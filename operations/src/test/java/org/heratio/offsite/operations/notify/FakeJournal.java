package org.heratio.offsite.operations.notify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.RecordedFact;
import org.jspecify.annotations.Nullable;

/** A journal whose facts are committed in any order. */
final class FakeJournal implements Journal {
    private final List<JournalEntry> facts = new ArrayList<>();
    int longestPage;

    void commit(long id, Kind kind, long at) {
        facts.add(new JournalEntry(
                id, at, "/backups/" + id, id, id, "s3", kind, "x", "DESTINATION_DENIED", "no right to write"));
        facts.sort(Comparator.comparing(JournalEntry::id));
    }

    @Override
    public void append(JournalEntry entry) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<JournalEntry> story(String path, Order order, @Nullable Long beyond, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<JournalEntry> latest(@Nullable Kind kind, @Nullable Long beyond, int limit) {
        return facts.isEmpty() ? List.of() : List.of(facts.get(facts.size() - 1));
    }

    @Override
    public List<JournalEntry> above(long id, int limit) {
        List<JournalEntry> page =
                facts.stream().filter(fact -> fact.id() > id).limit(limit).toList();
        longestPage = Math.max(longestPage, page.size());
        return page;
    }

    @Override
    public int trim(Duration age, long rows) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onRecorded(Consumer<RecordedFact> listener) {
        throw new UnsupportedOperationException();
    }
}
