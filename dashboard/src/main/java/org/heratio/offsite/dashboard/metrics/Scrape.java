package org.heratio.offsite.dashboard.metrics;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Problem;

/**
 * Answers a scrape in the format that is asked for: the text of Prometheus, or OpenMetrics. One thread of its own makes it, since a file
 * system that hangs keeps it; meanwhile others are refused.
 */
public final class Scrape implements Handler<RoutingContext> {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String PLAIN_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ProcessMetrics metrics;
    private final WorkerExecutor worker;
    private final AtomicBoolean running = new AtomicBoolean();

    /** @param name of its thread */
    public Scrape(Vertx vertx, String name, ProcessMetrics metrics) {
        this.metrics = metrics;
        this.worker = vertx.createSharedWorkerExecutor(name, 1);
    }

    @Override
    public void handle(RoutingContext context) {
        if (!running.compareAndSet(false, true)) {
            Answers.problem(
                    context,
                    new Problem(
                            503,
                            "SCRAPE_RUNS",
                            "Another scrape is under way",
                            "the scrape before this one has not ended",
                            "if this lasts, look at the file system of the spool"));
            return;
        }
        String accept = context.request().getHeader("Accept");
        String type = accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : PLAIN_TYPE;
        worker.executeBlocking(() -> metrics.text(type), false).onComplete(text -> {
            running.set(false);
            HttpServerResponse response = context.response();
            if (text.failed()) {
                Answers.failed(context, text.cause());
            } else if (!response.closed()) {
                response.putHeader("Content-Type", type)
                        .putHeader("Cache-Control", "no-store")
                        .end(text.result());
            }
        });
    }

    /** Gives its thread back. */
    public Future<Void> close() {
        return worker.close();
    }
}
