package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.stage.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person can press, and what it leaves in the queues, the ledger and the journal. */
final class ActionsTest {
    private static final String VERIFY = Topology.verify("offsite");
    /** More than the page has workers. */
    private static final int ASKERS = 6;

    @TempDir
    Path directory;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(directory).start();
    }

    @AfterEach
    void close() throws Exception {
        page.close();
    }

    private List<Envelope> consumed(String queue) throws Exception {
        List<Envelope> consumed = new CopyOnWriteArrayList<>();
        PageFixture.get(page.broker.consume(queue, 10, delivery -> {
            consumed.add(delivery.envelope());
            delivery.ack();
        }));
        return consumed;
    }

    private Reply ask(String kind, String id, Map<String, Object> more) throws Exception {
        JsonObject body = new JsonObject().put("id", id).put("kind", kind);
        more.forEach(body::put);
        return page.act("/api/v1/requests", body);
    }

    /** What the journal says that a person at the page has asked for. */
    private List<JsonObject> requested() throws Exception {
        List<JsonObject> events = new ArrayList<>();
        page.ask("/api/v1/journal?kind=requested").items().forEach(event -> events.add((JsonObject) event));
        events.removeIf(event -> !event.getString("actor").equals("admin@page"));
        return events;
    }

    @Test
    void anOrderIsOneRequestHoweverOftenItIsSentAndSaysWhoGaveIt() throws Exception {
        List<Envelope> scans = consumed(Topology.scan("offsite"));
        String id = UUID.randomUUID().toString();
        Reply first = ask("replicate", id, Map.of());
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.headers()).containsEntry("location", "requests/" + id);
        assertThat(ask("replicate", id, Map.of()).status()).isEqualTo(202);

        await().until(() -> scans.size() == 2);
        assertThat(scans.get(0).body()).asString(StandardCharsets.UTF_8).contains(id, "\"retryFailed\":true");
        assertThat(requested())
                .singleElement()
                .satisfies(event -> assertThat(event.getString("detail")).isEqualTo("replicate at localfs"));
        assertThat(page.ask("/api/v1/journal?kind=requested").items())
                .as("one order has one actor")
                .hasSize(1);
        JsonObject progress = page.ask("/api/v1/requests/" + id).json();
        assertThat(progress.getBoolean("finished")).isFalse();
        assertThat(progress.getString("command")).isEqualTo("replicate");
        assertThat(page.ask("/api/v1/requests/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void aSweepOfOneDestinationAsksForNoOther() throws Exception {
        List<Envelope> asked = consumed(VERIFY);
        assertThat(ask("sweep", UUID.randomUUID().toString(), Map.of("driver", "localfs"))
                        .status())
                .isEqualTo(202);
        await().until(() -> !asked.isEmpty());
        assertThat(asked.get(0).type()).isEqualTo("verify-requested");
        assertThat(ask("sweep", UUID.randomUUID().toString(), Map.of("driver", "s3"))
                        .status())
                .isEqualTo(404);
        assertThat(ask("format-disk", UUID.randomUUID().toString(), Map.of()).status())
                .isEqualTo(400);
    }

    @Test
    void verifyingOneArchiveReadsItsCopiesAndEndsWithTheProof() throws Exception {
        Copy copy = page.verified("a.gz");
        List<Envelope> due = consumed(Topology.sweep("offsite", "localfs"));
        String path = page.backups.resolve("a.gz").toString();
        String id = UUID.randomUUID().toString();

        assertThat(ask("verify", id, Map.of("path", path)).status()).isEqualTo(202);

        await().until(() -> due.size() == 1);
        assertThat(due.get(0).body()).asString(StandardCharsets.UTF_8).contains("\"copyId\":" + copy.id());
        assertThat(page.ask("/api/v1/requests/" + id).json().getBoolean("finished"))
                .isFalse();
        page.ledger.proofs().record(copy.id(), "b".repeat(64));
        JsonObject done = page.ask("/api/v1/requests/" + id).json();
        assertThat(done.getBoolean("finished")).isTrue();
        assertThat(done.getInteger("done")).isOne();
        assertThat(done.containsKey("items"))
                .as("a sweep has one for each copy")
                .isFalse();
        assertThat(ask("repair", UUID.randomUUID().toString(), Map.of("path", path))
                        .status())
                .as("nothing is damaged")
                .isEqualTo(409);
        assertThat(ask("verify", UUID.randomUUID().toString(), Map.of("path", "/etc/passwd"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aProbeThatHangsHoldsUpNothingElseHoweverOftenItIsAskedFor() throws Exception {
        HangingProbe hanging = new HangingProbe(page.destination);
        page.destinations.put("localfs", hanging.destination());
        page.stop();
        page.start();
        ExecutorService askers = Executors.newFixedThreadPool(ASKERS);
        try {
            List<Future<PageFixture.Reply>> probes = new ArrayList<>();
            for (int i = 0; i < ASKERS; i++) {
                probes.add(askers.submit(() -> page.act("/api/v1/destinations/localfs/probe", new JsonObject())));
            }
            await().until(() -> requested().size() == ASKERS);

            assertThat(page.get("/metrics").status()).isEqualTo(200);
            assertThat(page.ask("/api/v1/history").status()).isEqualTo(200);
            assertThat(probes).noneMatch(Future::isDone);
            assertThat(hanging.begun()).isOne();
        } finally {
            hanging.end();
            askers.shutdown();
        }
    }

    @Test
    void aProbeTellsWhetherADestinationTakesCopies() throws Exception {
        JsonObject probed =
                page.act("/api/v1/destinations/localfs/probe", new JsonObject()).json();

        assertThat(probed.getBoolean("ok")).isTrue();
        assertThat(probed.getJsonArray("findings")).hasSize(1);
        assertThat(requested())
                .singleElement()
                .satisfies(event -> assertThat(event.getString("driver")).isEqualTo("localfs"));
        page.destination.failWith(ErrorCode.DESTINATION_UNREACHABLE);
        JsonObject failed =
                page.act("/api/v1/destinations/localfs/probe", new JsonObject()).json();
        assertThat(failed.getBoolean("ok")).isFalse();
        assertThat(failed.getJsonArray("findings").getJsonObject(0).getString("level"))
                .isEqualTo("error");
        assertThat(page.act("/api/v1/destinations/..%2f..%2fs3/probe", new JsonObject())
                        .status())
                .isEqualTo(404);
    }

    private void dead(String id, String code) throws Exception {
        Map<String, String> headers = Map.of(
                Headers.CODE, code, Headers.REASON, "<b>no</b>", Headers.HINT, "do it", Headers.LAST_FAILED_AT, "1000");
        PageFixture.get(page.broker.deadLetter(
                VERIFY, new Envelope(id, "copy-due", 1, "copy.due", headers, "{}".getBytes(StandardCharsets.UTF_8))));
    }

    private static JsonObject order(String code, int expected) {
        return new JsonObject()
                .put("filter", new JsonObject().put("code", code).put("stage", "verifier"))
                .put("expected", expected);
    }

    @Test
    void deadLettersAreGroupedByCauseAndReplayedAsManyAsWereSeen() throws Exception {
        for (int i = 0; i < 7; i++) {
            dead("denied-" + i, "DESTINATION_DENIED");
        }
        dead("other", "COPY_CORRUPT");
        JsonObject list = page.ask("/api/v1/dead-letters").json();
        JsonArray groups = list.getJsonArray("groups");
        assertThat(list.getInteger("total")).isEqualTo(8);
        assertThat(groups).hasSize(2);
        assertThat(groups.getJsonObject(0).getString("code")).isEqualTo("DESTINATION_DENIED");
        assertThat(groups.getJsonObject(0).getInteger("count")).isEqualTo(7);
        assertThat(groups.getJsonObject(0).getJsonArray("letters")).hasSize(5);
        assertThat(groups.getJsonObject(0).getString("hint")).isEqualTo("do it");

        dead("late", "DESTINATION_DENIED");
        Reply refused = page.act("/api/v1/dead-letters/replay", order("DESTINATION_DENIED", 7));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().getString("code")).isEqualTo("COUNT_CHANGED");
        List<Envelope> back = consumed(VERIFY);
        Reply replayed = page.act("/api/v1/dead-letters/replay", order("DESTINATION_DENIED", 8));

        assertThat(replayed.json()).isEqualTo(new JsonObject().put("done", 8).put("failed", 0));
        await().until(() -> back.size() == 8);
        assertThat(page.ask("/api/v1/dead-letters").json().getInteger("total")).isOne();
        assertThat(requested())
                .singleElement()
                .satisfies(event -> assertThat(event.getString("detail")).contains("replays 8", "DESTINATION_DENIED"));
    }

    @Test
    void theLettersOfACauseAreListedInPages() throws Exception {
        for (int i = 0; i < 7; i++) {
            dead("denied-" + i, "DESTINATION_DENIED");
        }
        dead("other", "COPY_CORRUPT");
        String cause = "/api/v1/dead-letters/letters?code=DESTINATION_DENIED&stage=verifier&limit=4";

        JsonObject first = page.ask(cause).json();
        JsonObject second =
                page.ask(cause + "&cursor=" + first.getString("next")).json();

        assertThat(ids(first)).containsExactly("denied-0", "denied-1", "denied-2", "denied-3");
        assertThat(ids(second)).containsExactly("denied-4", "denied-5", "denied-6");
        assertThat(second.getString("next")).isNull();
        assertThat(page.ask("/api/v1/dead-letters/letters").status()).isEqualTo(400);
    }

    private static List<String> ids(JsonObject letters) {
        return letters.getJsonArray("items").stream()
                .map(letter -> ((JsonObject) letter).getString("id"))
                .toList();
    }

    @Test
    void oneLetterIsDiscardedByItsIdAndNothingWithoutAFilter() throws Exception {
        dead("one", "COPY_CORRUPT");
        dead("two", "COPY_CORRUPT");
        JsonObject one = new JsonObject()
                .put("filter", new JsonObject().put("id", "one"))
                .put("expected", 1);

        assertThat(page.act("/api/v1/dead-letters/discard", one).json().getInteger("done"))
                .isOne();

        assertThat(page.ask("/api/v1/dead-letters").json().getInteger("total")).isOne();
        for (JsonObject wrong : List.of(
                new JsonObject(),
                new JsonObject().put("filter", new JsonObject()).put("expected", 1),
                new JsonObject().put("filter", new JsonObject().put("id", "two")))) {
            assertThat(page.act("/api/v1/dead-letters/discard", wrong).status()).isEqualTo(400);
        }
    }
}
