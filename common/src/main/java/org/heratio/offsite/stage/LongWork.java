package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.heratio.offsite.broker.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets other work begin beside work that takes long. Such work no longer counts against the concurrency of its stage: one more consumer of
 * the queue takes its place until it ends, for a bounded number at a time. Thread-safe; no method blocks.
 */
final class LongWork {
    private static final Logger LOG = LoggerFactory.getLogger(LongWork.class);

    /** One delivery under way. */
    private static final class Running {
        long timer;
        /** What takes its place, or null as long as it does not take long. */
        @Nullable
        Future<Subscription> substitute;
    }

    private final Vertx vertx;
    private final StageDefinition stage;
    private final Supplier<Future<Subscription>> consumer;
    private final Map<Job, Running> running = new HashMap<>();
    private int substitutes;
    private boolean paused;
    private boolean stopped;

    /** @param consumer consumes one more delivery at a time from the queue of the stage */
    LongWork(Vertx vertx, StageDefinition stage, Supplier<Future<Subscription>> consumer) {
        this.vertx = vertx;
        this.stage = stage;
        this.consumer = consumer;
    }

    synchronized void began(Job job) {
        if (stage.besideLong() > 0 && !stopped) {
            Running work = new Running();
            running.put(job, work);
            work.timer = vertx.setTimer(stage.longAfter().toMillis(), t -> substitute(job));
        }
    }

    synchronized void ended(Job job) {
        Running work = running.remove(job);
        if (work == null) {
            return;
        }
        vertx.cancelTimer(work.timer);
        if (work.substitute != null) {
            substitutes--;
            // what it has taken in goes on
            work.substitute.onSuccess(Subscription::cancel);
        }
    }

    private synchronized void substitute(Job job) {
        Running work = running.get(job);
        if (work == null || stopped) {
            return;
        }
        if (paused || substitutes >= stage.besideLong()) {
            // perhaps others end first
            work.timer = vertx.setTimer(stage.longAfter().toMillis(), t -> substitute(job));
            return;
        }
        substitutes++;
        LOG.debug("stage={} works on more beside what takes long", stage.name());
        work.substitute = consumer.get();
        work.substitute
                .onSuccess(this::consuming)
                .onFailure(e -> LOG.warn("stage={} cannot work beside what takes long", stage.name(), e));
    }

    private synchronized void consuming(Subscription begun) {
        if (stopped) {
            begun.cancel();
        } else if (paused) {
            begun.pause();
        }
    }

    synchronized void pause() {
        paused = true;
        each(Subscription::pause);
    }

    synchronized void resume() {
        paused = false;
        each(Subscription::resume);
    }

    /** Takes nothing more in; what is under way goes on. */
    synchronized void stop() {
        stopped = true;
        running.values().forEach(work -> vertx.cancelTimer(work.timer));
        each(Subscription::cancel);
    }

    private void each(Consumer<Subscription> change) {
        for (Running work : running.values()) {
            if (work.substitute != null) {
                work.substitute.onSuccess(change::accept);
            }
        }
    }
}
