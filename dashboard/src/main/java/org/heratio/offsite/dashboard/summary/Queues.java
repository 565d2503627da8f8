package org.heratio.offsite.dashboard.summary;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.jspecify.annotations.Nullable;

/** Asks the broker how much waits in each queue of the pipeline. Does not block. */
public final class Queues {
    private final Broker broker;
    private final List<Lane> lanes;

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
            return driver.isEmpty() ? stage : stage + ":" + driver;
        }
    }

    /** A work queue, and whose it is. */
    private record Lane(Name name, Topology.WorkQueue queue) {}

    /** What is in a queue. */
    public record Depth(Name name, String queue, long waiting, long dead, int consumers) {}

    Queues(Broker broker, String prefix, Collection<String> drivers) {
        this.broker = broker;
        this.lanes = names(drivers).stream()
                .map(name -> new Lane(name, new Topology.WorkQueue(queue(prefix, name), List.of())))
                .toList();
    }

    /** Returns the stages in the order of the work. */
    static List<Name> names(Collection<String> drivers) {
        List<Name> names = new ArrayList<>(List.of(new Name("watcher", ""), new Name("encryptor", "")));
        drivers.forEach(driver -> names.add(new Name("uploader", driver)));
        names.addAll(List.of(new Name("verifier", ""), new Name("sweep", "")));
        return List.copyOf(names);
    }

    private static String queue(String prefix, Name name) {
        return switch (name.stage()) {
            case "watcher" -> Topology.scan(prefix);
            case "encryptor" -> Topology.encrypt(prefix);
            case "uploader" -> Topology.upload(prefix, name.driver());
            case "verifier" -> Topology.verify(prefix);
            default -> Topology.sweep(prefix);
        };
    }

    /** Returns the names of the work queues. */
    public static List<String> queues(String prefix, Collection<String> drivers) {
        return names(drivers).stream().map(name -> queue(prefix, name)).toList();
    }

    Future<List<Depth>> look() {
        List<Future<Depth>> depths = lanes.stream().map(this::look).toList();
        return Future.all(depths).map(all -> depths.stream().map(Future::result).toList());
    }

    private Future<Depth> look(Lane lane) {
        String queue = lane.queue().name();
        return broker.depth(queue)
                .compose(waiting -> broker.depth(lane.queue().dead())
                        .compose(dead -> broker.consumers(queue)
                                .map(consumers -> new Depth(lane.name(), queue, waiting, dead, consumers))));
    }
}
