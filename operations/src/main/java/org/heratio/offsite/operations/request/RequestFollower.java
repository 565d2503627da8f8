package org.heratio.offsite.operations.request;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a request in the ledger until all its items have ended, or nothing has moved for too long. It queries the ledger and does not
 * rely on events: they may be lost, and another process may do the work.
 */
public final class RequestFollower {
    private static final Logger LOG = LoggerFactory.getLogger(RequestFollower.class);
    private static final long POLL_MILLIS = 200;

    /** Following must not cost the ledger more than a small part of its time, however many archives a request has. */
    private static final int REST_PER_POLL = 20;

    /** One slow answer, as when the process that served the ledger has died, must not put off the end for minutes. */
    private static final long LONGEST_REST_MILLIS = 5_000;

    private final Requests requests;
    private final Clock clock;
    private final Duration patience;
    private final boolean repairing;
    private final AtomicBoolean stopped;
    private final AtomicLong lastSign;
    private final Set<Long> openVersions = ConcurrentHashMap.newKeySet();
    private final Map<String, Standstill> standstills = new HashMap<>();
    private long lastAnswer;

    /** Since when an item has been in one state, with an error. */
    private record Standstill(String state, long since) {}

    /** Sees each item once when it ends, and every poll. Called on the thread that follows. */
    public interface Listener {
        void ended(RequestStatus.Item item, ItemProgress how);

        void polled(RequestStatus status, Set<String> ended);
    }

    /** The state of the request at the end. */
    public record Result(
            RequestStatus status,
            List<RequestStatus.Item> done,
            List<RequestStatus.Item> archived,
            List<RequestStatus.Item> failed,
            List<RequestStatus.Item> open,
            boolean stopped) {
        /** Returns whether everything ended well. */
        public boolean allWell() {
            return failed.isEmpty() && open.isEmpty() && status.scanned();
        }

        /** Returns the number of copies that a check of the request found damaged, repaired or not. */
        public int damaged() {
            return (int) status.items().stream()
                    .filter(item -> ItemProgress.DAMAGED.contains(String.valueOf(item.outcome())))
                    .count();
        }
    }

    /**
     * @param patience how long passing failures may last ({@code --retry-for})
     * @param repairing whether damaged copies are being repaired meanwhile
     * @param stopped set when the process is asked to stop
     */
    public RequestFollower(
            Requests requests, Clock clock, Duration patience, boolean repairing, AtomicBoolean stopped) {
        this.requests = requests;
        this.clock = clock;
        this.patience = patience;
        this.repairing = repairing;
        this.stopped = stopped;
        this.lastSign = new AtomicLong(clock.millis());
        this.lastAnswer = clock.millis();
    }

    /**
     * Notes that a worker reported progress, although no state has changed yet. Work for other requests is no progress of this one. Any
     * thread.
     */
    public void progressed(long versionId) {
        if (openVersions.contains(versionId)) {
            signOfLife();
        }
    }

    private void signOfLife() {
        lastSign.set(clock.millis());
    }

    /** Runs on the following thread with every poll. */
    interface Meanwhile {
        /** @param idleMillis how long nothing has moved */
        void look(long idleMillis) throws InterruptedException;
    }

    /**
     * Blocks until the request has ended.
     *
     * @throws FailureException also when the request was given up as a whole, as where there is no backup directory
     */
    Result follow(String requestId, boolean checks, Listener listener, Meanwhile meanwhile)
            throws FailureException, InterruptedException {
        Set<String> ended = new HashSet<>();
        int lastCount = -1;
        while (true) {
            long asked = System.nanoTime();
            Optional<RequestStatus> status = statusPatiently(requestId);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
            if (status.isPresent()) {
                refuseWhatWasGivenUp(status.get());
                boolean complete = look(status.get(), checks, ended, listener);
                if (ended.size() != lastCount) {
                    lastCount = ended.size();
                    signOfLife();
                }
                listener.polled(status.get(), ended);
                if (complete || stopped.get() || outOfPatience(status.get(), ended)) {
                    return result(status.get(), checks);
                }
            }
            meanwhile.look(clock.millis() - lastSign.get());
            synchronized (this) {
                wait(Math.min(LONGEST_REST_MILLIS, Math.max(POLL_MILLIS, took * REST_PER_POLL)));
            }
        }
    }

    private static void refuseWhatWasGivenUp(RequestStatus status) throws FailureException {
        Optional<RequestStatus.Item> why = status.givenUp();
        if (why.isPresent()) {
            String reason = String.valueOf(why.get().error());
            ErrorCode code = Stream.of(ErrorCode.values())
                    .filter(known -> known.name().equals(why.get().outcome()))
                    .findFirst()
                    .orElse(ErrorCode.UNEXPECTED);
            throw new FailureException(code, reason, null);
        }
    }

    /** Returns empty while the ledger is away, as long as passing failures may last. */
    private Optional<RequestStatus> statusPatiently(String requestId) throws LedgerException {
        try {
            Optional<RequestStatus> status = requests.status(requestId);
            lastAnswer = clock.millis();
            return status;
        } catch (LedgerException e) {
            boolean passing = e.failure().kind() == FailureKind.TRANSIENT
                    && clock.millis() - lastAnswer < patience.toMillis()
                    && !stopped.get();
            if (!passing) {
                throw e;
            }
            LOG.warn("waiting for the ledger: {}", e.failure().oneLine());
            return Optional.empty();
        }
    }

    private boolean look(RequestStatus status, boolean checks, Set<String> ended, Listener listener) {
        boolean complete = status.scanned();
        Set<Long> open = new HashSet<>();
        for (RequestStatus.Item item : status.items()) {
            ItemProgress progress = progress(status, item, checks);
            if (progress == ItemProgress.OPEN) {
                complete = false;
                ended.remove(key(item));
                open.add(item.versionId());
                noteStandstill(item);
            } else if (ended.add(key(item))) {
                standstills.remove(key(item));
                listener.ended(item, progress);
            }
        }
        openVersions.addAll(open);
        openVersions.retainAll(open);
        return complete;
    }

    private void noteStandstill(RequestStatus.Item item) {
        boolean failing = item.error() != null || item.versionId() == 0;
        String state = item.versionId() + ":" + item.versionState() + ":" + item.copyState();
        Standstill known = standstills.get(key(item));
        if (!failing) {
            standstills.remove(key(item));
        } else if (known == null || !known.state().equals(state)) {
            standstills.put(key(item), new Standstill(state, clock.millis()));
        }
    }

    /** Returns whether every open item has stood still with an error for too long, or nothing at all has moved for as long. */
    private boolean outOfPatience(RequestStatus status, Set<String> ended) {
        long limit = clock.millis() - patience.toMillis();
        if (lastSign.get() < limit) {
            return true;
        }
        return status.scanned()
                && status.items().stream()
                        .filter(item -> !ended.contains(key(item)))
                        .allMatch(item -> {
                            Standstill standstill = standstills.get(key(item));
                            return standstill != null && standstill.since() < limit;
                        });
    }

    private Result result(RequestStatus status, boolean checks) {
        Map<ItemProgress, List<RequestStatus.Item>> by =
                status.items().stream().collect(Collectors.groupingBy(item -> progress(status, item, checks)));
        return new Result(
                status,
                by.getOrDefault(ItemProgress.DONE, List.of()),
                by.getOrDefault(ItemProgress.ARCHIVED, List.of()),
                by.getOrDefault(ItemProgress.FAILED, List.of()),
                by.getOrDefault(ItemProgress.OPEN, List.of()),
                stopped.get());
    }

    private ItemProgress progress(RequestStatus status, RequestStatus.Item item, boolean checks) {
        if (checks) {
            return ItemProgress.ofCheck(item, repairing);
        }
        // a scan adds its items before it queues their copies again: until it ends, a copy may still have the state of
        // an earlier request
        return status.scanned() ? ItemProgress.ofReplication(item, repairing) : ItemProgress.OPEN;
    }

    /** Returns the key of an item among those that have ended. Archives with the same bytes have the same copy. */
    public static String key(RequestStatus.Item item) {
        return item.driver() + '\0' + item.copyId() + '\0' + item.path();
    }
}
