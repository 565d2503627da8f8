package org.heratio.offsite.operations.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;

/** Tells from the journal what happened to an archive. Blocks. */
public final class StoryService {
    private final LedgerView ledger;
    private final Journal journal;

    public StoryService(LedgerView ledger, Journal journal) {
        this.ledger = ledger;
        this.journal = journal;
    }

    /**
     * Returns the latest events, oldest first. Archives with the same file name in several directories are told together.
     *
     * @param archive its file name, its path, or its name at a destination
     * @param limit of the events
     */
    public List<StoryEvent> of(String archive, int limit) throws LedgerException {
        Set<String> paths = new LinkedHashSet<>(ledger.paths(archive));
        if (archive.startsWith("/")) {
            // an archive that never settled has events, and no version
            paths.add(archive);
        }
        List<JournalEntry> latest = new ArrayList<>();
        for (String path : paths) {
            latest.addAll(journal.story(path, Journal.Order.NEWEST_FIRST, null, limit));
        }
        latest.sort(Comparator.comparingLong(JournalEntry::id).reversed());
        List<StoryEvent> events =
                new ArrayList<>(latest.stream().limit(limit).map(StoryEvent::of).toList());
        Collections.reverse(events);
        return events;
    }
}
