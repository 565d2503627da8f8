package org.heratio.offsite.operations.notify;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.operations.status.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the status again and again, on a thread of its own: a backup directory that hangs keeps no message back. To be called by one
 * thread.
 */
final class StatusLook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusLook.class);
    /** The time after which the status is unknown. A ledger with millions of archives takes some seconds. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    static final Duration PAUSE = Duration.ofMinutes(1);
    /** A status reads the whole ledger: it takes this share of the time at most. */
    private static final int SHARE = 20;

    /** What is looked at. */
    interface Source {
        Status look() throws FailureException;
    }

    /**
     * A status, and what was known when the look at it began.
     *
     * @param facts the number of facts of each incident then, by its name
     */
    record Seen(Status status, Map<String, Long> facts) {
        static Seen of(Status status, List<Incident> before) {
            Map<String, Long> facts = new HashMap<>();
            before.forEach(incident -> facts.put(incident.name(), incident.facts()));
            return new Seen(status, facts);
        }

        /** Returns whether the status is newer than all facts of an incident. */
        boolean knew(Incident incident) {
            return facts.getOrDefault(incident.name(), 0L) == incident.facts();
        }
    }

    private record Timed(Status status, long took) {}

    private final Source source;
    private final Notices notices;
    private final LongSupplier nanos;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "notifier-status");
        made.setDaemon(true);
        return made;
    });
    private @Nullable Future<Timed> running;
    private @Nullable Status last;
    private List<Incident> before = List.of();
    private long begunAt;
    private long knownAt;
    private long dueAt;
    private String wrong = "";

    StatusLook(Source source, Notices notices, LongSupplier nanos) {
        this.source = source;
        this.notices = notices;
        this.nanos = nanos;
        this.dueAt = nanos.getAsLong();
        this.knownAt = dueAt;
    }

    /** Begins a look if it is time, and none is under way. */
    void begin() throws LedgerException {
        if (running == null && nanos.getAsLong() - dueAt >= 0) {
            before = notices.incidents();
            begunAt = nanos.getAsLong();
            running = thread.submit(() -> {
                long begun = nanos.getAsLong();
                Status status = source.look();
                return new Timed(status, nanos.getAsLong() - begun);
            });
        }
    }

    /** Returns the look that has ended; empty if none has, or it failed. Never blocks. */
    Optional<Seen> ended() throws InterruptedException {
        Future<Timed> look = running;
        if (look == null) {
            return Optional.empty();
        }
        if (!look.isDone()) {
            if (nanos.getAsLong() - begunAt >= LIMIT.toNanos()) {
                unknown("the look at it takes longer than " + LIMIT.toMinutes() + " min", null);
            }
            return Optional.empty();
        }
        running = null;
        dueAt = nanos.getAsLong() + PAUSE.toNanos();
        try {
            Timed timed = look.get();
            dueAt = nanos.getAsLong() + Math.max(PAUSE.toNanos(), SHARE * timed.took);
            last = timed.status;
            knownAt = nanos.getAsLong();
            if (!wrong.isEmpty()) {
                LOG.info("the status is known again");
                wrong = "";
            }
            return Optional.of(Seen.of(timed.status, before));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailureException failure) {
                unknown(failure.failure().oneLine(), null);
            } else {
                unknown(String.valueOf(e.getCause()), e.getCause());
            }
            return Optional.empty();
        }
    }

    /** A reason that lasts is logged once. */
    private void unknown(String reason, @Nullable Throwable cause) {
        last = null;
        if (!reason.equals(wrong)) {
            LOG.warn("the notifier does not know the status, and sends no ping: {}", reason, cause);
            wrong = reason;
        }
    }

    /** Returns whether looks have failed, or one has hung, for so long that people are to be told. */
    boolean isUnknownForLong() {
        return !wrong.isEmpty() && nanos.getAsLong() - knownAt >= LIMIT.toNanos();
    }

    /** Returns the last status; empty while it is unknown. */
    Optional<Status> last() {
        return Optional.ofNullable(last);
    }

    /** Forgets what was seen, and what is under way: another process may have worked meanwhile. */
    void forget() {
        Future<Timed> look = running;
        if (look != null) {
            look.cancel(true);
        }
        running = null;
        last = null;
        wrong = "";
        dueAt = nanos.getAsLong();
        knownAt = dueAt;
    }

    /** Leaves a look that hangs to itself. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
