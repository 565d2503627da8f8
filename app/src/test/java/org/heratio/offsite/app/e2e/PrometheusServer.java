package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.ServerProcess;

/** A real Prometheus. */
final class PrometheusServer implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = FreePort.take();
    private final ServerProcess server = ServerProcess.of(
            "prometheus",
            directory -> List.of(
                    "prometheus",
                    "--config.file=prometheus.yml",
                    "--storage.tsdb.path=data",
                    "--web.listen-address=127.0.0.1:" + port));

    private PrometheusServer() {}

    /** @param files by name; one is {@code prometheus.yml} */
    static PrometheusServer start(Map<String, String> files) throws IOException {
        PrometheusServer prometheus = new PrometheusServer();
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(prometheus.server.directory().resolve(file.getKey()), file.getValue());
        }
        prometheus.server.start(() -> prometheus.ask("/-/ready").contains("Ready"));
        return prometheus;
    }

    /** Returns an answer; empty where there is none. */
    String ask(String path) throws Exception {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the answer to an expression, as JSON. */
    String query(String expression) throws Exception {
        return ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.remove();
    }
}
