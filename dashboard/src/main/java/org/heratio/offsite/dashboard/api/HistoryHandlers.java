package org.heratio.offsite.dashboard.api;

import io.vertx.ext.web.RoutingContext;
import java.time.ZoneId;
import java.util.List;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.ledger.HistorySearch;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.operations.history.HistoryPages;
import org.heratio.offsite.operations.history.StoryEvent;
import org.jspecify.annotations.Nullable;

/** Answers for the history and the journal. */
public final class HistoryHandlers {
    private final Answers answers;
    private final HistoryPages history;
    private final Journal journal;
    private final ZoneId zone;

    /** @param zone of the times in the public table */
    public HistoryHandlers(Answers answers, Ledger ledger, ZoneId zone) {
        this.answers = answers;
        this.history = new HistoryPages(ledger.search(), ledger.view(), zone);
        this.journal = ledger.journal();
        this.zone = zone;
    }

    private record Found(
            List<HistoryPages.FoundRow> items,
            @Nullable String next,
            long total,
            boolean totalIsCapped,
            String searched) {}

    /** Some facts. */
    record Events(List<StoryEvent> items, @Nullable String next) {
        /** @param found one more than the limit, if there is a next page */
        static Events of(List<JournalEntry> found, int limit) {
            List<JournalEntry> items = found.subList(0, Math.min(limit, found.size()));
            return new Events(
                    items.stream().map(StoryEvent::of).toList(),
                    found.size() > limit
                            ? Parameters.cursor(items.get(items.size() - 1).id())
                            : null);
        }
    }

    /** Searches the public table. */
    public void history(RoutingContext request) {
        Parameters given = new Parameters(request);
        HistorySearch.Query query = new HistorySearch.Query(
                given.text("q"),
                given.text("status"),
                given.text("driver"),
                given.time("from", zone, false),
                given.time("to", zone, true),
                given.flag("all"));
        HistorySearch.Place after = given.placeCursor();
        int limit = given.limit();
        answers.from(request, () -> {
            HistoryPages.Page page = history.page(query, after, limit);
            long total = history.count(query);
            return new Found(
                    page.rows(),
                    page.next() == null ? null : Parameters.cursor(page.next()),
                    Math.min(total, HistorySearch.COUNTED),
                    total > HistorySearch.COUNTED,
                    query.all() ? "all" : "newest " + HistorySearch.NEWEST);
        });
    }

    /** Lists what happened to all archives, newest first. */
    public void journal(RoutingContext request) {
        Parameters given = new Parameters(request);
        JournalEntry.Kind kind = given.kind();
        Long beyond = given.idCursor();
        int limit = given.limit();
        answers.from(request, () -> Events.of(journal.latest(kind, beyond, limit + 1), limit));
    }
}
