package org.heratio.offsite.dashboard.metrics;

import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import org.heratio.offsite.dashboard.http.Answers;

/** Answers a scrape in the format that is asked for: the text of Prometheus, or OpenMetrics. A worker makes it. */
public final class Scrape implements Handler<RoutingContext> {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String PLAIN_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ProcessMetrics metrics;
    private final WorkerExecutor workers;

    public Scrape(ProcessMetrics metrics, WorkerExecutor workers) {
        this.metrics = metrics;
        this.workers = workers;
    }

    @Override
    public void handle(RoutingContext context) {
        String accept = context.request().getHeader("Accept");
        String type = accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : PLAIN_TYPE;
        workers.executeBlocking(() -> metrics.text(type), false).onComplete(text -> {
            if (text.succeeded()) {
                context.response()
                        .putHeader("Content-Type", type)
                        .putHeader("Cache-Control", "no-store")
                        .end(text.result());
            } else {
                Answers.failed(context, text.cause());
            }
        });
    }
}
