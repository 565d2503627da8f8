package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page tells and does about notifications. */
final class NotificationsTest {
    private static final String TEST = "/api/v1/notifications/test";

    @TempDir
    Path directory;

    private final AtomicInteger answer = new AtomicInteger(204);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer receiver;
    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(threads);
        receiver.createContext("/s3cret", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        receiver.createContext("/slow", exchange -> {
            bodies.add("slow");
            try {
                mayAnswer.await(HangLimit.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        page = new PageFixture(directory);
    }

    @AfterEach
    void close() throws Exception {
        mayAnswer.countDown();
        page.close();
        receiver.stop(0);
        threads.shutdownNow();
    }

    private PageFixture startWithReceiver(String path) throws Exception {
        return page.set(
                        "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
                        "http://127.0.0.1:" + receiver.getAddress().getPort() + path)
                .set("BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .start();
    }

    private List<String> requested() throws Exception {
        return page.ask("/api/v1/journal?kind=requested").items().stream()
                .map(event -> ((JsonObject) event).getString("actor") + ": " + ((JsonObject) event).getString("detail"))
                .toList();
    }

    @Test
    void aTestIsSentAndTheJournalSaysWhoAskedForIt() throws Exception {
        startWithReceiver("/s3cret");
        Reply accepted = page.act(TEST, new JsonObject());
        answer.set(403);
        Reply refused = page.act(TEST, new JsonObject());

        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.body()).isEqualTo("{\"ok\":true,\"channels\":[{\"channel\":\"webhook\",\"error\":null}]}");
        assertThat(bodies).hasSize(2).allMatch(body -> body.contains("\"type\":\"test\""));
        assertThat(refused.status()).isEqualTo(200);
        assertThat(refused.json().getBoolean("ok")).isFalse();
        assertThat(refused.body()).contains("answered 403").doesNotContain("s3cret");
        assertThat(requested())
                .containsExactly("admin@page: a test of the notifications", "admin@page: a test of the notifications");
    }

    @Test
    void whoMayOnlyLookSendsNoTestAndNoOtherSiteDoes() throws Exception {
        Path token = page.root.resolve("read-token");
        page.set("BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE", token.toString());
        startWithReceiver("/s3cret");
        Map<String, String> reader = Map.of(
                "Authorization", "Bearer " + Files.readString(token).strip(), "Content-Type", "application/json");
        Map<String, String> elsewhere = new HashMap<>(page.admin());
        elsewhere.put("Sec-Fetch-Site", "cross-site");

        assertThat(page.send(HttpMethod.POST, TEST, reader, "{}").status()).isEqualTo(403);
        assertThat(page.send(HttpMethod.POST, TEST, elsewhere, "{}").status()).isEqualTo(403);
        assertThat(page.send(HttpMethod.POST, TEST, Map.of("Content-Type", "application/json"), "{}")
                        .status())
                .isEqualTo(401);
        assertThat(bodies).isEmpty();
        assertThat(requested()).isEmpty();
    }

    @Test
    void withoutAChannelNothingIsSent() throws Exception {
        page.start();

        Reply reply = page.act(TEST, new JsonObject());

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().getString("code")).isEqualTo("NO_CHANNEL");
        assertThat(requested()).isEmpty();
    }

    @Test
    void aReceiverThatHangsGetsOneMessageAndHoldsNoOtherRequest() throws Exception {
        startWithReceiver("/slow");
        Future<Reply> first = page.request(HttpMethod.POST, TEST, page.admin(), "{}");
        await().until(() -> !bodies.isEmpty());
        List<Future<Reply>> more = List.of(
                page.request(HttpMethod.POST, TEST, page.admin(), "{}"),
                page.request(HttpMethod.POST, TEST, page.admin(), "{}"));
        await().until(() -> requested().size() == 3);

        assertThat(page.ask("/api/v1/history").status()).isEqualTo(200);
        assertThat(first.isComplete()).isFalse();
        mayAnswer.countDown();
        assertThat(PageFixture.get(first).json().getBoolean("ok")).isTrue();
        for (Future<Reply> other : more) {
            assertThat(PageFixture.get(other).json().getBoolean("ok")).isTrue();
        }
        assertThat(bodies).hasSize(1);
    }

    @Test
    void aReceiverThatAcceptsNothingNeedsSomebody() throws Exception {
        page.verified("a.gz");
        page.ledger.notices().put(List.of(Notice.of("m1", "webhook", "", "{}", 1)));
        page.ledger
                .notices()
                .failed(page.ledger.notices().first("webhook").orElseThrow(), 5_000, 9_000L, "answered 500");
        startWithReceiver("/s3cret");

        await().until(() -> page.ask("/api/v1/summary").body().contains("NOTIFIER_FAILING"));

        JsonObject need =
                page.ask("/api/v1/summary").json().getJsonArray("needs_you").getJsonObject(0);
        assertThat(need.getString("code")).isEqualTo("NOTIFIER_FAILING");
        assertThat(need.getString("text")).contains("by webhook fail since", "answered 500");
        assertThat(need.getString("hint")).isNotBlank();
        assertThat(need.getString("command")).isEqualTo("offsite notify test");
    }

    @Test
    void whatWasSentWhatWaitsAndWhatFailedIsListedAndBounded() throws Exception {
        startWithReceiver("/s3cret");
        String body = "{\"data\":{\"title\":\"<b>[h1] 3 copies</b>\"}}";
        List<Notice> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(Notice.of("m" + i, "mail", "", body, 5_000 + i));
        }
        page.ledger.notices().put(many);
        page.ledger.notices().failed(page.ledger.notices().first("mail").orElseThrow(), 6_000, 9_000L, "answered 450");
        for (int i = 0; i < 60; i++) {
            page.ledger.journal().append(JournalEntry.of(JournalEntry.Kind.NOTIFIED, "", 0, "mail: t" + i));
        }
        page.ledger.journal().append(JournalEntry.of(JournalEntry.Kind.NOT_NOTIFIED, "", 0, "mail: t: answered 552"));

        JsonObject told = page.ask("/api/v1/notifications").json();

        assertThat(told.getJsonArray("channels").encode())
                .isEqualTo("[{\"name\":\"mail\",\"configured\":false,\"delivered_at\":null,"
                        + "\"failing_since\":\"1970-01-01T00:00:06Z\",\"error\":\"answered 450\",\"waiting\":60},"
                        + "{\"name\":\"webhook\",\"configured\":true,\"delivered_at\":null,"
                        + "\"failing_since\":null,\"error\":null,\"waiting\":0}]");
        assertThat(told.getJsonArray("waiting")).hasSize(50);
        assertThat(told.getJsonArray("waiting").getJsonObject(0).encode())
                .isEqualTo("{\"message\":\"m0\",\"channel\":\"mail\",\"title\":\"<b>[h1] 3 copies</b>\","
                        + "\"made_at\":\"1970-01-01T00:00:05Z\",\"due_at\":\"1970-01-01T00:00:09Z\",\"attempts\":1}");
        assertThat(told.getJsonArray("sent")).hasSize(50);
        assertThat(told.getJsonArray("sent").getJsonObject(0).getString("detail"))
                .isEqualTo("mail: t59");
        assertThat(told.getJsonArray("given_up")).hasSize(1);
        assertThat(page.get("/api/v1/notifications").status()).isEqualTo(401);
    }
}
