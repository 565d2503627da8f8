package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.http.HostCheck;
import org.heratio.offsite.dashboard.http.SecurityHeaders;
import org.heratio.offsite.dashboard.login.Credentials;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.testing.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that pages of this kind had, tried on this one, with its default settings. {@code LoginTest} has the others. */
final class PeerFaultsTest {
    @TempDir
    static Path directory;

    private static PageFixture page;

    @BeforeAll
    static void open() throws Exception {
        page = new PageFixture(directory).start();
    }

    @AfterAll
    static void close() throws Exception {
        page.close();
    }

    private static List<Endpoint> guarded() {
        return page.dashboard().endpoints().stream()
                .filter(endpoint ->
                        endpoint.access() != Endpoint.Access.OPEN && endpoint.access() != Endpoint.Access.LOGIN)
                .toList();
    }

    private static String path(Endpoint endpoint, String parameter) {
        return endpoint.path().replaceAll(":[a-z_]+", parameter);
    }

    @Test
    void aPreflightGetsNoHandlerAndNoLeave() throws Exception {
        Map<String, String> preflight = Map.of(
                "Origin", "https://evil.example",
                "Access-Control-Request-Method", "POST",
                "Access-Control-Request-Headers", "authorization,content-type");
        Map<String, String> withToken = new HashMap<>(preflight);
        withToken.putAll(page.admin());
        for (Endpoint endpoint : page.dashboard().endpoints()) {
            for (Map<String, String> headers : List.of(preflight, withToken)) {
                Reply reply = page.send(HttpMethod.OPTIONS, path(endpoint, "1"), headers, "");
                assertThat(reply.status()).as(endpoint.path()).isIn(401, 404, 405);
                assertThat(reply.headers().keySet())
                        .as(endpoint.path())
                        .noneMatch(name -> name.startsWith("access-control-"));
            }
        }
    }

    @Test
    void noHeaderOpensWhatATokenOpens() throws Exception {
        for (Map<String, String> forged : List.of(
                Map.of("X-Forwarded-For", "127.0.0.1"),
                Map.of("Forwarded", "for=127.0.0.1;proto=https"),
                Map.of("X-Forwarded-For", "127.0.0.1", "X-Forwarded-User", "admin", "X-Remote-User", "admin"),
                Map.of("X-Real-IP", "127.0.0.1", "Remote-User", "admin"),
                Map.of("X-Forwarded-For", "::1", "X-Original-URL", "/health/live", "X-Rewrite-URL", "/health/live"),
                Map.of("X-Forwarded-For", "::1", "X-HTTP-Method-Override", "GET"))) {
            for (Endpoint endpoint : guarded()) {
                Map<String, String> headers = new HashMap<>(forged);
                headers.put("Content-Type", "application/json");
                assertThat(page.send(endpoint.method(), path(endpoint, "1"), headers, "{}")
                                .status())
                        .as(endpoint.path() + " with " + forged)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void noParameterOfAPathLeadsOutOfIt() throws Exception {
        List<Endpoint> withParameters = guarded().stream()
                .filter(endpoint -> endpoint.path().contains(":"))
                .toList();
        assertThat(withParameters).hasSizeGreaterThan(3);
        for (Endpoint endpoint : withParameters) {
            for (String parameter : List.of(
                    "..%2f..%2f..%2fetc%2fpasswd",
                    "%2e%2e%2fdashboard-token",
                    "..%5c..%5cetc%5cpasswd",
                    "%00",
                    "..;%2f..;%2f",
                    "%2fetc%2fpasswd",
                    "..%252f..%252fetc%252fpasswd")) {
                Reply reply = page.send(endpoint.method(), path(endpoint, parameter), page.admin(), "{}");
                assertThat(reply.status())
                        .as(endpoint.path() + " with " + parameter)
                        .isIn(400, 404);
                assertThat(reply.body()).doesNotContain("root:", page.token());
            }
        }
    }

    @Test
    void markupInANameAnErrorOrAQueryIsNeverMarkup() throws Exception {
        String markup = "<img src=x onerror=alert(1)>";
        Version version = page.settled(markup + ".gz");
        page.ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_UNREADABLE, markup, null));
        String query = URLEncoder.encode(markup, StandardCharsets.UTF_8);
        for (String path : List.of(
                "/api/v1/archives/" + version.id(),
                "/api/v1/history?q=" + query,
                "/api/v1/history?from=" + query,
                "/api/v1/journal?kind=" + query,
                "/api/v1/dead-letters/letters?stage=x&code=" + query)) {
            Reply reply = page.ask(path);
            assertThat(reply.headers().get("content-type")).as(path).matches("application/(problem\\+)?json");
            assertThat(reply.headers()).as(path).containsEntry("x-content-type-options", "nosniff");
        }
        assertThat(page.ask("/api/v1/archives/" + version.id())
                        .json()
                        .getJsonObject("version")
                        .getString("error"))
                .isEqualTo(markup);
    }

    @Test
    void anErrorThatNobodyForesawIsBoundAndSaysNothing() throws Exception {
        int port = FreePort.take();
        Endpoint broken = Endpoint.open("/broken", request -> {
            throw new IllegalStateException("jdbc:h2:/var/lib/secret");
        });
        Gate gate = new Gate(
                page.settings().dashboard(), Credentials.load(page.settings().dashboard(), page.clock), page.clock);
        HttpServer server = PageFixture.get(page.vertx
                .createHttpServer()
                .requestHandler(new DashboardRouter(gate)
                        .router(
                                page.vertx,
                                new SecurityHeaders(List.of(), false),
                                new HostCheck(List.of()),
                                List.of(broken)))
                .listen(port, "127.0.0.1"));
        int own = page.port();
        page.set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(port));

        Reply reply = page.get("/broken");

        page.set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(own));
        PageFixture.get(server.close());
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.headers())
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("cache-control", "no-store");
        assertThat(reply.headers().get("content-security-policy")).contains("frame-ancestors 'none'");
        assertThat(reply.body()).doesNotContain("jdbc", "Exception", "at org.");
    }
}
