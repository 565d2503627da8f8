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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists, replays and discards the messages in the dead queues of all stages and in the unrouted one. Blocks. */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    /** For one walk through one queue, whatever is done with its letters. */
    private static final long WAIT_HOURS = 2;

    private static final Set<String> STAGES =
            Set.of("watcher", "encryptor", "uploader", "verifier", DeadLetter.UNROUTED);

    private static final String UPLOADER = "uploader:";
    private static final String VERIFIER = "verifier:";

    private final Vertx vertx;
    private final Broker broker;
    private final EventCodec codec;
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
        this.codec = codec;
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

    /** Returns the letters that fit, by stage, oldest first. They stay where they are. */
    public List<DeadLetter> find(Selection selection) throws FailureException, InterruptedException {
        List<DeadLetter> found = Collections.synchronizedList(new ArrayList<>());
        for (Map.Entry<String, String> queue : stages.entrySet()) {
            await(broker.visitLetters(queue.getKey(), envelope -> {
                DeadLetter letter = DeadLetter.of(queue.getKey(), queue.getValue(), envelope);
                if (selection.fits(letter)) {
                    found.add(letter);
                }
                return Future.succeededFuture(false);
            }));
        }
        return List.copyOf(found);
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
        return each(
                letters,
                (letter, whole) -> vertx.executeBlocking(() -> {
                            requeue(whole);
                            return true;
                        })
                        .compose(v -> again(letter, Headers.withoutHistory(whole))),
                done);
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

    private interface Deed {
        Future<Void> on(DeadLetter letter, Envelope whole);
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

    /** Requeues in the ledger: a stage does nothing for what the ledger calls failed. */
    private void requeue(Envelope envelope) throws FailureException {
        Event event;
        try {
            event = codec.decode(envelope);
        } catch (FailureException e) {
            LOG.warn(
                    "message {} comes back, unless a newer stage takes it: {}",
                    envelope.id(),
                    e.failure().reason());
            return;
        }
        if (event instanceof ArchiveSettled settled) {
            requeueVersion(settled.versionId());
        } else if (event instanceof PayloadReady ready) {
            requeueCopy(ready.copyId());
        } else if (event instanceof RepairRequested repair) {
            requeueCopy(repair.copyId());
        }
    }

    private void requeueVersion(long versionId) throws FailureException {
        Optional<Version> version = ledger.versions().find(versionId);
        if (version.isPresent()) {
            note(version.get().path(), versionId, 0, "");
            Map<Boolean, List<String>> failed = ledger.copies().ofVersion(versionId).stream()
                    .filter(copy -> copy.state() == CopyState.FAILED)
                    .collect(Collectors.partitioningBy(
                            Copy::plain, Collectors.mapping(Copy::driver, Collectors.toList())));
            for (boolean plain : List.of(false, true)) {
                List<String> drivers = failed.getOrDefault(plain, List.of());
                if (version.get().state() == VersionState.FAILED || !drivers.isEmpty()) {
                    ledger.versions().requeue(versionId, drivers, false, plain);
                }
            }
        }
    }

    /** Records that a person replays a message: for the ledger, the work is only queued again. */
    private void note(String path, long versionId, long copyId, String driver) throws FailureException {
        ledger.journal()
                .append(new JournalEntry(
                        0,
                        0,
                        path,
                        versionId,
                        copyId,
                        driver,
                        JournalEntry.Kind.REPLAYED,
                        "",
                        null,
                        "from a dead queue"));
    }

    private void requeueCopy(long copyId) throws FailureException {
        Optional<Copy> copy = ledger.copies().find(copyId).filter(c -> c.state() == CopyState.FAILED);
        if (copy.isPresent()) {
            long versionId = copy.get().versionId();
            note(
                    ledger.versions().find(versionId).map(Version::path).orElse(""),
                    versionId,
                    copyId,
                    copy.get().driver());
            ledger.versions()
                    .requeue(
                            copy.get().versionId(),
                            List.of(copy.get().driver()),
                            false,
                            copy.get().plain());
        }
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
