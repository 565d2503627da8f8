package org.heratio.offsite.app.run;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.Callable;
import org.heratio.offsite.stage.StageVerticle;
import org.jspecify.annotations.Nullable;

/** A line of a parts list: a verticle, and its name for people. */
record Part(String name, VerticleBase verticle) {
    static Part of(StageVerticle stage) {
        return new Part(stage.name(), stage);
    }

    /**
     * Returns a part that has threads or timers of its own.
     *
     * @param start starts it, and returns what stops it, or null if nothing has to be stopped; both may block
     */
    static Part of(String name, Callable<? extends @Nullable AutoCloseable> start) {
        return new Part(name, new Threaded(start));
    }

    private static final class Threaded extends VerticleBase {
        private final Callable<? extends @Nullable AutoCloseable> begin;
        private volatile @Nullable AutoCloseable end;

        Threaded(Callable<? extends @Nullable AutoCloseable> begin) {
            this.begin = begin;
        }

        @Override
        public Future<?> start() {
            return vertx.executeBlocking(() -> {
                end = begin.call();
                return true;
            });
        }

        @Override
        public Future<?> stop() {
            return vertx.executeBlocking(() -> {
                AutoCloseable begun = end;
                if (begun != null) {
                    begun.close();
                }
                return true;
            });
        }
    }
}
