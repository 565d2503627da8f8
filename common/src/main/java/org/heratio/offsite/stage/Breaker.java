package org.heratio.offsite.stage;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stage off a destination that is down. After a few failures of that kind in a row it opens: work for the
 * destination waits, and counts no attempts. From then on the destination is probed, after growing pauses, and when a
 * probe succeeds work is let through again; likewise when it fails for a reason that does not keep the stage from its
 * work, or that waiting does not mend, so that the work itself fails with it. The first failure after that opens it at
 * once. One for each stage and destination; thread-safe.
 */
public final class Breaker {
    /** How soon a real destination is probed, and probed again. */
    public static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(2));

    /**
     * Failures that every put to a destination has. DESTINATION_BUSY is none: one copy may be busy, and an overloaded
     * store still answers.
     */
    public static final Set<ErrorCode> NO_PUTS =
            Set.of(ErrorCode.DESTINATION_UNREACHABLE, ErrorCode.DESTINATION_FULL, ErrorCode.DESTINATION_READ_ONLY);

    /** Failures that every read from a destination has. A full disk, and one that is mounted read-only, can be read. */
    public static final Set<ErrorCode> NO_READS = Set.of(ErrorCode.DESTINATION_UNREACHABLE);

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

    /** So many failures in a row are an outage. */
    public static final int FAILURES = 3;

    /** Looks whether the destination is there again; blocks. {@code Destination::probe}. */
    @FunctionalInterface
    public interface Probe {
        void look() throws FailureException, InterruptedException;
    }

    private enum State {
        CLOSED,
        OPEN,
        /** The probe succeeded, and no work has yet. */
        ON_TRIAL
    }

    private final Vertx vertx;
    private final String name;
    private final Set<ErrorCode> down;
    private final Probe probe;
    private final Backoff backoff;
    private final Clock clock;
    private State state = State.CLOSED;
    private int failures;
    private long openedAt;
    private @Nullable Failure reason;
    private Duration pause;
    private Consumer<Boolean> listener = open -> {};

    /**
     * @param name of stage and destination, for the log
     * @param down the failures that open it: {@link #NO_PUTS} or {@link #NO_READS}
     * @param probe a failure of another kind means that work is worth a trial
     */
    public Breaker(Vertx vertx, String name, Set<ErrorCode> down, Probe probe, Backoff backoff, Clock clock) {
        this.vertx = vertx;
        this.name = name;
        this.down = Set.copyOf(down);
        this.probe = probe;
        this.backoff = backoff;
        this.pause = backoff.first();
        this.clock = clock;
    }

    /** Returns whether work has to wait. */
    public synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    /** For how long work has had to wait, short trials included; zero while it need not. */
    public synchronized Duration openFor() {
        return state == State.OPEN ? Duration.ofMillis(Math.max(0, clock.millis() - openedAt)) : Duration.ZERO;
    }

    /**
     * Calls the one listener with true when work has to wait from now on, with false when it need not any more. It must
     * not block.
     */
    void onChange(Consumer<Boolean> change) {
        boolean now;
        synchronized (this) {
            listener = change;
            now = state == State.OPEN;
        }
        if (now) {
            change.accept(true);
        }
    }

    /** Work at the destination succeeded. */
    synchronized void succeeded() {
        if (state == State.OPEN) {
            // it was under way already when others failed: the probe has the word
            return;
        }
        if (state == State.ON_TRIAL) {
            LOG.info("{} works again", name);
        }
        state = State.CLOSED;
        failures = 0;
        pause = backoff.first();
    }

    /** Work at the destination failed, for whatever reason. */
    void failed(Failure failure) {
        Consumer<Boolean> told;
        synchronized (this) {
            if (!down.contains(failure.code()) || state == State.OPEN) {
                return;
            }
            failures++;
            if (state == State.CLOSED && failures < FAILURES) {
                return;
            }
            if (state == State.CLOSED) {
                openedAt = clock.millis();
                LOG.warn("{} waits until its destination is back: {}", name, failure.oneLine());
            }
            reason = failure;
            state = State.OPEN;
            told = listener;
            probeLater();
        }
        told.accept(true);
    }

    private synchronized void probeLater() {
        long millis = pause.toMillis();
        pause = backoff.after(pause);
        vertx.setTimer(
                Math.max(1, millis),
                t -> vertx.<Boolean>executeBlocking(this::worthATrial, false).onComplete(answer -> {
                    if (answer.succeeded() && answer.result()) {
                        onTrial();
                    } else {
                        probeLater();
                    }
                }));
    }

    /** Returns whether work is to be tried again. */
    private boolean worthATrial() throws InterruptedException {
        try {
            probe.look();
            LOG.info("{}: its destination answers, work is tried again", name);
            return true;
        } catch (FailureException e) {
            return !stillDown(e.failure());
        } catch (RuntimeException e) {
            LOG.warn("{}: its destination cannot be probed, work is tried instead", name, e);
            return true;
        }
    }

    private boolean stillDown(Failure now) {
        if (!down.contains(now.code())) {
            LOG.warn("{}: this is no outage any more, work is tried again: {}", name, now.oneLine());
            return false;
        }
        Failure before;
        synchronized (this) {
            before = reason;
            reason = now;
        }
        if (before != null && before.code() == now.code()) {
            LOG.debug("{} still waits: {}", name, now.oneLine());
        } else {
            LOG.warn("{} still waits: {}", name, now.oneLine());
        }
        return true;
    }

    private void onTrial() {
        Consumer<Boolean> told;
        synchronized (this) {
            state = State.ON_TRIAL;
            told = listener;
        }
        told.accept(false);
    }
}
