package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.CookieManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page below a path, behind proxies that are set up as {@code deploy/proxy} says. */
@Timeout(HangLimit.TEST_SECONDS)
final class ProxyIT {
    private static final String BASE = "/offsite/";
    private static final Map<Program, ProxyServer> PROXIES = new EnumMap<>(Program.class);
    private static final Pattern FILE = Pattern.compile("(?:href|src)=\"([^\"#]+)\"|: ?\"(\\./[^\"]+)\"");

    enum Program {
        NGINX,
        CADDY
    }

    @TempDir
    static Path directory;

    private static PageFixture page;
    private static HttpClient browser;

    @BeforeAll
    static void open() throws Exception {
        Requires.program("nginx", "nginx-light");
        Requires.program("caddy", "caddy");
        page = new PageFixture(directory)
                .set("BACKUP_OFFSITE_DASHBOARD_HOSTS", ProxyServer.HOST)
                .set("BACKUP_OFFSITE_DASHBOARD_PROXIES", "127.0.0.1")
                .set("BACKUP_OFFSITE_DASHBOARD_USER_HEADER", "X-Forwarded-User")
                .set("BACKUP_OFFSITE_DASHBOARD_ADMINS", "ann")
                .start();
        browser = page.vertx.createHttpClient(
                new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false));
        PROXIES.put(Program.NGINX, ProxyServer.nginx(page.port()));
        PROXIES.put(Program.CADDY, ProxyServer.caddy(page.port()));
    }

    @AfterAll
    static void close() throws Exception {
        PROXIES.values().forEach(ProxyServer::close);
        if (page != null) {
            page.close();
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("https://" + ProxyServer.HOST + ":" + port + path);
    }

    private static Future<HttpClientRequest> request(HttpMethod method, URI uri, Map<String, String> headers) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setServer(SocketAddress.inetSocketAddress(uri.getPort(), "127.0.0.1"))
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI(uri.getRawPath());
        return browser.request(options).map(request -> {
            headers.forEach(request::putHeader);
            return request;
        });
    }

    private static Reply send(HttpMethod method, URI uri, Map<String, String> headers, String body) throws Exception {
        // all of it on the loop of the client: an answer that nobody takes is gone
        return PageFixture.get(request(method, uri, headers)
                .compose(request -> request.send(Buffer.buffer(body))
                        .compose(response -> response.body().map(bytes -> {
                            Map<String, String> got = new LinkedHashMap<>();
                            response.headers().forEach((name, value) -> got.put(name.toLowerCase(Locale.ROOT), value));
                            return new Reply(response.statusCode(), got, bytes.toString());
                        }))));
    }

    private static Reply get(URI uri, Map<String, String> headers) throws Exception {
        return send(HttpMethod.GET, uri, headers, "");
    }

    private static Reply login(URI uri, Map<String, String> headers) throws Exception {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        return send(
                HttpMethod.POST,
                uri,
                all,
                new JsonObject().put("token", page.token()).encode());
    }

    private static Map<String, String> basic(String user) {
        byte[] credentials = (user + ":" + ProxyServer.PASSWORD).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    @ParameterizedTest
    @EnumSource
    void thePathLeadsToThePageAndAllItsFilesAreThere(Program program) throws Exception {
        int port = PROXIES.get(program).port;
        Reply bare = get(uri(port, "/offsite"), Map.of());
        assertThat(bare.status()).isEqualTo(302);
        URI base = uri(port, "/offsite").resolve(bare.headers().get("location"));
        assertThat(base.getPath()).isEqualTo(BASE);

        for (URI document : List.of(base, base.resolve("api"))) {
            Reply index = get(document, Map.of());
            assertThat(index.status()).isEqualTo(200);
            assertThat(index.headers().get("content-security-policy")).contains("default-src 'none'");
            List<URI> files = FILE.matcher(index.body())
                    .results()
                    .map(file -> document.resolve(file.group(1) == null ? file.group(2) : file.group(1)))
                    .toList();
            assertThat(files).hasSizeGreaterThan(3);
            for (URI file : files) {
                assertThat(get(file, Map.of()).status()).as(file.getPath()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTokenOpensASessionThatTheBrowserSendsToThePageAlone(Program program) throws Exception {
        int port = PROXIES.get(program).port;
        URI session = uri(port, BASE + "api/v1/session");
        URI login = uri(port, BASE + "api/v1/login");
        assertThat(get(session, Map.of()).status()).isEqualTo(401);
        Reply opened = login(login, Map.of());
        assertThat(opened.status()).isEqualTo(204);
        assertThat(opened.headers().get("set-cookie")).contains("HTTPOnly", "Secure", "SameSite=Lax");
        CookieManager cookies = new CookieManager();
        cookies.put(login, Map.of("Set-Cookie", List.of(opened.headers().get("set-cookie"))));

        List<String> sent = cookies.get(session, Map.of()).get("Cookie");
        assertThat(sent).hasSize(1);
        assertThat(cookies.get(uri(port, "/other/api/v1/session"), Map.of()).get("Cookie"))
                .as("another program of the host")
                .isNullOrEmpty();
        assertThat(get(session, Map.of("Cookie", sent.get(0))).json().getString("role"))
                .isEqualTo("admin");
    }

    @ParameterizedTest
    @EnumSource
    void eventsComeAtOnce(Program program) throws Exception {
        URI events = uri(PROXIES.get(program).port, BASE + "api/v1/events");
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpClientResponse response = PageFixture.get(request(
                        HttpMethod.GET,
                        events,
                        Map.of("Authorization", "Bearer " + page.token(), "Accept-Encoding", "gzip"))
                .compose(request -> request.send()
                        .onSuccess(
                                stream -> stream.handler(bytes -> heard.add(bytes.toString(StandardCharsets.UTF_8))))));
        assertThat(response.getHeader("Content-Type")).isEqualTo("text/event-stream");
        await().until(() -> String.join("", heard).contains("event: "));

        page.verified("new-behind-" + program + ".gz");

        await().until(() -> String.join("", heard).contains("new-behind-" + program));
        response.request().connection().close();
    }

    @ParameterizedTest
    @EnumSource
    void ourOwnPageMayActAndThatOfAnotherSiteMayNot(Program program) throws Exception {
        int port = PROXIES.get(program).port;
        URI login = uri(port, BASE + "api/v1/login");
        String here = "https://" + ProxyServer.HOST + ":" + port;
        for (Map<String, String> own :
                List.of(Map.of("Origin", here), Map.of("Sec-Fetch-Site", "same-origin", "Origin", here))) {
            assertThat(login(login, own).status()).as("%s", own).isEqualTo(204);
        }
        for (Map<String, String> foreign : List.of(
                Map.of("Origin", "https://evil.example"),
                Map.of("Origin", "https://" + ProxyServer.HOST + ":1"),
                Map.of("Origin", "http://127.0.0.1:" + page.port()),
                Map.of("Sec-Fetch-Site", "cross-site", "Origin", here),
                Map.of("Origin", "https://evil.example", "X-Forwarded-Host", "evil.example"))) {
            Reply refused = login(login, foreign);
            assertThat(refused.status()).as("%s", foreign).isEqualTo(403);
            assertThat(refused.json().getString("code")).isEqualTo("FOREIGN_ORIGIN");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOrderLeadsToItsProgressBelowThePath(Program program) throws Exception {
        URI requests = uri(PROXIES.get(program).port, BASE + "api/v1/requests");
        String order = new JsonObject()
                .put("id", UUID.randomUUID().toString())
                .put("kind", "replicate")
                .encode();
        Reply accepted = send(HttpMethod.POST, requests, page.admin(), order);
        assertThat(accepted.status()).isEqualTo(202);

        URI progress = requests.resolve(accepted.headers().get("location"));

        assertThat(progress.getPath()).startsWith(BASE);
        assertThat(get(progress, page.admin()).json().getString("command")).isEqualTo("replicate");
    }

    /** The proxy is one whose header counts: it has to take away what clients send. */
    @ParameterizedTest
    @EnumSource
    void nobodyNamesHimselfAndNobodyCountsAsAProgramOfThisHost(Program program) throws Exception {
        int port = PROXIES.get(program).port;
        assertThat(page.send(HttpMethod.GET, "/api/v1/session", Map.of("X-Forwarded-User", "ann"), "")
                        .status())
                .as("without the proxy")
                .isEqualTo(200);
        for (Map<String, String> forged : List.of(
                Map.of("X-Forwarded-User", "ann"),
                Map.of("x-forwarded-user", "ann", "X-Forwarded-For", "127.0.0.1"),
                Map.of("X_Forwarded_User", "ann"),
                Map.of("Forwarded", "for=127.0.0.1", "X-Real-IP", "127.0.0.1"))) {
            for (String path : List.of("api/v1/session", "metrics", "openapi.json")) {
                assertThat(get(uri(port, BASE + path), forged).status())
                        .as("%s with %s", path, forged)
                        .isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theProxyNamesTheUserAndNotTheBrowser(Program program) throws Exception {
        URI session = uri(PROXIES.get(program).usersPort, BASE + "api/v1/session");
        assertThat(get(session, Map.of("X-Forwarded-User", "ann")).status()).isEqualTo(401);
        Map<String, String> forged = new HashMap<>(basic("bob"));
        forged.put("X-Forwarded-User", "ann");

        JsonObject bob = get(session, forged).json();
        JsonObject ann = get(session, basic("ann")).json();

        assertThat(bob.getString("user")).isEqualTo("bob");
        assertThat(bob.getString("role")).isEqualTo("read_only");
        assertThat(ann.getString("role")).isEqualTo("admin");
        assertThat(get(uri(session.getPort(), BASE + "openapi.json"), basic("bob"))
                        .json())
                .isEqualTo(ApiContract.get().document());
    }
}
