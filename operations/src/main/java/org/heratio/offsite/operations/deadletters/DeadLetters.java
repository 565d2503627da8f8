package org.heratio.offsite.operations.deadletters;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.stage.Headers;

/** Lists, replays and discards the messages in the dead queues of all stages and in the unrouted one. Blocks. */
public final class DeadLetters {
    /** For one walk through one queue, whatever is done with its letters. */
    private static final long WAIT_HOURS = 2;

    private static final Set<String> STAGES =
            Set.of("watcher", "encryptor", "uploader", "verifier", DeadLetter.UNROUTED);

    private static final String UPLOADER = "uploader:";
    private static final String VERIFIER = "verifier:";

    private final Vertx vertx;
    private final Broker broker;
    private final FailedLedgerWork failedWork;
    private final Ledger ledger;
    private final Map<String, String> stages = new LinkedHashMap<>();

    /**
     * @param vertx runs calls of the ledger, which block
     * @param prefix of the queues
     * @param drivers the destinations that have queues
     */
    public DeadLetters(
            Vertx vertx, Broker broker, EventCodec codec, Ledger ledger, String prefix, Collection<String> drivers) {
        this.vertx = vertx;
        this.broker = broker;
        this.failedWork = new FailedLedgerWork(codec, ledger);
        this.ledger = ledger;
        stages.put(dead(Topology.scan(prefix)), "watcher");
        stages.put(dead(Topology.encrypt(prefix)), "encryptor");
        drivers.forEach(driver -> stages.put(dead(Topology.upload(prefix, driver)), UPLOADER + driver));
        for (String driver : drivers) {
            stages.put(dead(Topology.verify(prefix, driver)), VERIFIER + driver);
            stages.put(dead(Topology.sweep(prefix, driver)), VERIFIER + driver);
        }
        stages.put(dead(Topology.verify(prefix)), "verifier");
        stages.put(dead(Topology.sweep(prefix)), "verifier");
        stages.put(Topology.unrouted(prefix), DeadLetter.UNROUTED);
    }

    private static String dead(String queue) {
        return new Topology.WorkQueue(queue, List.of()).dead();
    }

    /**
     * Returns whether a stage of this name can have letters at all, whatever destinations are configured.
     *
     * @param drivers all that there are
     */
    public static boolean knows(String stage, Collection<String> drivers) {
        return STAGES.contains(stage)
                || drivers.stream()
                        .anyMatch(driver -> stage.equals(UPLOADER + driver) || stage.equals(VERIFIER + driver));
    }

    /**
     * Takes the right to look through the letters. While one process looks at them, another sees none.
     *
     * @return empty when somebody else has it for longer than {@code patience}
     */
    public Optional<Lease> alone(Duration patience) throws FailureException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Lease> lease = ledger.leases().take("dead-letters");
        while (lease.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
            lease = ledger.leases().take("dead-letters");
        }
        return lease;
    }

    /** Returns the letters that fit, by stage, oldest first. They stay where they are. For letters that a person names. */
    public List<DeadLetter> find(Selection selection) throws FailureException, InterruptedException {
        List<DeadLetter> found = Collections.synchronizedList(new ArrayList<>());
        visit(selection::fits, found::add);
        return List.copyOf(found);
    }

    /** Shows the letters that fit to a visitor, by stage, oldest first, one after the other. They stay where they are; none is kept. */
    public void visit(Predicate<DeadLetter> meant, Consumer<DeadLetter> visitor)
            throws FailureException, InterruptedException {
        for (Map.Entry<String, String> queue : stages.entrySet()) {
            await(broker.visitLetters(queue.getKey(), envelope -> {
                DeadLetter letter = DeadLetter.of(queue.getKey(), queue.getValue(), envelope);
                if (meant.test(letter)) {
                    visitor.accept(letter);
                }
                return Future.succeededFuture(false);
            }));
        }
    }

    /** Counts the letters that fit. They stay where they are; none is kept. */
    public CountedLetters count(Predicate<DeadLetter> meant) throws FailureException, InterruptedException {
        Map<String, Long> counts = new ConcurrentHashMap<>();
        visit(meant, letter -> counts.merge(letter.queue(), 1L, Long::sum));
        return new CountedLetters(meant, counts);
    }

    /**
     * Returns letters to their stages as if they had never failed, and requeues in the ledger what failed with them. Safe to repeat: a
     * crash in between, or two people at once, leave one message too many at most, which every stage tolerates.
     *
     * @param done told of each
     * @return those that were gone already
     */
    public List<DeadLetter> replay(List<DeadLetter> letters, Consumer<DeadLetter> done)
            throws FailureException, InterruptedException {
        return each(letters, this::replay, done);
    }

    /** Replays what was counted, and nothing that came in since. Returns how many letters were replayed. */
    public long replay(CountedLetters counted) throws FailureException, InterruptedException {
        return each(counted, this::replay);
    }

    private Future<Void> replay(DeadLetter letter, Envelope whole) {
        return vertx.executeBlocking(() -> {
                    failedWork.requeue(whole);
                    return true;
                })
                .compose(v -> again(letter, Headers.withoutHistory(whole)));
    }

    private Future<Void> again(DeadLetter letter, Envelope envelope) {
        return letter.unrouted() ? broker.publish(envelope) : broker.publishTo(letter.workQueue(), envelope);
    }

    /**
     * Removes letters; what the ledger says of their archives stays.
     *
     * @param done told of each
     * @return those that were gone already
     */
    public List<DeadLetter> discard(List<DeadLetter> letters, Consumer<DeadLetter> done)
            throws FailureException, InterruptedException {
        return each(letters, (letter, whole) -> Future.succeededFuture(), done);
    }

    /** Removes what was counted, and nothing that came in since. Returns how many letters were removed. */
    public long discard(CountedLetters counted) throws FailureException, InterruptedException {
        return each(counted, (letter, whole) -> Future.succeededFuture());
    }

    private interface Deed {
        Future<Void> on(DeadLetter letter, Envelope whole);
    }

    /** Walks through each queue once. Queues keep their order: what comes in meanwhile is behind the letters that were counted. */
    private long each(CountedLetters counted, Deed deed) throws FailureException, InterruptedException {
        AtomicLong done = new AtomicLong();
        for (Map.Entry<String, Long> queue : counted.byQueue().entrySet()) {
            AtomicLong left = new AtomicLong(queue.getValue());
            String stage = stages.getOrDefault(queue.getKey(), "");
            await(broker.visitLetters(queue.getKey(), whole -> {
                DeadLetter letter = DeadLetter.of(queue.getKey(), stage, whole);
                if (left.get() <= 0 || !counted.meant().test(letter)) {
                    return Future.succeededFuture(false);
                }
                left.decrementAndGet();
                return deed.on(letter, whole)
                        .onSuccess(v -> done.incrementAndGet())
                        .map(true);
            }));
        }
        return done.get();
    }

    /** Walks through each queue once. A letter that comes back meanwhile, because it failed again, is left alone. */
    private List<DeadLetter> each(List<DeadLetter> letters, Deed deed, Consumer<DeadLetter> done)
            throws FailureException, InterruptedException {
        List<DeadLetter> gone = new ArrayList<>();
        for (String queue : stages.keySet()) {
            Map<String, Deque<DeadLetter>> meant = new HashMap<>();
            letters.stream()
                    .filter(letter -> letter.queue().equals(queue))
                    .forEach(letter -> meant.computeIfAbsent(letter.id(), id -> new ArrayDeque<>())
                            .add(letter));
            if (!meant.isEmpty()) {
                await(broker.visitLetters(queue, whole -> {
                    DeadLetter letter =
                            meant.getOrDefault(whole.id(), new ArrayDeque<>()).poll();
                    return letter == null
                            ? Future.succeededFuture(false)
                            : deed.on(letter, whole)
                                    .onSuccess(v -> done.accept(letter))
                                    .map(true);
                }));
                meant.values().forEach(gone::addAll);
            }
        }
        return gone;
    }

    private static <T> T await(Future<T> future) throws FailureException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_HOURS, TimeUnit.HOURS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailureException failed) {
                throw new FailureException(failed.failure(), failed);
            }
            throw new FailureException(ErrorCode.UNEXPECTED, "the broker failed: " + e.getCause(), null, e);
        } catch (TimeoutException e) {
            throw new FailureException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not answer", null, e);
        }
    }
}
