package org.heratio.offsite.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges and queues of a pipeline.
 *
 * @param exchange name of the topic exchange, and prefix of all queues
 * @param queues the work queues; each has a dead queue named {@code <name>.dead}
 * @param ladder the delays that {@link Broker#publishLater} may be asked for, ascending
 * @param owner the id of the ledger that the messages speak of, or null for queues that belong to none: two ledgers on the same queues
 *     would take each other's work
 */
public record Topology(
        String exchange,
        List<WorkQueue> queues,
        List<Duration> ladder,
        @Nullable String owner) {

    /**
     * A queue that stages consume.
     *
     * @param name full name, with the prefix
     * @param bindings topic patterns
     */
    public record WorkQueue(String name, List<String> bindings) {
        public WorkQueue {
            bindings = List.copyOf(bindings);
        }

        /** The queue that holds this one's dead letters. */
        public String dead() {
            return name + ".dead";
        }
    }

    /** Queues that belong to no ledger. */
    public Topology(String exchange, List<WorkQueue> queues, List<Duration> ladder) {
        this(exchange, queues, ladder, null);
    }

    public Topology {
        queues = List.copyOf(queues);
        ladder = List.copyOf(new TreeSet<>(ladder));
    }

    /**
     * The topology of the pipeline.
     *
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}, usually {@code offsite}
     * @param drivers the destinations; each has queues of its own for uploads, for new copies and for sweeps
     * @param ladder the delays of the retry policy
     */
    public static Topology of(String prefix, Set<String> drivers, List<Duration> ladder) {
        List<WorkQueue> queues = new ArrayList<>();
        queues.add(new WorkQueue(scan(prefix), List.of("scan.requested")));
        queues.add(new WorkQueue(encrypt(prefix), List.of("archive.settled", "repair.requested")));
        for (String driver : new TreeSet<>(drivers)) {
            queues.add(new WorkQueue(upload(prefix, driver), List.of("payload.ready." + driver)));
            queues.add(new WorkQueue(verify(prefix, driver), List.of("copy.replicated." + driver)));
            queues.add(new WorkQueue(sweep(prefix, driver), List.of("copy.due." + driver)));
        }
        // processes of earlier builds publish copies under keys without a destination
        queues.add(new WorkQueue(verify(prefix), List.of("copy.replicated", "verify.requested")));
        queues.add(new WorkQueue(sweep(prefix), List.of("copy.due")));
        return new Topology(prefix, queues, ladder);
    }

    /** The same, for one ledger and no other. */
    public Topology ownedBy(String ledger) {
        return new Topology(exchange, queues, ladder, ledger);
    }

    /** The queue that holds work for which there was no other. */
    public String unrouted() {
        return unrouted(exchange);
    }

    public static String unrouted(String prefix) {
        return prefix + ".unrouted";
    }

    public static String scan(String prefix) {
        return prefix + ".scan";
    }

    public static String encrypt(String prefix) {
        return prefix + ".encrypt";
    }

    public static String upload(String prefix, String driver) {
        return prefix + ".upload." + driver;
    }

    /** Requests for sweeps, and new copies from processes of earlier builds. */
    public static String verify(String prefix) {
        return prefix + ".verify";
    }

    /** New copies at one destination: a slow destination must not hold up the others. */
    public static String verify(String prefix, String driver) {
        return verify(prefix) + "." + driver;
    }

    /** Copies of sweeps from processes of earlier builds. */
    public static String sweep(String prefix) {
        return prefix + ".sweep";
    }

    /** Copies of a sweep at one destination: new copies must not wait behind them. */
    public static String sweep(String prefix, String driver) {
        return sweep(prefix) + "." + driver;
    }
}
