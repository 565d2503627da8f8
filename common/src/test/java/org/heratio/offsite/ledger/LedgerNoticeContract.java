package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of the notifier's outbox. */
abstract class LedgerNoticeContract extends LedgerPageContract {
    private static final Incident DENIED_AT_S3 =
            Incident.begun("copy.failed", "s3", "DESTINATION_DENIED", 1000, "/backups/é.gz", "no right to write");

    private Incident only() throws LedgerException {
        assertThat(ledger.notices().incidents()).hasSize(1);
        return ledger.notices().incidents().get(0);
    }

    private static Notice notice(String message, String channel, String incident) {
        return Notice.of(message, channel, incident, "{\"type\":\"x\"}", 5000);
    }

    @Test
    void theReadingOfTheJournalAndWhatItFoundAreRecordedTogether() throws Exception {
        Notices notices = ledger.notices();
        assertThat(notices.readUntil()).isEmpty();
        assertThat(notices.read(null, 7, List.of())).isTrue();

        assertThat(notices.read(7L, 9, List.of(DENIED_AT_S3))).isTrue();
        assertThat(notices.read(7L, 9, List.of(DENIED_AT_S3.again(2000)))).isFalse();
        assertThat(notices.read(null, 1, List.of())).isFalse();

        assertThat(notices.readUntil()).contains(9L);
        assertThat(only()).isEqualTo(DENIED_AT_S3);
        assertThat(notices.read(9L, 10, List.of(DENIED_AT_S3.again(2000)))).isTrue();
        assertThat(only()).isEqualTo(DENIED_AT_S3.again(2000));
    }

    @Test
    void whatIsToldIsInTheOutboxOrIsNotTold() throws Exception {
        Notices notices = ledger.notices();
        notices.begin(DENIED_AT_S3);
        notices.begin(DENIED_AT_S3.again(2000));
        Notice message = notice("m1", "webhook", DENIED_AT_S3.name());

        assertThat(notices.tell(DENIED_AT_S3.again(2000), DENIED_AT_S3.told(3000), List.of(message)))
                .as("of an incident as it is no more")
                .isFalse();
        assertThat(notices.first("webhook")).isEmpty();
        assertThat(notices.tell(DENIED_AT_S3, DENIED_AT_S3.told(3000), List.of(message)))
                .isTrue();

        assertThat(only()).isEqualTo(DENIED_AT_S3.told(3000));
        assertThat(notices.waiting()).containsExactly(DENIED_AT_S3.name());
        assertThat(notices.tell(only(), null, List.of(notice("m2", "webhook", DENIED_AT_S3.name()))))
                .isTrue();
        assertThat(notices.incidents()).isEmpty();
        assertThat(notices.first("webhook").orElseThrow().message()).isEqualTo("m1");
    }

    @Test
    void aMessageIsInTheOutboxUntilTheJournalSaysWhatBecameOfIt() throws Exception {
        Notices notices = ledger.notices();
        notices.put(List.of(notice("m1", "webhook", "")));
        Notice first = notices.first("webhook").orElseThrow();
        JournalEntry impossible =
                JournalEntry.of(JournalEntry.Kind.NOTIFIED, "", 0, "x").by("longer than its column ".repeat(20));

        assertThatThrownBy(() -> notices.delivered(first, 6000, impossible)).isInstanceOf(LedgerException.class);
        assertThatThrownBy(() -> notices.givenUp(first, 6000, "answered 500", impossible))
                .isInstanceOf(LedgerException.class);

        assertThat(notices.first("webhook")).contains(first);
        assertThat(notices.channels()).isEmpty();
    }

    @Test
    void theMessagesOfAChannelComeInTheirOrderUntilTheyAreDeliveredOrGivenUp() throws Exception {
        Notices notices = ledger.notices();
        notices.put(List.of(notice("m1", "webhook", ""), notice("m1", "mail", ""), notice("m2", "webhook", "")));
        assertThat(notices.channels()).isEmpty();

        assertThat(notices.oldest(2)).extracting(Notice::message).hasSize(2).startsWith("m1");
        assertThat(notices.oldest(0)).isEmpty();
        notices.failed(notices.first("webhook").orElseThrow(), 6000, 11_000L, "answered 500");
        notices.failed(notices.first("webhook").orElseThrow(), 12_000, 42_000L, "answered 502");

        assertThat(notices.first("webhook").orElseThrow()).satisfies(first -> {
            assertThat(first.message()).isEqualTo("m1");
            assertThat(first.dueAt()).isEqualTo(42_000);
            assertThat(first.attempts()).isEqualTo(2);
        });
        assertThat(notices.channels()).containsExactly(new Notices.Channel("webhook", 0, 6000, "answered 502", 2));
        JournalEntry givenUp = JournalEntry.of(JournalEntry.Kind.NOT_NOTIFIED, "", 0, "é: answered 500");
        notices.givenUp(notices.first("webhook").orElseThrow(), 50_000, "answered 500", givenUp);
        assertThat(notices.first("webhook").orElseThrow().message()).isEqualTo("m2");
        JournalEntry accepted = JournalEntry.of(JournalEntry.Kind.NOTIFIED, "", 0, "webhook: x");
        notices.delivered(notices.first("webhook").orElseThrow(), 60_000, accepted);
        assertThat(ledger.journal().above(0, 10))
                .extracting(fact -> fact.kind() + " " + fact.detail())
                .containsExactly("NOT_NOTIFIED é: answered 500", "NOTIFIED webhook: x");
        assertThat(notices.first("webhook")).isEmpty();
        assertThat(notices.first("mail").orElseThrow().message()).isEqualTo("m1");
        assertThat(notices.channels()).containsExactly(new Notices.Channel("webhook", 60_000, 0, null, 0));

        notices.retain(List.of("webhook"));
        assertThat(notices.first("mail")).isEmpty();
        assertThat(notices.channels()).hasSize(1);
        notices.retain(List.of());
        assertThat(notices.channels()).isEmpty();
    }
}
