package org.heratio.offsite.app.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.broker.BrokerDeadLetter;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.stage.Headers;
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

    private Node node;
    private DeadLetters letters;

    @BeforeEach
    void open() throws Exception {
        Map<String, String> environment = Map.of(
                "HERATIO_BACKUPS_PATH",
                        Files.createDirectory(dir.resolve("backups")).toString(),
                "BACKUP_OFFSITE_STATE_DIR", dir.resolve("state").toString(),
                "BACKUP_OFFSITE_LOCALFS_PATH", dir.resolve("offsite").toString());
        node = Node.open(new SettingsLoader(environment, dir).load(null), Clock.systemUTC());
        letters = new DeadLetters(node);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void countsWhatItHasDoneAndTellsWhatWasGone() throws Exception {
        dead("a", Map.of());
        dead("b", Map.of());
        List<DeadLetter> found = letters.find(ALL);
        get(node.broker()
                .visitLetters(
                        QUEUE + ".dead",
                        letter -> Future.succeededFuture(letter.id().equals("a"))));

        List<String> done = new ArrayList<>();
        List<DeadLetter> gone = letters.discard(found, letter -> done.add(letter.id()));

        assertThat(done).containsExactly("b");
        assertThat(gone).extracting(DeadLetter::id).containsExactly("a");
    }

    @Test
    void oneAtATimeHasTheLettersInHand() throws Exception {
        try (Lease first = letters.alone(Duration.ZERO).orElseThrow()) {
            assertThat(first.held()).isTrue();
            assertThat(new DeadLetters(node).alone(Duration.ZERO)).isEmpty();
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
        assertThat(DeadLetters.knows("uploader:rsync")).isTrue();
        assertThat(DeadLetters.knows("uploder")).isFalse();
    }

    private void dead(String id, Map<String, String> headers) throws Exception {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        get(node.broker().deadLetter(QUEUE, new Envelope(id, "copy-due", 1, "copy.due", headers, body)));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
