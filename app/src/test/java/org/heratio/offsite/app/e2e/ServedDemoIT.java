package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration on a running page. */
class ServedDemoIT {
    private static final Pattern ADDRESS = Pattern.compile("the page +http://127\\.0\\.0\\.1:(\\d+)/");
    private static final Pattern TOKEN = Pattern.compile("log in with .*: cat (\\S+)");

    @TempDir
    Path directory;

    private static String found(Pattern pattern, OffsiteProcess demo) {
        Matcher matcher = pattern.matcher(demo.out());
        assertThat(matcher.find()).as(demo.out()).isTrue();
        return matcher.group(1);
    }

    private static JsonObject ask(int port, String token, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .header("Authorization", "Bearer " + token)
                .build();
        return new JsonObject(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
    }

    @Test
    void shipsDamagesAndRepairsOnAPageAndLeavesNothingBehind() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            Path temporary = Files.createDirectory(home.root().resolve("tmp"));
            OffsiteProcess demo = home.option("-Djava.io.tmpdir=" + temporary).start("demo", "--serve");
            await().atMost(OffsiteHome.LONG).until(() -> demo.out().contains("as long as you like") || !demo.running());
            assertThat(demo.running()).as(demo.out() + demo.err()).isTrue();
            int port = Integer.parseInt(found(ADDRESS, demo));
            Path tokenFile = Path.of(found(TOKEN, demo));
            assertThat(tokenFile).startsWith(temporary);
            String token = Files.readString(tokenFile).strip();
            List<ProcessHandle> children =
                    ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();

            JsonObject safe = new JsonObject().put("total", 3).put("safe", 3).put("failed", 0);
            await().until(() ->
                    ask(port, token, "summary").getJsonObject("archives").equals(safe));
            assertThat(ask(port, token, "journal?kind=damaged").getJsonArray("items"))
                    .hasSize(1);
            assertThat(ask(port, token, "journal?kind=repaired").getJsonArray("items"))
                    .hasSize(1);
            assertThat(ask(port, token, "journal?kind=requested").encode()).contains("admin@page");
            assertThat(demo.out() + demo.err()).doesNotContain(token, "DEBUG");
            assertThat(children).isNotEmpty();

            demo.terminate();
            OffsiteProcess.Exit exit = demo.await(OffsiteHome.SHORT);

            assertThat(exit.code()).as(exit.toString()).isZero();
            assertThat(temporary).isEmptyDirectory();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
        }
    }
}
