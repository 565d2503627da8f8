package org.heratio.offsite.app.deadletters;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dead queues of all stages, and what can be done with their letters. Blocking. */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int LIMIT = 100_000;
    private static final long WAIT_SECONDS = 120;

    private final Node node;
    private final Map<String, String> stages = new LinkedHashMap<>();

    public DeadLetters(Node node) {
        this.node = node;
        String prefix = node.settings().broker().queuePrefix();
        stages.put(Topology.scan(prefix), "watcher");
        stages.put(Topology.encrypt(prefix), "encryptor");
        node.drivers().forEach(driver -> stages.put(Topology.upload(prefix, driver), "uploader:" + driver));
        stages.put(Topology.verify(prefix), "verifier");
    }

    /** All letters that fit, by stage, oldest first; they stay where they are. */
    public List<DeadLetter> find(Selection selection) throws FailureException, InterruptedException {
        List<DeadLetter> found = new ArrayList<>();
        for (Map.Entry<String, String> queue : stages.entrySet()) {
            for (Envelope envelope : await(node.broker().deadLetters(queue.getKey(), LIMIT))) {
                DeadLetter letter = new DeadLetter(queue.getKey(), queue.getValue(), envelope);
                if (selection.fits(letter)) {
                    found.add(letter);
                }
            }
        }
        return found;
    }

    /**
     * Gives a letter back to its stage as if it had never failed, and takes up again in the ledger what failed with it. Safe to repeat: a
     * crash in between, or two people at once, leave one message too many at most, and every stage bears that.
     */
    public void replay(DeadLetter letter) throws FailureException, InterruptedException {
        takeUp(letter.envelope());
        await(node.broker().publishTo(letter.queue(), Headers.withoutHistory(letter.envelope())));
        discard(letter);
    }

    /** Removes a letter; what the ledger says of its archive stays. */
    public void discard(DeadLetter letter) throws FailureException, InterruptedException {
        if (!await(node.broker().removeDeadLetter(letter.queue(), letter.id()))) {
            LOG.info("dead letter {} was gone already", letter.id());
        }
    }

    /** A stage does nothing for what the ledger calls failed. */
    private void takeUp(Envelope envelope) throws FailureException {
        Event event;
        try {
            event = node.codec().decode(envelope);
        } catch (FailureException e) {
            LOG.warn(
                    "message {} comes back, unless a newer stage takes it: {}",
                    envelope.id(),
                    e.failure().reason());
            return;
        }
        if (event instanceof ArchiveSettled settled) {
            takeUpVersion(settled.versionId());
        } else if (event instanceof PayloadReady ready) {
            takeUpCopy(ready.copyId());
        } else if (event instanceof RepairRequested repair) {
            takeUpCopy(repair.copyId());
        }
    }

    private void takeUpVersion(long versionId) throws FailureException {
        Optional<Version> version = node.ledger().version(versionId);
        if (version.isPresent()) {
            List<String> failed = node.ledger().copiesOf(versionId).stream()
                    .filter(copy -> copy.state() == CopyState.FAILED)
                    .map(Copy::driver)
                    .toList();
            if (version.get().state() == VersionState.FAILED || !failed.isEmpty()) {
                node.ledger()
                        .takeUpAgain(versionId, failed, false, version.get().plain());
            }
        }
    }

    private void takeUpCopy(long copyId) throws FailureException {
        Optional<Copy> copy = node.ledger().copy(copyId).filter(c -> c.state() == CopyState.FAILED);
        if (copy.isPresent()) {
            Optional<Version> version = node.ledger().version(copy.get().versionId());
            boolean plain = version.isPresent() && version.get().plain();
            node.ledger().takeUpAgain(copy.get().versionId(), List.of(copy.get().driver()), false, plain);
        }
    }

    private static <T> T await(Future<T> future) throws FailureException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
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
