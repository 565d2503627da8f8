package org.heratio.offsite.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.dashboard.summary.SummaryBuilder;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.MemoryDestination;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.notify.NotificationsService;
import org.heratio.offsite.operations.notify.NotifyChannels;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.stage.BrokerPublisher;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;

/** A page in a temporary directory, and a browser without manners. */
final class PageFixture implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final Path root;
    final Path backups;
    final Map<String, String> environment = new LinkedHashMap<>();
    final Broker broker = new LocalBroker(vertx);
    final Ledger ledger;
    final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(100));
    final MemoryDestination destination = new MemoryDestination("localfs");
    final Map<String, Destination> destinations = new LinkedHashMap<>(Map.of("localfs", destination));
    final List<ArchiveFile> present = new CopyOnWriteArrayList<>();
    /** The clock of the page; the ledger has its own. */
    Clock clock = Clock.systemUTC();

    /** Whether each answer has to be as {@code openapi.json} says; false for those of another server. */
    boolean documented = true;

    ProcessMetrics metrics;
    private Dashboard dashboard;
    private String deployed;
    private Settings settings;

    private static final class Never implements SummaryBuilder.NextRuns {
        @Override
        public Instant scan(Instant after) {
            return null;
        }

        @Override
        public Instant sweep(Instant after) {
            return null;
        }
    }

    /** What a scan finds: the archives that were settled. */
    private final BackupInventory inventory = new BackupInventory() {
        @Override
        public Contents look() {
            return new Contents(present, Unreadable.NONE, 0);
        }

        @Override
        public void requireRoot() {}
    };

    /** Records that a service scanned the directory at a time. */
    void scanned(long at) throws Exception {
        ledger.scans().record(backups.toString(), at, true);
    }

    /** An archive that a scan has found, and that waits to be shipped. */
    Version settled(String name) throws Exception {
        return settled(name, List.of("localfs"));
    }

    Version settled(String name, List<String> drivers) throws Exception {
        scanned(Clock.systemUTC().millis());
        Path file = Files.writeString(backups.resolve(name), "an archive");
        long mtime = Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
        ArchiveFile archive = new ArchiveFile(file.toString(), name, Files.size(file), mtime);
        present.add(archive);
        return ledger.versions().settle(archive, Clock.systemUTC().millis(), drivers, false);
    }

    /** The copy of an archive that was shipped and read back. */
    Copy verified(String name) throws Exception {
        return verified(settled(name), name);
    }

    Copy verified(Version version, String name) throws Exception {
        String sha = "b".repeat(64);
        Payload payload = ledger.payloads()
                .record(version.id(), "a".repeat(64), version.id() + ".pgp", sha, 99, true)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        String remote = root.resolve("offsite") + "/" + name + ".gpg";
        ledger.copies().recordPendingPut(copy.id(), remote, payload);
        ledger.copies().replicated(copy.id(), remote, payload);
        ledger.proofs().record(copy.id(), sha);
        return ledger.copies().find(copy.id()).orElseThrow();
    }

    /** An answer. */
    record Reply(int status, Map<String, String> headers, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }

        JsonArray items() {
            return json().getJsonArray("items");
        }
    }

    PageFixture(Path directory) throws Exception {
        root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        ledger = LedgerFixture.h2(vertx, root.resolve("ledger"));
        get(broker.declare(
                Topology.of("offsite", Set.of("localfs"), RetryPolicy.standard().ladder())));
        environment.putAll(Map.of(
                "HERATIO_BACKUPS_PATH", backups.toString(),
                "BACKUP_OFFSITE_STATE_DIR", root.resolve("state").toString(),
                "BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("offsite").toString(),
                "BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(FreePort.take())));
    }

    PageFixture set(String name, String value) {
        environment.put(name, value);
        return this;
    }

    PageFixture start() throws Exception {
        return start(true);
    }

    PageFixture start(boolean essential) throws Exception {
        settings = KnownDrivers.settings(environment, root).load(null);
        dashboard = new Dashboard(
                new DashboardParts(
                        settings,
                        "1.2.3",
                        ledger,
                        broker,
                        new BrokerPublisher(broker, new EventCodec()),
                        destinations,
                        new DeadLetters(vertx, broker, new EventCodec(), ledger, "offsite", Set.of("localfs")),
                        places(),
                        new Never(),
                        new StatusService(settings, ledger, inventory, clock),
                        new NotificationsService(
                                ledger, new NotifyChannels(settings.notifications(), clock, HangLimit.STEP), clock),
                        metrics(),
                        clock),
                essential);
        deployed = get(vertx.deployVerticle(dashboard));
        return this;
    }

    private ProcessMetrics metrics() {
        metrics = new ProcessMetrics(List.of("localfs"), "1.2.3", clock);
        ledger.journal().onRecorded(metrics);
        return metrics;
    }

    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        destinations.keySet().forEach(driver -> places.put(driver, "a place of " + driver));
        return places;
    }

    void stop() throws Exception {
        if (deployed != null) {
            get(vertx.undeploy(deployed));
            deployed = null;
        }
    }

    Dashboard dashboard() {
        return dashboard;
    }

    Settings settings() {
        return settings;
    }

    int port() {
        return Integer.parseInt(environment.get("BACKUP_OFFSITE_DASHBOARD_PORT"));
    }

    String token() throws Exception {
        return Files.readString(settings.dashboard().tokenFile()).strip();
    }

    /** The headers of a script that may act. */
    Map<String, String> admin() throws Exception {
        return Map.of("Authorization", "Bearer " + token(), "Content-Type", "application/json");
    }

    Reply get(String path) throws Exception {
        return send(HttpMethod.GET, path, Map.of(), "");
    }

    Reply ask(String path) throws Exception {
        return send(HttpMethod.GET, path, admin(), "");
    }

    Reply act(String path, JsonObject body) throws Exception {
        return send(HttpMethod.POST, path, admin(), body.encode());
    }

    Reply send(HttpMethod method, String path, Map<String, String> headers, String body) throws Exception {
        return get(request(method, path, headers, body));
    }

    Future<Reply> request(HttpMethod method, String path, Map<String, String> headers, String body) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port())
                .setURI(path);
        return client.request(options).compose(request -> {
            headers.forEach(request::putHeader);
            return request.send(Buffer.buffer(body))
                    .compose(response -> response.body().map(bytes -> {
                        Map<String, String> got = new LinkedHashMap<>();
                        response.headers()
                                .forEach((name, value) ->
                                        got.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + "; " + b));
                        Reply reply = new Reply(response.statusCode(), got, bytes.toString());
                        if (documented) {
                            ApiContract.get().check(method, path, body, reply);
                        }
                        return reply;
                    }));
        });
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    static List<String> strings(JsonArray array) {
        return array.stream().map(String::valueOf).toList();
    }

    @Override
    public void close() throws Exception {
        stop();
        get(broker.close());
        ledger.close();
        get(vertx.close());
    }
}
