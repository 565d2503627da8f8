package org.heratio.offsite.dashboard.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs probes of destinations, each in a thread of its own. A destination has one probe at a time: who asks meanwhile gets its answer, so
 * that a destination that hangs holds one thread however often it is asked. Thread-safe.
 */
final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final Vertx vertx;
    private final Duration limit;
    private final Map<String, Future<Probed>> running = new LinkedHashMap<>();

    /** The answer of a destination, for people. */
    record Probed(boolean ok, List<Finding> findings, long tookMillis) {
        private static Probed of(Finding finding, long begun) {
            return new Probed(
                    !finding.level().equals("error"),
                    List.of(finding),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        }
    }

    record Finding(String level, String text, @Nullable String hint) {}

    /** @param limit for one probe; then it is interrupted, and its answer says so */
    Probes(Vertx vertx, Duration limit) {
        this.vertx = vertx;
        this.limit = limit;
    }

    /** Returns the answer of a destination, or that it gave none in time. Does not block. */
    synchronized Future<Probed> of(String driver, Destination destination) {
        Future<Probed> earlier = running.get(driver);
        return earlier == null ? begin(driver, destination) : earlier;
    }

    private Future<Probed> begin(String driver, Destination destination) {
        long begun = System.nanoTime();
        Promise<Probed> answer = Promise.promise();
        running.put(driver, answer.future());
        Thread thread = new Thread(
                () -> {
                    Finding finding = probe(destination);
                    synchronized (this) {
                        running.remove(driver);
                    }
                    answer.tryComplete(Probed.of(finding, begun));
                },
                "probe-" + driver);
        thread.setDaemon(true);
        long timer = vertx.setTimer(limit.toMillis(), t -> {
            if (answer.tryComplete(Probed.of(timedOut(), begun))) {
                LOG.warn("{} did not answer a probe within {} s", driver, limit.toSeconds());
                thread.interrupt();
            }
        });
        answer.future().onComplete(ended -> vertx.cancelTimer(timer));
        thread.start();
        return answer.future();
    }

    private Finding timedOut() {
        return new Finding(
                "error",
                "it did not answer within " + limit.toSeconds() + " s",
                "look at the destination and at the network between; uploads to it may hang as well");
    }

    private static Finding probe(Destination destination) {
        try {
            destination.probe();
            return destination.capabilities().protects()
                    ? new Finding("ok", "It takes copies", null)
                    : new Finding(
                            "warning",
                            "It takes copies, but gives no protection against the loss of this host",
                            "use s3 or rsync, or mount a disk of another place there");
        } catch (FailureException e) {
            return new Finding("error", e.failure().reason(), e.failure().hint());
        } catch (InterruptedException e) {
            // it was given up already, or the process ends
            return new Finding("error", "the probe was stopped", null);
        } catch (RuntimeException | Error e) {
            LOG.warn("a probe failed for an unforeseen reason", e);
            return new Finding("error", "the probe failed for an unforeseen reason", "look in the log of this process");
        }
    }
}
