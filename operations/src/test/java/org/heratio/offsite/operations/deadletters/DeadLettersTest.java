package org.heratio.offsite.operations.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.stage.Headers;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the queues in memory and a real ledger. */
final class DeadLettersTest {
    private static final String QUEUE = Topology.verify("offsite");
    private static final Selection ALL = new Selection(List.of(), null, null);

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);
    private Ledger ledger;
    private DeadLetters letters;

    @BeforeEach
    void open() throws Exception {
        ledger = LedgerFixture.h2(vertx, dir);
        get(broker.declare(
                Topology.of("offsite", Set.of("localfs"), RetryPolicy.standard().ladder())));
        letters = letters();
    }

    private DeadLetters letters() {
        return new DeadLetters(vertx, broker, new EventCodec(), ledger, "offsite", Set.of("localfs"));
    }

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        ledger.close();
        get(vertx.close());
    }

    @Test
    void countsWhatItHasDoneAndTellsWhatWasGone() throws Exception {
        dead("a", Map.of());
        dead("b", Map.of());
        List<DeadLetter> found = letters.find(ALL);
        get(broker.visitLetters(
                QUEUE + ".dead", letter -> Future.succeededFuture(letter.id().equals("a"))));

        List<String> done = new ArrayList<>();
        List<DeadLetter> gone = letters.discard(found, letter -> done.add(letter.id()));

        assertThat(done).containsExactly("b");
        assertThat(gone).extracting(DeadLetter::id).containsExactly("a");
    }

    @Test
    void oneAtATimeHasTheLettersInHand() throws Exception {
        try (Lease first = letters.alone(Duration.ZERO).orElseThrow()) {
            assertThat(first.held()).isTrue();
            assertThat(letters().alone(Duration.ZERO)).isEmpty();
        }
        assertThat(letters.alone(Duration.ZERO)).isPresent();
    }

    @Test
    void sayWhyTheServerPutThemAside() throws Exception {
        for (String word : List.of("expired", "maxlen", "delivery_limit", "rejected")) {
            dead(word, Map.of(BrokerDeadLetter.REASON, word, BrokerDeadLetter.AT, "1000"));
        }
        dead("by-hand", Map.of());
        dead("given-up", Map.of(Headers.CODE, "DESTINATION_NAME_TAKEN", Headers.REASON, "it is taken"));

        List<DeadLetter> found = letters.find(ALL);

        assertThat(found)
                .extracting(DeadLetter::code)
                .containsExactly(
                        "EXPIRED",
                        "QUEUE_LIMIT",
                        "DELIVERED_TOO_OFTEN",
                        "REJECTED",
                        "UNEXPLAINED",
                        "DESTINATION_NAME_TAKEN");
        assertThat(found.subList(0, 4)).allSatisfy(letter -> {
            assertThat(letter.lastFailedAt()).isEqualTo("1970-01-01T00:00:01Z");
            assertThat(letter.firstFailedAt()).isEqualTo("1970-01-01T00:00:01Z");
            assertThat(letter.reason()).isNotBlank();
            assertThat(letter.hint()).contains("replay");
        });
    }

    @Test
    void areChosenByAPartOfTheirCodeInAnyCase() throws Exception {
        dead("a", Map.of(Headers.CODE, "DESTINATION_NAME_TAKEN", Headers.REASON, "something lies there"));
        dead("b", Map.of(Headers.CODE, "ARCHIVE_GONE", Headers.REASON, "it went"));

        assertThat(letters.find(new Selection(List.of(), null, "name_taken")))
                .extracting(DeadLetter::id)
                .containsExactly("a");
        assertThat(DeadLetters.knows("uploader:rsync", List.of("s3", "rsync"))).isTrue();
        assertThat(DeadLetters.knows("verifier:rsync", List.of("s3", "rsync"))).isTrue();
        assertThat(DeadLetters.knows("uploder", List.of("s3", "rsync"))).isFalse();
    }

    @Test
    void lettersOfAVerifierAreThoseOfItsDestinationAndOfAllVerifiers() throws Exception {
        dead("all", Map.of());
        dead(Topology.verify("offsite", "localfs"), "new", Map.of());
        dead(Topology.sweep("offsite", "localfs"), "swept", Map.of());

        assertThat(letters.find(new Selection(List.of(), "verifier:localfs", null)))
                .extracting(DeadLetter::id)
                .containsExactly("new", "swept");
        assertThat(letters.find(new Selection(List.of(), "verifier", null)))
                .extracting(DeadLetter::id)
                .containsExactlyInAnyOrder("all", "new", "swept");
    }

    @Test
    void areGroupedByTheirCauseWhileTheyPassAndOnlySamplesAreKept() throws Exception {
        for (int i = 0; i < 20; i++) {
            dead(
                    "denied-" + i,
                    Map.of(
                            Headers.CODE,
                            "DESTINATION_DENIED",
                            Headers.HINT,
                            "let us in",
                            Headers.LAST_FAILED_AT,
                            Integer.toString(1000 * (20 - i))));
        }
        dead("one", Map.of(Headers.CODE, "COPY_CORRUPT"));
        dead("two", Map.of(Headers.CODE, "ARCHIVE_GONE"));
        DeadLetterGroups groups = new DeadLetterGroups(2, 3);

        letters.visit(letter -> true, groups::add);

        assertThat(groups.total()).isEqualTo(22);
        assertThat(groups.groups())
                .as("those of a third cause are counted in the total alone")
                .hasSize(2);
        DeadLetterGroups.Group denied = groups.groups().get(0);
        assertThat(denied.count()).isEqualTo(20);
        assertThat(denied.hint()).isEqualTo("let us in");
        assertThat(denied.oldestAt()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(denied.newestAt()).isEqualTo("1970-01-01T00:00:20Z");
        assertThat(denied.samples()).extracting(DeadLetter::id).containsExactly("denied-0", "denied-1", "denied-2");
    }

    @Test
    void ofACountOnlyThoseThatWereCountedAreTaken() throws Exception {
        dead("a", Map.of(Headers.CODE, "ARCHIVE_GONE"));
        dead("b", Map.of(Headers.CODE, "COPY_CORRUPT"));
        CountedLetters counted = letters.count(letter -> letter.code().equals("ARCHIVE_GONE"));
        dead("late", Map.of(Headers.CODE, "ARCHIVE_GONE"));

        assertThat(counted.total()).isOne();
        assertThat(letters.discard(counted)).isOne();

        assertThat(letters.find(ALL)).extracting(DeadLetter::id).containsExactly("b", "late");
        assertThat(letters.replay(letters.count(letter -> letter.id().equals("late"))))
                .isOne();
        assertThat(letters.find(ALL)).extracting(DeadLetter::id).containsExactly("b");
    }

    private void dead(String id, Map<String, String> headers) throws Exception {
        dead(QUEUE, id, headers);
    }

    private void dead(String queue, String id, Map<String, String> headers) throws Exception {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        get(broker.deadLetter(queue, new Envelope(id, "copy-due", 1, "copy.due", headers, body)));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
