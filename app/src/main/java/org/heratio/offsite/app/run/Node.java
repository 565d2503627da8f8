package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.operations.keys.Keys;
import org.heratio.offsite.stage.BrokerPublisher;
import org.heratio.offsite.stage.EventPublisher;
import org.heratio.offsite.stage.RetryPolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of every process: Vert.x, the ledger, the broker and the destinations. Blocks; opened, used and closed on a thread of the
 * command line. Private to this package: commands use {@link Services}.
 */
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String DECLARING = "declaring the queues";
    private static final Duration WARN_BLOCKED = Duration.ofMinutes(1);

    private final Settings settings;
    private final Clock clock;
    private final Vertx vertx;
    private final Ledger ledger;
    private final @Nullable Links links;
    private final RetryPolicy policy = RetryPolicy.standard();
    private final Set<String> queuedDrivers;

    /** The connections of the process to other places, except the ledger. */
    private record Links(EventCodec codec, Broker broker, Map<String, Destination> destinations) {}

    private Node(Settings settings, Clock clock, Vertx vertx, Ledger ledger, @Nullable Links links) {
        this.settings = settings;
        this.clock = clock;
        this.vertx = vertx;
        this.ledger = ledger;
        this.links = links;
        this.queuedDrivers = new LinkedHashSet<>(settings.drivers());
    }

    /** Opens everything, or nothing; a server that is not there makes it fail. For commands that run once. */
    static Node open(Settings settings, Clock clock) throws FailureException, ConfigException, InterruptedException {
        return open(settings, clock, node -> {
                    Brokers.check(node.vertx, settings.broker());
                    Futures.await(node.broker().declare(node.topology()), DECLARING);
                    return true;
                })
                .orElseThrow();
    }

    /**
     * Opens everything, or nothing; waits for RabbitMQ when that is not there yet. For {@code serve}.
     *
     * @param metrics shows what Vert.x does
     * @param stopped ends the waiting
     * @return empty when it was stopped
     */
    static Optional<Node> openPatiently(Settings settings, Clock clock, ProcessMetrics metrics, AtomicBoolean stopped)
            throws FailureException, ConfigException, InterruptedException {
        StateOwner.of(settings).requireOurs();
        return open(settings, Ledgers.config(settings), clock, metrics::vertx, node -> {
            Brokers.check(node.vertx, settings.broker());
            return Futures.awaitUnlessStopped(
                    Brokers.declareWhenThere(node.broker(), node.topology()), DECLARING, stopped);
        });
    }

    /** Opens everything but the broker, which need not be there. For commands that read the ledger and destinations alone. */
    static Node openWithoutBroker(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return open(settings, clock, node -> true).orElseThrow();
    }

    /**
     * Opens the ledger alone, for commands that read nothing else: the libraries of brokers and destinations are not loaded for them, and
     * {@link #broker}, {@link #codec} and {@link #destinations} throw {@link NullPointerException}.
     */
    static Node openLedger(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return open(settings, clock, null).orElseThrow();
    }

    /** Opens the same for a restore, also as root. Accepts another ledger than this installation's, if it has archives. */
    static Node openForRestore(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        LedgerConfig ledger =
                Ledgers.config(settings).of(Ledgers.installation(settings).tolerating());
        return open(settings, ledger, clock, Node::unwatched, node -> true).orElseThrow();
    }

    /** How a node comes to its broker. */
    private interface Connecting {
        boolean connected(Node node) throws FailureException, ConfigException, InterruptedException;
    }

    /** @param connecting null opens the ledger alone */
    private static Optional<Node> open(Settings settings, Clock clock, @Nullable Connecting connecting)
            throws FailureException, ConfigException, InterruptedException {
        StateOwner.of(settings).requireOurs();
        return open(settings, Ledgers.config(settings), clock, Node::unwatched, connecting);
    }

    private static VertxBuilder unwatched(VertxOptions options) {
        return Vertx.builder().with(options);
    }

    private static Optional<Node> open(
            Settings settings,
            LedgerConfig config,
            Clock clock,
            Function<VertxOptions, VertxBuilder> builder,
            @Nullable Connecting connecting)
            throws FailureException, ConfigException, InterruptedException {
        // the first file that is opened by its descriptor decides it for the whole process
        NativeCode.unpackBelow(settings.paths().state());
        Vertx vertx = builder.apply(new VertxOptions()
                        .setBlockedThreadCheckInterval(WARN_BLOCKED.toMillis())
                        .setUseDaemonThread(true))
                .build();
        Ledger ledger = null;
        Broker broker = null;
        Map<String, Destination> destinations = Map.of();
        boolean opened = false;
        try {
            JdbcLedger jdbc = JdbcLedger.open(vertx, config, clock);
            ledger = jdbc;
            jdbc.encryptsWith(Keys.id(settings.encryption(), jdbc.installationId()));
            if (connecting == null) {
                opened = true;
                return Optional.of(new Node(settings, clock, vertx, ledger, null));
            }
            broker = Brokers.open(vertx, settings.broker());
            destinations = Destinations.open(settings, ledger);
            Node node = new Node(settings, clock, vertx, ledger, new Links(new EventCodec(), broker, destinations));
            opened = connecting.connected(node);
            return opened ? Optional.of(node) : Optional.empty();
        } finally {
            if (!opened) {
                close(vertx, ledger, broker, destinations);
            }
        }
    }

    /** As {@link #open}, with the queues of destinations that are not configured any more, where they are there still. For dead letters. */
    static Node openWithAllQueues(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return open(settings, clock, node -> {
                    Brokers.check(node.vertx, settings.broker());
                    for (String driver : Drivers.names()) {
                        String queue = Topology.upload(settings.broker().queuePrefix(), driver);
                        if (!node.queuedDrivers.contains(driver)
                                && Futures.await(node.broker().exists(queue), "looking for queue " + queue)) {
                            node.queuedDrivers.add(driver);
                        }
                    }
                    Futures.await(node.broker().declare(node.topology()), DECLARING);
                    return true;
                })
                .orElseThrow();
    }

    private Topology topology() {
        return Topology.of(settings.broker().queuePrefix(), queuedDrivers, policy.ladder())
                .ownedBy(ledger.installationId());
    }

    Settings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Vertx vertx() {
        return vertx;
    }

    Ledger ledger() {
        return ledger;
    }

    private Links links() {
        return Objects.requireNonNull(links, "the ledger alone was opened");
    }

    Broker broker() {
        return links().broker;
    }

    EventCodec codec() {
        return links().codec;
    }

    RetryPolicy policy() {
        return policy;
    }

    /** By driver. */
    Map<String, Destination> destinations() {
        return links().destinations;
    }

    /** Returns a publisher that waits for the broker's confirmation. */
    EventPublisher publisher() {
        return new BrokerPublisher(broker(), codec());
    }

    @Override
    public void close() {
        close(vertx, ledger, links == null ? null : links.broker, links == null ? Map.of() : links.destinations);
    }

    /** Closes as much as there is. */
    private static void close(
            Vertx vertx, @Nullable Ledger ledger, @Nullable Broker broker, Map<String, Destination> destinations) {
        if (broker != null) {
            try {
                Futures.await(broker.close(), "closing the broker");
            } catch (FailureException e) {
                LOG.warn("{}", e.failure().oneLine());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        destinations.values().forEach(Destination::close);
        if (ledger != null) {
            ledger.close();
        }
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.debug("Vert.x did not close in time", e);
        }
    }

    /** The drivers of this process, for requests. */
    List<String> drivers() {
        return settings.drivers();
    }

    /** Those that have an upload queue: the ones of this process, and with {@link #openWithAllQueues} former ones. */
    Set<String> queuedDrivers() {
        return Collections.unmodifiableSet(queuedDrivers);
    }
}
