package org.heratio.offsite.watcher;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.PendingTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps overdue work from being published over and over while it waits in a long queue: an uploader that is behind, or away, has all of its
 * messages, and each of them would come once more with every grace period. Where a queue holds as many messages as there is overdue work for it, none is lost.
 */
public final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final long WAIT_SECONDS = 20;

    private final Broker broker;
    private final String prefix;

    public Backlog(Broker broker, String prefix) {
        this.broker = broker;
        this.prefix = prefix;
    }

    /** The work whose messages cannot all be in their queue. Blocks. */
    List<PendingTask> missing(List<PendingTask> overdue) throws FailureException {
        Map<String, List<PendingTask>> byQueue = new LinkedHashMap<>();
        for (PendingTask work : overdue) {
            byQueue.computeIfAbsent(queue(work), queue -> new ArrayList<>()).add(work);
        }
        List<PendingTask> missing = new ArrayList<>();
        for (Map.Entry<String, List<PendingTask>> each : byQueue.entrySet()) {
            if (depth(each.getKey()) < each.getValue().size()) {
                missing.addAll(each.getValue());
            }
        }
        return missing;
    }

    private String queue(PendingTask work) {
        return switch (work.kind()) {
            case SEAL, REPAIR -> Topology.encrypt(prefix);
            case UPLOAD -> Topology.upload(prefix, work.driver());
            case VERIFY -> Topology.verify(prefix, work.driver());
        };
    }

    /** 0 when it is not to be known: one message too many does no harm. */
    private long depth(String queue) throws FailureException {
        Future<Long> depth = broker.depth(queue);
        try {
            return depth.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the depth of {} is not known: {}", queue, e.toString());
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException(ErrorCode.INTERRUPTED, "the scan was interrupted", null, e);
        }
    }
}
