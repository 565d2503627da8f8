package org.heratio.offsite.app.run;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.stage.StageVerticle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts that run in this process. They start in the order of their list and stop in the opposite order. For one thread. */
final class Deployment {
    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    /** A part that runs, and the id by which Vert.x stops it. */
    private record Running(Part part, String id) {
        boolean drains() {
            return part.verticle() instanceof StageVerticle;
        }
    }

    private final Vertx vertx;
    private final Deque<Running> running = new ArrayDeque<>();

    Deployment(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Starts the parts one after the other. After a failure, the earlier ones run until {@link #stop}. */
    void start(List<Part> parts) throws FailureException, InterruptedException {
        for (Part part : parts) {
            String id = Futures.await(vertx.deployVerticle(part.verticle()), "starting the " + part.name());
            running.push(new Running(part, id));
        }
    }

    /**
     * Stops the parts. Neighbouring stages drain at the same time; every other part waits until those that started later have stopped.
     *
     * @param bound how long a stage may drain
     */
    void stop(Duration bound) throws InterruptedException {
        while (!running.isEmpty()) {
            List<Running> together = new ArrayList<>();
            do {
                together.add(running.pop());
            } while (!running.isEmpty()
                    && together.get(0).drains()
                    && running.getFirst().drains());
            List<Future<Void>> stopped =
                    together.stream().map(one -> vertx.undeploy(one.id())).toList();
            for (int i = 0; i < stopped.size(); i++) {
                await(bound, stopped.get(i), together.get(i).part());
            }
        }
    }

    private static void await(Duration bound, Future<Void> stopped, Part part) throws InterruptedException {
        try {
            Futures.awaitBeyond(bound, stopped, "stopping the " + part.name());
        } catch (FailureException e) {
            LOG.warn("{}", e.failure().oneLine());
        }
    }
}
