package org.heratio.offsite.dashboard.summary;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.operations.report.Json;

/**
 * Sends each new summary to all browsers that listen. A browser that reads slowly misses some, and gets the next whole one. For the event
 * loop of the server.
 */
public final class EventStream {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long APART = Duration.ofMillis(500).toNanos();
    private static final int CLIENTS = 64;

    private final Clock clock;
    private final Function<Snapshot, Object> summary;
    private final Set<HttpServerResponse> clients = new LinkedHashSet<>();
    private long heartbeat = -1;
    private long later = -1;
    private long sentAt = System.nanoTime() - APART;
    private Snapshot newest;
    private final Vertx vertx;

    private record Now(Instant now) {}

    /** @param summary makes the text that is sent */
    public EventStream(Vertx vertx, Snapshots snapshots, Function<Snapshot, Object> summary, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
        this.summary = summary;
        this.newest = snapshots.current();
        snapshots.listen(this::changed);
    }

    public void start() {
        heartbeat = vertx.setPeriodic(HEARTBEAT.toMillis(), t -> send("heartbeat", new Now(clock.instant())));
    }

    /** Ends all streams: the browsers connect again. */
    public void stop() {
        vertx.cancelTimer(heartbeat);
        vertx.cancelTimer(later);
        Set.copyOf(clients).forEach(HttpServerResponse::end);
    }

    /** Begins a stream. */
    public void open(RoutingContext context) {
        if (clients.size() >= CLIENTS) {
            throw new ProblemException(new Problem(
                    503,
                    "TOO_MANY_STREAMS",
                    "Too many streams",
                    CLIENTS + " browsers listen already",
                    "close some tabs"));
        }
        HttpServerResponse response = context.response();
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-cache, no-store, no-transform")
                .putHeader("Content-Encoding", "identity")
                .putHeader("X-Accel-Buffering", "no");
        clients.add(response);
        response.closeHandler(v -> clients.remove(response));
        response.exceptionHandler(e -> clients.remove(response));
        if (newest.facts() != null) {
            response.write(event("summary", summary.apply(newest)));
        } else {
            response.write(event("heartbeat", new Now(clock.instant())));
        }
    }

    private void changed(Snapshot snapshot) {
        newest = snapshot;
        if (later != -1 || clients.isEmpty()) {
            return;
        }
        long wait = Math.max(1, (APART - (System.nanoTime() - sentAt)) / 1_000_000);
        later = vertx.setTimer(wait, t -> {
            later = -1;
            sentAt = System.nanoTime();
            if (newest.facts() != null) {
                send("summary", summary.apply(newest));
            }
        });
    }

    private void send(String name, Object data) {
        Buffer event = event(name, data);
        for (HttpServerResponse client : Set.copyOf(clients)) {
            if (!client.closed() && !client.writeQueueFull()) {
                client.write(event);
            }
        }
    }

    private static Buffer event(String name, Object data) {
        return Buffer.buffer("event: " + name + "\ndata: " + Json.line(data) + "\n\n");
    }
}
