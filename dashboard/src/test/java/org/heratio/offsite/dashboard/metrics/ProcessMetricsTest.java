package org.heratio.offsite.dashboard.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;

final class ProcessMetricsTest {
    @Test
    void showsWhatVertxDoesWithoutAnyPathOrAddress() throws Exception {
        try (ProcessMetrics metrics = new ProcessMetrics(List.of("localfs"), "1.2.3", Clock.systemUTC())) {
            Vertx vertx = metrics.vertx(new VertxOptions()).build();
            try {
                HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1"))
                        .requestHandler(
                                request -> vertx.executeBlocking(() -> "done").onSuccess(request.response()::end))
                        .listen(0)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(HangLimit.SECONDS, TimeUnit.SECONDS);
                URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/secret-name.sql.gz");
                HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());

                assertThat(metrics.text("text/plain").lines())
                        .anyMatch(line ->
                                line.startsWith("vertx_pool_queue_pending{pool_name=\"vert.x-internal-blocking\""))
                        .anyMatch(line ->
                                line.startsWith("vertx_http_server_requests_total{code=\"200\",method=\"GET\"} 1"))
                        .noneMatch(line -> line.contains("secret-name") || line.contains("127.0.0.1"));
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
            }
        }
    }
}
