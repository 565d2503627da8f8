package org.heratio.offsite.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.http.SecurityHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that is listened on, with the certificate of the page where there is one. For one event loop. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final Settings.Dashboard.@Nullable Tls tls;
    private final String host;
    private final int port;
    private final Consumer<String> told;
    private @Nullable HttpServer server;
    private boolean stopped;

    /** @param told receives the URL once the port is there */
    Listener(Vertx vertx, Settings.Dashboard.@Nullable Tls tls, String host, int port, Consumer<String> told) {
        this.vertx = vertx;
        this.tls = tls;
        this.host = host;
        this.port = port;
        this.told = told;
    }

    String address() {
        return host + ":" + port;
    }

    Future<HttpServer> listen(Router router, SecurityHeaders headers) {
        return vertx.createHttpServer(options())
                .requestHandler(router)
                .invalidRequestHandler(request -> {
                    headers.on(request.response());
                    HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
                })
                .listen(port, host.replaceAll("[\\[\\]]", ""))
                .onSuccess(listening -> {
                    server = listening;
                    told.accept((tls == null ? "http" : "https") + "://" + address() + "/");
                });
    }

    /** Tries it again until the port is free, or this is closed. */
    void listenLater(Router router, SecurityHeaders headers) {
        vertx.setTimer(AGAIN.toMillis(), timer -> {
            if (!stopped) {
                listen(router, headers).onFailure(cause -> {
                    LOG.debug("{} still cannot be listened on: {}", address(), cause.getMessage());
                    listenLater(router, headers);
                });
            }
        });
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout(Math.toIntExact(IDLE.toSeconds()))
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (tls != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(tls.cert().toString())
                            .addKeyPath(tls.key().toString()));
        }
        return options;
    }

    Future<?> close() {
        stopped = true;
        return server == null ? Future.succeededFuture() : server.close();
    }
}
