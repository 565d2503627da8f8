package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalReaderTest extends NotifierFixture {
    private final FakeJournal journal = new FakeJournal();
    private final AtomicLong nanos = new AtomicLong();
    private JournalReader reader;

    @BeforeEach
    void beginAtTheEnd() throws Exception {
        journal.commit(7, Kind.GIVEN_UP, 1000);
        reader = new JournalReader(journal, ledger.notices(), nanos::get);
        assertThat(reader.readPage()).isFalse();
    }

    private long facts() throws Exception {
        return ledger.notices().incidents().stream().mapToLong(Incident::facts).sum();
    }

    @Test
    void theFirstReadingBeginsAtTheEndOfTheJournal() throws Exception {
        assertThat(ledger.notices().readUntil()).contains(7L);
        assertThat(ledger.notices().incidents()).isEmpty();
    }

    @Test
    void factsOfOneKindAreOneIncident() throws Exception {
        journal.commit(8, Kind.GIVEN_UP, 2000);
        journal.commit(9, Kind.FAILED, 2500);
        journal.commit(10, Kind.GIVEN_UP, 3000);
        journal.commit(11, Kind.DAMAGED, 4000);
        reader.readPage();

        assertThat(ledger.notices().incidents())
                .containsExactly(
                        new Incident(
                                "copy.failed",
                                "s3",
                                "DESTINATION_DENIED",
                                2000,
                                3000,
                                2,
                                "/backups/8",
                                "no right to write",
                                0,
                                0),
                        Incident.begun(
                                "copy.damaged", "s3", "DESTINATION_DENIED", 4000, "/backups/11", "no right to write"));
    }

    @Test
    void aFactIsCountedOnceByWhicheverProcess() throws Exception {
        journal.commit(8, Kind.GIVEN_UP, 2000);
        reader.readPage();
        new JournalReader(journal, ledger.notices(), nanos::get).readPage();
        reader.readPage();

        assertThat(facts()).isOne();
    }

    @Test
    void aFactThatIsCommittedAfterLaterOnesIsNotLost() throws Exception {
        journal.commit(9, Kind.GIVEN_UP, 2000);
        reader.readPage();
        assertThat(facts()).as("8 may come").isZero();
        assertThat(reader.isAtEnd()).as("9 is read").isFalse();

        journal.commit(8, Kind.GIVEN_UP, 2000);
        reader.readPage();

        assertThat(facts()).isEqualTo(2);
        assertThat(reader.isAtEnd()).isTrue();
    }

    @Test
    void anIdThatNeverComesIsWaitedForForTwoMinutes() throws Exception {
        journal.commit(9, Kind.GIVEN_UP, 2000);
        reader.readPage();
        nanos.addAndGet(JournalReader.SETTLED.toNanos() - 1);
        reader.readPage();
        assertThat(facts()).isZero();

        nanos.addAndGet(1);
        reader.readPage();

        assertThat(facts()).isOne();
        assertThat(ledger.notices().readUntil()).contains(9L);
    }

    @Test
    void aLongJournalIsReadByPages() throws Exception {
        int many = 3 * JournalReader.PAGE + 1;
        for (int id = 8; id < 8 + many; id++) {
            journal.commit(id, Kind.GIVEN_UP, 2000);
        }
        int pages = 1;
        while (reader.readPage()) {
            pages++;
        }

        assertThat(pages).isEqualTo(4);
        assertThat(journal.longestPage).isEqualTo(JournalReader.PAGE);
        assertThat(facts()).isEqualTo(many);
    }
}
