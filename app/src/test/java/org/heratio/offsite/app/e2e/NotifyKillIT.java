package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed after a failure was recorded, and before anybody was told. */
class NotifyKillIT {
    @TempDir
    Path directory;

    private final List<String> ids = new CopyOnWriteArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::receive);
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (body.contains("\"type\":\"archive.failed\"")) {
            ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    @Test
    void aFailureIsToldAfterTheServiceWasKilledInBetween() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set(
                            "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
                            "http://127.0.0.1:" + receiver.getAddress().getPort() + "/")
                    .set("BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
            OffsiteProcess first = home.start("serve");
            await().atMost(HangLimit.STEP).until(() -> first.err().contains("this process notifies"));
            Files.write(home.backups().resolve("broken_1.gz"), new byte[] {31, (byte) 139, 8, 0, 0, 0});
            await().atMost(HangLimit.STEP).until(() -> first.err().contains("ARCHIVE_INCOMPLETE"));
            first.kill();
            assertThat(ids).isEmpty();

            OffsiteProcess second = home.start("serve");
            await().atMost(HangLimit.STEP).until(() -> !ids.isEmpty());
            await().atMost(HangLimit.STEP).until(() -> second.err().contains("notified: channel=webhook"));

            assertThat(ids).hasSize(1);
        }
    }
}
