package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what. */
final class LoginTest {
    private static final List<HttpMethod> METHODS = List.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE);
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    @TempDir
    Path directory;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(directory);
    }

    @AfterEach
    void close() throws Exception {
        page.close();
    }

    private Reply login(String token, Map<String, String> headers) throws Exception {
        Map<String, String> all = new HashMap<>(JSON);
        all.putAll(headers);
        return page.send(
                HttpMethod.POST,
                "/api/v1/login",
                all,
                new JsonObject().put("token", token).encode());
    }

    private static String cookie(Reply reply) {
        return reply.headers().get("set-cookie").split(";", 2)[0];
    }

    @Test
    void withoutATokenOnlyTheLoginItsFilesAndHealthAnswer() throws Exception {
        page.start();
        // numbers and names stand for themselves, so that a handler behind an open door would find something
        List<String> answered = new ArrayList<>();
        for (Endpoint endpoint : page.dashboard().endpoints()) {
            String path = endpoint.path().replaceAll(":[a-z_]+", "1");
            for (HttpMethod method : METHODS) {
                Reply reply = page.send(method, path, Map.of("X-Forwarded-For", "127.0.0.1", "X-User", "root"), "");
                if (reply.status() != 401) {
                    answered.add(method + " " + path + " " + reply.status());
                }
            }
        }

        List<String> open = page.dashboard().endpoints().stream()
                .filter(endpoint -> endpoint.access() == Endpoint.Access.OPEN)
                .map(Endpoint::path)
                .toList();
        assertThat(open).contains("/", "/index.html").noneMatch(path -> path.startsWith("/api/"));
        assertThat(answered)
                .filteredOn(line -> line.matches(".* (2..|3..)"))
                .allSatisfy(line -> assertThat(line).matches("(GET|HEAD) .*"))
                .allSatisfy(line -> assertThat(open).contains(line.split(" ")[1]));
        assertThat(answered)
                .filteredOn(line -> !line.matches(".* (2..|3..|405)|.* /health/ready 503"))
                .as("a login without JSON")
                .containsExactly("POST /api/v1/login 415");
    }

    @Test
    void everyAnswerHasTheHeadersThatBindABrowser() throws Exception {
        page.start();
        for (String path :
                new TreeSet<>(List.of("/", "/nothing", "/api/v1/session", "/api/v1/nothing", "/..%2f..%2fetc", "/%"))) {
            Reply reply = page.get(path);
            assertThat(reply.headers())
                    .as(path)
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("x-frame-options", "DENY")
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(reply.headers().get("content-security-policy"))
                    .as(path)
                    .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
        }
        assertThat(page.get("/api/v1/nothing").headers()).containsEntry("cache-control", "no-store");
    }

    @Test
    void aFileIsSentOnceAndThenOnlyNamed() throws Exception {
        page.start();
        Reply first = page.get("/");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.headers()).containsEntry("content-type", "text/html; charset=utf-8");

        Reply second = page.send(
                HttpMethod.GET, "/", Map.of("If-None-Match", first.headers().get("etag")), "");

        assertThat(second.status()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
    }

    @Test
    void theTokenIsLongAndForItsOwnerAlone() throws Exception {
        page.start();
        Path file = page.settings().dashboard().tokenFile();
        assertThat(page.token()).hasSizeGreaterThanOrEqualTo(43);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aTokenOpensASessionThatOutlivesARestart() throws Exception {
        page.start();
        assertThat(page.get("/api/v1/session").status()).isEqualTo(401);
        assertThat(login("x".repeat(43), Map.of()).status()).isEqualTo(401);
        Reply opened = login(page.token(), Map.of());
        assertThat(opened.status()).isEqualTo(204);
        assertThat(opened.headers().get("set-cookie"))
                .contains("HTTPOnly", "SameSite=Lax")
                .doesNotContain(page.token(), "Path", "Secure");
        page.stop();
        page.start();

        Reply session = page.send(HttpMethod.GET, "/api/v1/session", Map.of("Cookie", cookie(opened)), "");

        assertThat(session.status()).isEqualTo(200);
        assertThat(session.json().getString("role")).isEqualTo("admin");
        assertThat(session.json().getString("user")).isEqualTo("admin");
        assertThat(session.json().getJsonObject("server").fieldNames())
                .containsExactly("id", "version", "started_at", "now");
    }

    @Test
    void anotherTokenEndsAllSessions() throws Exception {
        page.start();
        String cookie = cookie(login(page.token(), Map.of()));
        page.stop();
        Files.delete(page.settings().dashboard().tokenFile());
        page.start();

        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("Cookie", cookie), "")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "v1", "v1.admin.9999999999.", "v1.admin.9999999999.AAAA", "v1.admin.x.AAAA", "v2.admin.1.x"})
    void aSessionThatWasMadeUpOpensNothing(String session) throws Exception {
        page.start();
        assertThat(page.send(
                                HttpMethod.GET,
                                "/api/v1/session",
                                Map.of("Cookie", "offsite-" + page.port() + "=" + session),
                                "")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void theSecondTokenMayLookAndDoNothing() throws Exception {
        Path file = page.root.resolve("reader");
        page.set("BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE", file.toString()).start();
        Map<String, String> reader = new HashMap<>(JSON);
        reader.put("Authorization", "Bearer " + Files.readString(file).strip());

        assertThat(page.send(HttpMethod.GET, "/api/v1/session", reader, "")
                        .json()
                        .getString("role"))
                .isEqualTo("read_only");
        for (Endpoint endpoint : page.dashboard().endpoints()) {
            if (endpoint.access() == Endpoint.Access.ACT) {
                Reply reply = page.send(endpoint.method(), endpoint.path().replaceAll(":[a-z_]+", "1"), reader, "{}");
                assertThat(reply.status()).as(endpoint.path()).isEqualTo(403);
                assertThat(reply.json().getString("code")).isEqualTo("READ_ONLY");
            }
        }
    }

    @Test
    void oneTokenForReadersAndAdministratorsIsRefused() throws Exception {
        Path file = page.root.resolve("both");
        page.set("BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE", file.toString());
        page.set("BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE", file.toString());

        assertThatThrownBy(() -> page.start(true)).hasMessageContaining("BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE");
    }

    @Test
    void whoGuessesWaits() throws Exception {
        page.start();
        for (int i = 0; i < 10; i++) {
            assertThat(login("wrong" + i, Map.of()).status()).isEqualTo(401);
        }

        Reply refused = login("wrong again", Map.of());

        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().get("retry-after"))).isBetween(1, 300);
        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("Authorization", "Bearer wrong"), "")
                        .status())
                .as("nor as a script")
                .isEqualTo(429);
        assertThat(page.ask("/api/v1/session").status())
                .as("a right token of the same address")
                .isEqualTo(200);
    }

    @Test
    void anotherSitesPageCannotAct() throws Exception {
        page.start();
        String token = page.token();
        String here = "http://127.0.0.1:" + page.port();
        assertThat(login(token, Map.of("Sec-Fetch-Site", "same-origin")).status())
                .isEqualTo(204);
        assertThat(login(token, Map.of("Origin", here)).status()).isEqualTo(204);
        for (Map<String, String> foreign : List.of(
                Map.of("Sec-Fetch-Site", "cross-site"),
                Map.of("Sec-Fetch-Site", "same-site"),
                Map.of("Sec-Fetch-Site", "cross-site", "Origin", here),
                Map.of("Origin", "http://127.0.0.1:1"),
                Map.of("Origin", "http://evil.example"),
                Map.of("Origin", "null"))) {
            assertThat(login(token, foreign).status()).as("%s", foreign).isEqualTo(403);
        }
        assertThat(login(token, Map.of("Content-Type", "text/plain")).status()).isEqualTo(415);
    }

    @Test
    void aForeignNameIsRefusedAndTheSettingNamed() throws Exception {
        page.set("BACKUP_OFFSITE_DASHBOARD_HOSTS", "backups.example.org").start();
        for (String host :
                List.of("localhost", "127.0.0.1", "[::1]:8484", "192.0.2.7:80", "Backups.example.org:8443")) {
            assertThat(page.send(HttpMethod.GET, "/", Map.of("Host", host), "").status())
                    .as(host)
                    .isEqualTo(200);
        }
        Reply refused = page.send(HttpMethod.GET, "/", Map.of("Host", "evil.example"), "");
        assertThat(refused.status()).isEqualTo(421);
        assertThat(refused.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(refused.json().getString("hint")).contains(Setting.BACKUP_OFFSITE_DASHBOARD_HOSTS.name());
    }

    @Test
    void aProxyNamesTheUserAndNobodyElseDoes() throws Exception {
        page.set("BACKUP_OFFSITE_DASHBOARD_PROXIES", "127.0.0.1")
                .set("BACKUP_OFFSITE_DASHBOARD_USER_HEADER", "X-User")
                .set("BACKUP_OFFSITE_DASHBOARD_ADMINS", "ann")
                .start();
        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("X-User", "ann"), "")
                        .json()
                        .getString("role"))
                .isEqualTo("admin");
        JsonObject bob = page.send(HttpMethod.GET, "/api/v1/session", Map.of("X-User", "bob"), "")
                .json();
        assertThat(bob.getString("role")).isEqualTo("read_only");
        assertThat(bob.getString("user")).isEqualTo("bob");
        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("X-User", "<b>"), "")
                        .status())
                .isEqualTo(401);
        page.stop();
        page.set("BACKUP_OFFSITE_DASHBOARD_PROXIES", "192.0.2.1").start();
        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("X-User", "ann"), "")
                        .status())
                .as("not from there")
                .isEqualTo(401);
    }

    @Test
    void aBodyIsBoundedAndHasToBeAnObject() throws Exception {
        page.start();
        assertThat(page.send(HttpMethod.POST, "/api/v1/login", JSON, "x".repeat(20_000))
                        .status())
                .isEqualTo(413);
        for (String body : List.of("", "[]", "{", "{\"token\":7}")) {
            assertThat(page.send(HttpMethod.POST, "/api/v1/login", JSON, body))
                    .as(body)
                    .satisfies(reply -> assertThat(reply.status()).isEqualTo(400))
                    .satisfies(reply -> assertThat(reply.body()).doesNotContain("Exception", "at org."));
        }
    }

    @Test
    void aTokenFileThatIsNoFileEndsThePageAloneAndNotThePipeline() throws Exception {
        Path token = page.root.resolve("short");
        page.set("BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE", token.toString());
        Files.writeString(token, "short");

        page.start(false);
        assertThatThrownBy(() -> page.get("/")).as("nothing is served").hasRootCauseInstanceOf(IOException.class);
        page.stop();
        assertThatThrownBy(() -> page.start(true)).hasMessageContaining("BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE");

        Files.delete(token);
        Files.createDirectory(token);
        page.start(false);
        page.stop();
        assertThatThrownBy(() -> page.start(true)).hasMessageContaining("is not a regular file");
    }

    @Test
    void aCertificateThatIsNoneIsNamedAndNotThePort() throws Exception {
        Path cert = Files.writeString(page.root.resolve("cert"), "none");
        Path key = Files.writeString(page.root.resolve("key"), "none");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        page.set("BACKUP_OFFSITE_DASHBOARD_CERT_FILE", cert.toString())
                .set("BACKUP_OFFSITE_DASHBOARD_KEY_FILE", key.toString());

        assertThatThrownBy(() -> page.start(true))
                .hasMessageContaining("BACKUP_OFFSITE_DASHBOARD_CERT_FILE")
                .hasMessageNotContaining("BACKUP_OFFSITE_DASHBOARD_PORT");
    }

    @Test
    void aPortThatIsTakenEndsThePageAloneAndNotThePipeline() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            page.set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(taken.getLocalPort()));

            page.start(false);
            page.stop();

            assertThatThrownBy(() -> page.start(true))
                    .hasRootCauseInstanceOf(java.net.BindException.class)
                    .hasMessageContaining("BACKUP_OFFSITE_DASHBOARD_PORT");
        }
    }
}
