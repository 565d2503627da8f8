package org.heratio.offsite.dashboard.http;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.report.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers: records as JSON, and failures as problems. On the event loop of the request; what blocks goes to workers of the page. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final WorkerExecutor workers;

    public Answers(WorkerExecutor workers) {
        this.workers = workers;
    }

    /** An answer with a status of its own. */
    public record Answer(int status, Object body) {}

    private record Text(int status, String json) {
        static Text of(Object made) {
            return made instanceof Answer answer
                    ? new Text(answer.status(), Json.line(answer.body()))
                    : new Text(200, Json.line(made));
        }
    }

    /** Answers with a record that a worker makes, or with an {@link Answer}. The worker makes its text, too. */
    public void from(RoutingContext request, Callable<?> work) {
        answer(request, workers.executeBlocking(() -> Text.of(work.call()), false));
    }

    /** As {@link #from}, with a record that comes later: a worker begins the work, and does not wait for its end. */
    public void later(RoutingContext request, Callable<? extends Future<?>> work) {
        answer(
                request,
                workers.<Future<?>>executeBlocking(work::call, false)
                        .compose(begun -> begun)
                        .compose(made -> workers.executeBlocking(() -> Text.of(made), false)));
    }

    private static void answer(RoutingContext request, Future<Text> text) {
        text.onComplete(made -> {
            if (made.failed()) {
                failed(request, made.cause());
            } else {
                write(
                        request,
                        made.result().status(),
                        "application/json",
                        made.result().json());
            }
        });
    }

    /** Answers with a record. */
    public static void json(RoutingContext request, int status, Object body) {
        write(request, status, "application/json", Json.line(body));
    }

    /** Answers without a body. */
    public static void nothing(RoutingContext request) {
        noStore(request.response()).setStatusCode(204).end();
    }

    /** Answers with a problem. */
    public static void problem(RoutingContext request, Problem problem) {
        write(request, problem.status(), "application/problem+json", Json.line(problem));
    }

    private static void write(RoutingContext request, int status, String type, String text) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        noStore(response)
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .end(text);
    }

    private static HttpServerResponse noStore(HttpServerResponse response) {
        return response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Answers with what went wrong. Only failures that are made for people are shown. */
    public static void failed(RoutingContext request, Throwable cause) {
        if (cause instanceof ProblemException known) {
            problem(request, known.problem());
        } else if (cause instanceof FailureException failed) {
            problem(request, of(failed.failure()));
        } else {
            LOG.warn("{} {} failed", request.request().method(), request.normalizedPath(), cause);
            problem(
                    request,
                    new Problem(
                            500,
                            ErrorCode.UNEXPECTED.name(),
                            "Unexpected",
                            "the request failed for an unforeseen reason",
                            "look in the log of this process"));
        }
    }

    private static Problem of(Failure failure) {
        if (failure.code() == ErrorCode.LEDGER_SLOW) {
            return new Problem(
                    503, failure.code().name(), "The search takes too long", failure.reason(), failure.hint());
        }
        boolean away = failure.code() == ErrorCode.LEDGER_UNAVAILABLE || failure.code() == ErrorCode.BROKER_UNAVAILABLE;
        return new Problem(
                away ? 503 : 500,
                failure.code().name(),
                away ? "A server is away" : "It failed",
                failure.reason(),
                failure.hint());
    }

    /** Answers for a status that the router came to by itself. */
    public static void status(RoutingContext request, int status) {
        problem(
                request,
                switch (status) {
                    case 404 -> new Problem(404, "NOT_FOUND", "Not found", "nothing is here", null);
                    case 405 ->
                        new Problem(
                                405,
                                "METHOD_NOT_ALLOWED",
                                "Not with this method",
                                request.request().method() + " does nothing here",
                                null);
                    case 413 ->
                        new Problem(413, "TOO_LARGE", "Too large", "the body of the request is too large", null);
                    default -> new Problem(status, "BAD_REQUEST", "The request is wrong", "it is not understood", null);
                });
    }
}
