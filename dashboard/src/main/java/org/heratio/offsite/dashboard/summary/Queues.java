package org.heratio.offsite.dashboard.summary;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.QueueState;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Asks the broker how much waits in each queue of the pipeline. Does not block. */
public final class Queues {
    private static final QueueState NONE = new QueueState(0, 0);

    private final Broker broker;
    private final List<Lane> lanes;
    private final Duration limit;

    /**
     * A stage.
     *
     * @param driver empty for a stage of all destinations
     */
    public record Name(String stage, String driver) {
        /** Returns the driver, or null for a stage of all destinations. */
        @Nullable
        String shownDriver() {
            return driver.isEmpty() ? null : driver;
        }

        /** Returns the name that workers give themselves. */
        String label() {
            if (driver.isEmpty()) {
                return stage;
            }
            return stage.equals("sweep") ? "verifier:" + driver + ":sweep" : stage + ":" + driver;
        }
    }

    /**
     * A queue, and whose it is.
     *
     * @param work null for the queue of messages that have no other: each of them is a dead letter
     */
    private record Lane(Name name, String queue, @Nullable String work, String dead) {
        static Lane of(String stage, String driver, String queue) {
            return new Lane(new Name(stage, driver), queue, queue, new Topology.WorkQueue(queue, List.of()).dead());
        }
    }

    /** What is in a queue. */
    public record Depth(Name name, String queue, long waiting, long dead, int consumers) {}

    /** @param limit how long a look may take */
    public Queues(Broker broker, String prefix, Collection<String> drivers, Duration limit) {
        this.broker = broker;
        this.limit = limit;
        this.lanes = lanes(prefix, drivers);
    }

    /** Returns the queues of {@link Topology#of} in the order of the work. */
    private static List<Lane> lanes(String prefix, Collection<String> drivers) {
        List<Lane> lanes = new ArrayList<>();
        lanes.add(Lane.of("watcher", "", Topology.scan(prefix)));
        lanes.add(Lane.of("encryptor", "", Topology.encrypt(prefix)));
        drivers.forEach(driver -> lanes.add(Lane.of("uploader", driver, Topology.upload(prefix, driver))));
        lanes.add(Lane.of("verifier", "", Topology.verify(prefix)));
        drivers.forEach(driver -> lanes.add(Lane.of("verifier", driver, Topology.verify(prefix, driver))));
        lanes.add(Lane.of("sweep", "", Topology.sweep(prefix)));
        drivers.forEach(driver -> lanes.add(Lane.of("sweep", driver, Topology.sweep(prefix, driver))));
        String unrouted = Topology.unrouted(prefix);
        lanes.add(new Lane(new Name("unrouted", ""), unrouted, null, unrouted));
        return List.copyOf(lanes);
    }

    /** Returns the stages in the order of the work. */
    static List<Name> names(Collection<String> drivers) {
        return lanes("", drivers).stream().map(Lane::name).toList();
    }

    /** Returns the names of the queues. */
    public static List<String> queues(String prefix, Collection<String> drivers) {
        return lanes(prefix, drivers).stream().map(Lane::queue).toList();
    }

    /** Returns all depths. Fails if the broker has not answered within the limit: it may hang, and is not up then. */
    Future<List<Depth>> look() {
        return ask().timeout(limit.toMillis(), TimeUnit.MILLISECONDS).recover(this::failed);
    }

    private Future<List<Depth>> failed(Throwable cause) {
        return Future.failedFuture(
                cause instanceof TimeoutException
                        ? new FailureException(
                                ErrorCode.BROKER_UNAVAILABLE,
                                "the queues did not answer within " + limit.toSeconds() + " s",
                                null,
                                cause)
                        : cause);
    }

    private Future<List<Depth>> ask() {
        List<String> names = new ArrayList<>();
        for (Lane lane : lanes) {
            if (lane.work() != null) {
                names.add(lane.work());
            }
            names.add(lane.dead());
        }
        return broker.look(names)
                .map(states -> lanes.stream().map(lane -> depth(lane, states)).toList());
    }

    private static Depth depth(Lane lane, Map<String, QueueState> states) {
        QueueState work = states.getOrDefault(lane.work() == null ? "" : lane.work(), NONE);
        QueueState dead = states.getOrDefault(lane.dead(), NONE);
        return new Depth(lane.name(), lane.queue(), work.messages(), dead.messages(), work.consumers());
    }
}
