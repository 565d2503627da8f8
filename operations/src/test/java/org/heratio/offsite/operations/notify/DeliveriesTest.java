package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest extends NotifierFixture {
    @BeforeEach
    void fill() throws Exception {
        ledger.notices()
                .put(List.of(
                        Notice.of("m1", "webhook", "", "{}", clock.millis()),
                        Notice.of("m2", "webhook", "", "{}", clock.millis())));
    }

    private void send() throws Exception {
        new Deliveries(ledger.notices(), List.of(channel), "h1", meter, clock).send(() -> true);
    }

    @Test
    void eachMessageIsSentOnceInItsOrder() throws Exception {
        send();
        send();

        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void aProcessThatNoLongerLeadsSendsNothing() throws Exception {
        new Deliveries(ledger.notices(), List.of(channel), "h1", meter, clock).send(() -> false);

        assertThat(channel.ids).isEmpty();
    }

    private static Channel broken(String name) {
        return new Channel() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void send(String id, String body) {
                throw new IllegalArgumentException("a URI that is none");
            }
        };
    }

    @Test
    void anErrorInOneChannelThatIsAskedIfItWorksStopsNoOther() throws Exception {
        ledger.notices().put(List.of(Notice.of("m0", "mail", "", "{}", clock.millis())));
        Notice first = ledger.notices().first("mail").orElseThrow();
        ledger.notices().givenUp(first, clock.millis(), "answered 500", accepted());

        new Deliveries(ledger.notices(), List.of(broken("mail"), channel), "h1", meter, clock).send(() -> true);

        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void aMessageThatCannotBeSentIsTriedAgainAndStopsNothingElse() throws Exception {
        new Deliveries(ledger.notices(), List.of(broken("webhook")), "h1", meter, clock).send(() -> true);
        assertThat(ledger.notices().channels().get(0).failingSince()).isEqualTo(clock.millis());
        clock.advance(Duration.ofHours(1));

        send();

        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void aMessageWhoseProcessDiedBeforeItsRecordIsSentOnceMoreWithTheSameId() throws Exception {
        List<String> arrived = new ArrayList<>();
        Channel dying = new Channel() {
            @Override
            public String name() {
                return "webhook";
            }

            @Override
            public void send(String id, String body) {
                arrived.add(id);
                throw new Error("killed");
            }
        };
        assertThatThrownBy(() -> new Deliveries(ledger.notices(), List.of(dying), "h1", meter, clock).send(() -> true))
                .hasMessage("killed");

        send();

        assertThat(arrived).containsExactly("m1");
        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void whatIsNotAcceptedIsTriedAgainAfterGrowingPausesAndKeepsItsOrder() throws Exception {
        channel.error = "answered 500";
        send();
        clock.advance(Duration.ofSeconds(4));
        channel.error = null;
        send();
        assertThat(channel.ids).isEmpty();
        assertThat(ledger.notices().channels())
                .containsExactly(new Notices.Channel("webhook", 0, clock.millis() - 4000, "answered 500", 2));

        clock.advance(Duration.ofSeconds(1));
        send();

        assertThat(channel.ids).containsExactly("m1", "m2");
        assertThat(ledger.notices().channels())
                .containsExactly(new Notices.Channel("webhook", clock.millis(), 0, null, 0));
    }

    @Test
    void aMessageThatIsRefusedBlocksNoOther() throws Exception {
        channel.refused = "m1";
        for (int attempt = 1; attempt < 5; attempt++) {
            send();
            assertThat(channel.ids).as("after %s attempts", attempt).isEmpty();
            clock.advance(Duration.ofHours(1));
        }

        send();

        assertThat(channel.ids).containsExactly("m2");
        assertThat(ledger.notices().first("webhook")).isEmpty();
    }

    @Test
    void aReceiverThatRefusesAWrongSignatureForAWhileLosesNothing() throws Exception {
        channel.refused = "m1";
        send();
        clock.advance(Duration.ofHours(1));
        send();
        channel.refused = null;
        clock.advance(Duration.ofHours(1));

        send();

        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void aReceiverWhoseMessagesWereGivenUpIsAskedEachHourIfItWorksAgain() throws Exception {
        Deliveries deliveries = new Deliveries(ledger.notices(), List.of(channel), "h1", meter, clock);
        ledger.notices().delivered(ledger.notices().first("webhook").orElseThrow(), 0, accepted());
        channel.refused = "m2";
        long since = clock.millis();
        for (int attempt = 0; attempt < 5; attempt++) {
            clock.advance(Duration.ofHours(Math.min(attempt, 1)));
            deliveries.send(() -> true);
        }
        assertThat(ledger.notices().first("webhook")).as("given up").isEmpty();
        assertThat(ledger.notices().channels().get(0).failingSince()).isEqualTo(since);
        channel.error = "answered 500";
        clock.advance(Duration.ofHours(1));
        deliveries.send(() -> true);
        assertThat(ledger.notices().channels().get(0).failingSince()).isPositive();

        channel.error = null;
        clock.advance(Duration.ofMinutes(59));
        deliveries.send(() -> true);
        assertThat(channel.ids).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        deliveries.send(() -> true);
        clock.advance(Duration.ofHours(1));
        deliveries.send(() -> true);

        assertThat(channel.ids).hasSize(1);
        assertThat(ledger.notices().channels().get(0).failingSince()).isZero();
    }

    @Test
    void aClockThatIsPutBackDelaysNoMessage() throws Exception {
        clock.advance(Duration.ofDays(-1));

        send();

        assertThat(channel.ids).containsExactly("m1", "m2");
    }

    @Test
    void aClockThatIsPutForwardGivesNoMessageUpBeforeFiveAttempts() throws Exception {
        channel.error = "answered 500";
        for (int attempt = 1; attempt <= 4; attempt++) {
            clock.advance(Duration.ofDays(2));
            send();
            assertThat(ledger.notices().first("webhook").orElseThrow().attempts())
                    .isEqualTo(attempt);
        }
        clock.advance(Duration.ofDays(2));
        send();

        assertThat(ledger.notices().first("webhook").orElseThrow().message()).isEqualTo("m2");
    }

    @Test
    void aMessageIsGivenUpAfterADay() throws Exception {
        channel.error = "answered 410";
        for (int hour = 0; hour < 24; hour++) {
            send();
            assertThat(ledger.notices().first("webhook").orElseThrow().message())
                    .isEqualTo("m1");
            clock.advance(Duration.ofHours(1));
        }
        send();

        assertThat(ledger.notices().first("webhook").orElseThrow().message()).isEqualTo("m2");
    }

    @Test
    void eachAttemptIsCountedByHowItEnded() throws Exception {
        channel.refused = "m1";
        for (int attempt = 0; attempt < 5; attempt++) {
            send();
            clock.advance(Duration.ofHours(1));
        }

        assertThat(meter.counted)
                .containsExactly(
                        "webhook FAILED",
                        "webhook FAILED",
                        "webhook FAILED",
                        "webhook FAILED",
                        "webhook GIVEN_UP",
                        "webhook DELIVERED",
                        "webhook at " + clock.millis(Duration.ofHours(-1)));
    }

    @Test
    void whatSomeReceiversAcceptedIsNotSentToThemAgain() throws Exception {
        Channel some = new Channel() {
            @Override
            public String name() {
                return "webhook";
            }

            @Override
            public void send(String id, String body) throws DeliveryException {
                channel.ids.add(id);
                throw DeliveryException.partly("sent to some");
            }
        };
        Deliveries deliveries = new Deliveries(ledger.notices(), List.of(some), "h1", meter, clock);
        deliveries.send(() -> true);
        clock.advance(Duration.ofHours(1));
        deliveries.send(() -> true);

        assertThat(channel.ids).containsExactly("m1", "m2");
        assertThat(ledger.notices().channels().get(0).failingSince()).isZero();
        assertThat(ledger.journal().above(0, 100))
                .extracting(fact -> fact.kind() + " " + fact.detail())
                .containsExactly("NOTIFIED webhook: : sent to some", "NOTIFIED webhook: : sent to some");
    }

    @Test
    void theJournalSaysWhatBecameOfAMessage() throws Exception {
        channel.refused = "m1";
        for (int attempt = 0; attempt < 5; attempt++) {
            send();
            clock.advance(Duration.ofHours(1));
        }
        String body = Wording.test("h1", clock.instant()).json();
        ledger.notices().put(List.of(Notice.of("m3", "webhook", "", body, clock.millis())));
        send();

        assertThat(ledger.journal().above(0, 100))
                .extracting(fact -> fact.kind() + " " + fact.detail())
                .containsExactly(
                        "NOT_NOTIFIED webhook: : answered 400",
                        "NOTIFIED webhook: ",
                        "NOTIFIED webhook: [h1] a test of the notifications");
    }
}
