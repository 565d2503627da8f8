package org.heratio.offsite.stage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.heratio.offsite.broker.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets other work begin beside work that takes long. Such work no longer counts against the concurrency of its stage: one more consumer of
 * the queue takes its place until it ends, for a bounded number at a time. A delivery that such a consumer has taken in counts as long as it
 * goes on, so that each delivery has a worker. Thread-safe; no method blocks.
 */
final class LongWork {
    private static final Logger LOG = LoggerFactory.getLogger(LongWork.class);

    /** One more consumer. It has its place until it is cancelled and what it took in has ended. */
    static final class Substitute {
        private Future<Subscription> consumer = Future.failedFuture("not begun");
        private int underWay;
        private boolean cancelled;
    }

    /** One delivery under way. */
    private static final class Running {
        final @Nullable Substitute takenBy;
        long timer;

        /** The consumer in its place, or null as long as it does not take long. */
        @Nullable
        Substitute substitute;

        Running(@Nullable Substitute takenBy) {
            this.takenBy = takenBy;
        }
    }

    private final Vertx vertx;
    private final StageDefinition stage;
    private final Function<Substitute, Future<Subscription>> consumer;
    private final Map<Job, Running> running = new HashMap<>();
    private final Set<Substitute> substitutes = new HashSet<>();
    private boolean paused;
    private boolean stopped;

    /** @param consumer consumes one more delivery at a time from the queue of the stage, for a substitute */
    LongWork(Vertx vertx, StageDefinition stage, Function<Substitute, Future<Subscription>> consumer) {
        this.vertx = vertx;
        this.stage = stage;
        this.consumer = consumer;
    }

    /** @param takenBy the substitute that took the delivery in, or null */
    synchronized void began(Job job, @Nullable Substitute takenBy) {
        if (stage.besideLong() > 0 && !stopped) {
            if (takenBy != null) {
                takenBy.underWay++;
            }
            Running work = new Running(takenBy);
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
        if (work.takenBy != null) {
            work.takenBy.underWay--;
            leave(work.takenBy);
        }
        Substitute substitute = work.substitute;
        if (substitute != null) {
            // what it has taken in goes on
            substitute.consumer.compose(Subscription::cancel).onComplete(end -> cancelled(substitute));
        }
    }

    private synchronized void cancelled(Substitute substitute) {
        substitute.cancelled = true;
        leave(substitute);
    }

    private void leave(Substitute substitute) {
        if (substitute.cancelled && substitute.underWay == 0) {
            substitutes.remove(substitute);
        }
    }

    private synchronized void substitute(Job job) {
        Running work = running.get(job);
        if (work == null || stopped) {
            return;
        }
        if (paused || substitutes.size() >= stage.besideLong()) {
            // perhaps others end first
            work.timer = vertx.setTimer(stage.longAfter().toMillis(), t -> substitute(job));
            return;
        }
        Substitute substitute = new Substitute();
        substitutes.add(substitute);
        work.substitute = substitute;
        LOG.debug("stage={} works on more beside what takes long", stage.name());
        substitute.consumer = consumer.apply(substitute);
        substitute.consumer.onSuccess(this::consuming).onFailure(e -> {
            LOG.warn("stage={} cannot work beside what takes long", stage.name(), e);
            cancelled(substitute);
        });
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
        substitutes.forEach(substitute -> substitute.consumer.onSuccess(change::accept));
    }
}
