package org.heratio.offsite.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.LedgerException;
import org.junit.jupiter.api.Test;

/** Turns over pages of a list, which stands for the ledger. */
class TurnsTest {
    /** More than two looks read. */
    private static final int MANY = 25_000;
    /** A look reads no more pages. */
    private static final int MOST_PAGES = 20;

    private static final String OTHERS = "/b/uploads/file-";
    private static final String DUMP = "/b/database/dump.sql.gz";

    private final AtomicLong nanos = new AtomicLong();
    private final NavigableSet<DueVersion> waiting = new TreeSet<>();
    private final ListTurns turns = new ListTurns();
    private int read;

    @Test
    void anArchiveThatComesDuringAPassFromTheStartHasItsTurnWithinALook() throws Exception {
        for (int id = 1; id <= MANY; id++) {
            waiting.add(new DueVersion(id, id, OTHERS + id + ".gz"));
        }
        while (read < MANY) {
            look();
        }
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        look();
        DueVersion dump = new DueVersion(MANY + 1, MANY + 1, DUMP);
        waiting.add(dump);

        look();

        List<DueVersion> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            turns.insteadOf(MANY, OTHERS + MANY + ".gz").ifPresent(order::add);
        }
        assertThat(order).contains(dump);
    }

    /** Archives are not committed in the order in which they became due. */
    @Test
    void anArchiveThatIsCommittedBehindWhatWasReadIsFoundFromTheStart() throws Exception {
        for (int id = 2; id <= MANY; id++) {
            waiting.add(new DueVersion(id, id, OTHERS + id + ".gz"));
        }
        while (read < MANY - 1) {
            look();
        }
        waiting.add(new DueVersion(1, 1, DUMP));
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        look();
        look();

        assertThat(turns.pathOf(1)).contains(DUMP);
    }

    @Test
    void aPassFromTheStartReadsAllOnceAndThenRests() throws Exception {
        for (int id = 1; id <= MANY; id++) {
            waiting.add(new DueVersion(id, id, OTHERS + id + ".gz"));
        }
        while (read < MANY) {
            look();
        }
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        look();
        read = 0;
        for (int looks = 0; looks < 10; looks++) {
            look();
        }

        assertThat(read).isEqualTo(MANY);
    }

    /** Looks, as a second later while there is a queue. */
    private void look() throws LedgerException {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        turns.pages = 0;
        turns.began(0);
        turns.lookIfDue();
        turns.ended(0);
        assertThat(turns.pages).isBetween(1, MOST_PAGES + 1);
    }

    private final class ListTurns extends Turns {
        private int pages;

        ListTurns() {
            super(nanos::get);
        }

        @Override
        protected DuePage page(DueVersion behind, int limit) {
            List<DueVersion> due =
                    waiting.tailSet(behind, false).stream().limit(limit).toList();
            pages++;
            read += due.size();
            return DuePage.of(due, behind, limit);
        }
    }
}
