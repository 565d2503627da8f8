package org.heratio.offsite.dashboard;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.health.HealthHandlers;
import org.heratio.offsite.dashboard.health.Reachability;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.http.HostCheck;
import org.heratio.offsite.dashboard.http.SecurityHeaders;
import org.heratio.offsite.dashboard.login.Credentials;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.dashboard.metrics.Scrape;
import org.heratio.offsite.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics and health of one process on a port of their own, with the guards of the page. Archives are shipped without it, too. */
public final class MetricsServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final int WORKERS = 1;

    private final Settings settings;
    private final Settings.Dashboard.Listen listen;
    private final ProcessMetrics metrics;
    private final Ledger ledger;
    private final Broker broker;
    private final Clock clock;
    private @Nullable WorkerExecutor workers;
    private @Nullable Reachability reachability;
    private @Nullable Scrape scrape;
    private @Nullable Listener listener;

    /** @param settings have a port for metrics */
    public MetricsServer(Settings settings, ProcessMetrics metrics, Ledger ledger, Broker broker, Clock clock) {
        this.settings = settings;
        this.listen = Objects.requireNonNull(settings.dashboard().metrics());
        this.metrics = metrics;
        this.ledger = ledger;
        this.broker = broker;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        WorkerExecutor own = vertx.createSharedWorkerExecutor("metrics", WORKERS);
        workers = own;
        return own.<Gate>executeBlocking(() -> {
                    Settings.Dashboard page = settings.dashboard();
                    return new Gate(page, Credentials.load(page, clock), clock);
                })
                .compose(gate -> serve(gate, own))
                .recover(cause -> {
                    LOG.error("metrics are not served; archives are shipped without them: {}", cause.toString());
                    return Future.succeededFuture();
                });
    }

    private Future<@Nullable Object> serve(Gate gate, WorkerExecutor own) {
        List<String> queue = List.of(Topology.scan(settings.broker().queuePrefix()));
        Reachability asked = new Reachability(
                () -> own.executeBlocking(
                        () -> {
                            ledger.requireUnchanged();
                            return true;
                        },
                        false),
                () -> broker.look(queue),
                clock);
        reachability = asked;
        asked.start(vertx);
        metrics.gauge("ledger_up", () -> asked.ledger() ? 1 : 0);
        metrics.gauge("broker_up", () -> asked.queues() ? 1 : 0);
        Scrape scraped = new Scrape(vertx, "metrics-scrape", metrics);
        scrape = scraped;
        HealthHandlers health = new HealthHandlers(asked);
        SecurityHeaders headers =
                new SecurityHeaders(List.of(), settings.dashboard().tls() != null);
        Router router = new DashboardRouter(gate)
                .router(
                        vertx,
                        headers,
                        new HostCheck(settings.dashboard().hosts()),
                        List.of(
                                Endpoint.open("/health/live", health::live),
                                Endpoint.open("/health/ready", health::ready),
                                Endpoint.metrics("/metrics", scraped)));
        Listener port = new Listener(
                vertx,
                settings.dashboard().tls(),
                listen.host(),
                listen.port(),
                url -> LOG.info("metrics of this process are at {}metrics", url));
        listener = port;
        return port.listen(router, headers).<@Nullable Object>mapEmpty().recover(cause -> {
            LOG.warn(
                    "metrics cannot be served on {}: {}; it is tried again. HINT: set another {}",
                    port.address(),
                    cause.getMessage(),
                    Setting.BACKUP_OFFSITE_METRICS_LISTEN);
            port.listenLater(router, headers);
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<?> stop() {
        if (reachability != null) {
            reachability.stop(vertx);
        }
        Future<?> closed = listener == null ? Future.succeededFuture() : listener.close();
        return closed.compose(v -> workers == null ? Future.succeededFuture() : workers.close())
                .compose(v -> scrape == null ? Future.succeededFuture() : scrape.close());
    }
}
