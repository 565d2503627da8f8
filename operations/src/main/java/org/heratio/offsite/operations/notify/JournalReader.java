package org.heratio.offsite.operations.notify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Notices;

/**
 * Reads each fact of the journal once, and makes incidents of those that need somebody. Ids are committed out of their order: where one is
 * missing, the facts beyond it wait until no transaction can still bring it. For one thread.
 */
final class JournalReader {
    static final int PAGE = 500;
    /** Longer than any transaction of the ledger lasts. */
    static final Duration SETTLED = Duration.ofMinutes(2);

    private final Journal journal;
    private final Notices notices;
    private final LongSupplier nanos;
    private final Deque<Seen> seen = new ArrayDeque<>();
    private long settled;
    private boolean atEnd;

    /** An id that was there at a time. */
    private record Seen(long id, long at) {}

    JournalReader(Journal journal, Notices notices, LongSupplier nanos) {
        this.journal = journal;
        this.notices = notices;
        this.nanos = nanos;
    }

    /** Reads a page. The first reading of all begins at the end of the journal. Returns whether more may be there. */
    boolean readPage() throws LedgerException {
        Optional<Long> from = notices.readUntil();
        if (from.isEmpty()) {
            List<JournalEntry> newest = journal.latest(null, null, 1);
            notices.read(null, newest.isEmpty() ? 0 : newest.get(0).id(), List.of());
            atEnd = true;
            return false;
        }
        settle(nanos.getAsLong());
        List<JournalEntry> page = journal.above(from.get(), PAGE);
        atEnd = page.isEmpty();
        if (atEnd) {
            return false;
        }
        long last = page.get(page.size() - 1).id();
        if (seen.isEmpty() || last > seen.getLast().id) {
            seen.addLast(new Seen(last, nanos.getAsLong()));
        }
        return read(from.get(), page) && page.size() == PAGE;
    }

    /** Returns whether the last reading reached the newest fact. */
    boolean isAtEnd() {
        return atEnd;
    }

    private boolean read(long from, List<JournalEntry> page) throws LedgerException {
        Map<String, Incident> lasting = new HashMap<>();
        Map<String, Incident> changed = new LinkedHashMap<>();
        long until = from;
        for (JournalEntry fact : page) {
            if (fact.id() != until + 1 && fact.id() > settled) {
                break;
            }
            until = fact.id();
            Optional<Incident> begun = Kinds.incident(fact);
            if (begun.isPresent()) {
                if (lasting.isEmpty()) {
                    notices.incidents().forEach(incident -> lasting.put(incident.name(), incident));
                }
                Incident before = lasting.get(begun.get().name());
                Incident now = before == null ? begun.get() : before.again(fact.at());
                lasting.put(now.name(), now);
                changed.put(now.name(), now);
            }
        }
        atEnd = page.size() < PAGE && until == page.get(page.size() - 1).id();
        return until > from && notices.read(from, until, List.copyOf(changed.values()));
    }

    /** What is missing below an id two minutes after it was seen was rolled back. */
    private void settle(long now) {
        while (!seen.isEmpty() && now - seen.getFirst().at >= SETTLED.toNanos()) {
            settled = Math.max(settled, seen.removeFirst().id);
        }
    }
}
