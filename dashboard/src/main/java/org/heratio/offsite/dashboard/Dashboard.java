package org.heratio.offsite.dashboard;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.api.ApiDocument;
import org.heratio.offsite.dashboard.http.Assets;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.http.HostCheck;
import org.heratio.offsite.dashboard.http.SecurityHeaders;
import org.heratio.offsite.dashboard.login.Credentials;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operators' page: a server on one event loop, whose calls of the ledger go to workers of its own; requests never take those of the snapshot. */
public final class Dashboard extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
    private static final int WORKERS = 4;
    private static final int LOOKERS = 1;

    private final DashboardParts parts;
    private final boolean essential;
    private @Nullable WorkerExecutor workers;
    private @Nullable WorkerExecutor lookers;
    private @Nullable Listener listener;
    private @Nullable DashboardContent content;

    /**
     * @param essential whether a port that is taken is a failure. Else the server waits until the port is free: archives are shipped
     *     without a page, too
     */
    public Dashboard(DashboardParts parts, boolean essential) {
        this.parts = parts;
        this.essential = essential;
    }

    private Settings.Dashboard settings() {
        return parts.settings().dashboard();
    }

    /** Parts of the server that take too long for an event loop to make: files are read, and many classes are loaded. */
    private record Loaded(SecurityHeaders headers, Gate gate, DashboardContent content) {}

    @Override
    public Future<?> start() {
        WorkerExecutor own = vertx.createSharedWorkerExecutor("operators-page", WORKERS);
        workers = own;
        WorkerExecutor looking = vertx.createSharedWorkerExecutor("operators-page-looks", LOOKERS);
        lookers = looking;
        return own.<Loaded>executeBlocking(() -> load(own, looking))
                .<@Nullable Object>compose(loaded -> serve(loaded).mapEmpty())
                .recover(this::withoutPage);
    }

    /** Ends this process only if it has nothing else to do: archives are shipped without a page, too. */
    private Future<@Nullable Object> withoutPage(Throwable cause) {
        if (essential) {
            return Future.failedFuture(cause);
        }
        String reason;
        if (cause instanceof ConfigException refused) {
            reason = refused.getMessage();
        } else if (cause instanceof FailureException failed) {
            reason = failed.failure().oneLine();
        } else {
            reason = cause + ". HINT: look at the settings BACKUP_OFFSITE_DASHBOARD_*";
        }
        LOG.error("the operators' page is not served; archives are shipped without it: {}", reason);
        return Future.succeededFuture();
    }

    private Loaded load(WorkerExecutor own, WorkerExecutor looking) throws ConfigException, IOException {
        Credentials credentials = Credentials.load(settings(), parts.clock());
        Assets assets = Assets.load(Dashboard.class, "page");
        Gate gate = new Gate(settings(), credentials, parts.clock());
        return new Loaded(
                new SecurityHeaders(assets.inlineScripts(), settings().tls() != null),
                gate,
                new DashboardContent(
                        vertx, parts, own, looking, assets, ApiDocument.load(Dashboard.class), credentials, gate));
    }

    private Future<?> serve(Loaded loaded) {
        SecurityHeaders headers = loaded.headers();
        DashboardContent served = loaded.content();
        content = served;
        Router router = new DashboardRouter(loaded.gate())
                .router(vertx, headers, new HostCheck(settings().hosts()), served.endpoints());
        served.start();
        Listener port = new Listener(
                vertx,
                settings().tls(),
                settings().host(),
                settings().port(),
                url -> LOG.info(
                        "the operators' page is at {}, its token in {}",
                        url,
                        settings().tokenFile()));
        listener = port;
        return port.listen(router, headers).recover(cause -> {
            FailureException failure = new FailureException(
                    ErrorCode.UNEXPECTED,
                    "the operators' page cannot listen on " + port.address() + ": " + cause.getMessage(),
                    hint(cause) + ", or " + Setting.BACKUP_OFFSITE_DASHBOARD + "=false for no page",
                    cause);
            if (essential) {
                return Future.failedFuture(failure);
            }
            LOG.warn("{}; it is tried again", failure.failure().oneLine());
            port.listenLater(router, headers);
            return Future.succeededFuture();
        });
    }

    private String hint(Throwable cause) {
        if (cause instanceof BindException) {
            return "another process may have the port: set " + Setting.BACKUP_OFFSITE_DASHBOARD_PORT;
        }
        return settings().tls() == null
                ? "look at " + Setting.BACKUP_OFFSITE_DASHBOARD_HOST
                : "let this user read the certificate and its key, in PEM: "
                        + Setting.BACKUP_OFFSITE_DASHBOARD_CERT_FILE + " and "
                        + Setting.BACKUP_OFFSITE_DASHBOARD_KEY_FILE;
    }

    /** Returns the requests that are served, for tests. */
    List<Endpoint> endpoints() {
        DashboardContent served = content;
        return served == null ? List.of() : served.endpoints();
    }

    @Override
    public Future<?> stop() {
        if (content != null) {
            content.stop();
        }
        Future<?> closed = listener == null ? Future.succeededFuture() : listener.close();
        return closed.compose(v -> content == null ? Future.succeededFuture() : content.close())
                .compose(v -> close(workers))
                .compose(v -> close(lookers));
    }

    private static Future<Void> close(@Nullable WorkerExecutor executor) {
        return executor == null ? Future.succeededFuture() : executor.close();
    }
}
