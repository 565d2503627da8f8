package org.heratio.offsite.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.heratio.offsite.operations.report.Json;
import org.jspecify.annotations.Nullable;

/** The operators' page of a demonstration, as a script asks it. Blocks. */
final class DemoPage {
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final int port;
    private final Path tokenFile;

    /** @param tokenFile there once the page answers */
    DemoPage(int port, Path tokenFile) {
        this.port = port;
        this.tokenFile = tokenFile;
    }

    String address() {
        return "http://127.0.0.1:" + port + "/";
    }

    int port() {
        return port;
    }

    Path tokenFile() {
        return tokenFile;
    }

    /** Returns whether the page answers to this token: another program may have taken the port. */
    boolean answers() throws InterruptedException {
        return Files.exists(tokenFile) && !ask("session").isEmpty();
    }

    /** Returns whether there are archives, and all of them are safe. */
    boolean isAllSafe() throws InterruptedException {
        return ask("summary").get("archives") instanceof Map<?, ?> archives
                && archives.get("total") instanceof Number total
                && total.longValue() > 0
                && total.equals(archives.get("safe"));
    }

    /** Returns whether a copy was repaired, and proved after that. */
    boolean hasSeenRepair() throws InterruptedException {
        long repaired = newest("repaired");
        return repaired > 0 && newest("proved") > repaired;
    }

    /** Returns the id of the newest event of a kind; 0 if there is none. */
    private long newest(String kind) throws InterruptedException {
        return ask("journal?kind=" + kind).get("items") instanceof List<?> items
                        && !items.isEmpty()
                        && items.get(0) instanceof Map<?, ?> event
                        && event.get("id") instanceof Number id
                ? id.longValue()
                : 0;
    }

    /** Presses "Sweep now". */
    void sweep() throws IOException, InterruptedException {
        String order = Json.line(Map.of("id", UUID.randomUUID().toString(), "kind", "sweep"));
        HttpResponse<String> answer = client.send(
                request("requests")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(order))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IOException("the page answered " + answer.statusCode() + " to a sweep");
        }
    }

    /** Returns the answer; empty if there is none, or another than what is wanted. */
    private Map<String, @Nullable Object> ask(String path) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(request(path).GET().build(), BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Json.read(answer.body()) : Map.of();
        } catch (IOException | IllegalArgumentException e) {
            return Map.of();
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(address() + "api/v1/" + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + Files.readString(tokenFile).strip());
    }
}
