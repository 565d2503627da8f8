package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.heratio.offsite.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * A stage as the shell runs it.
 *
 * @param name for logs, threads and the ledger, such as {@code encryptor} or {@code uploader:s3}; one running stage per name
 * @param queue the work queue, with its prefix
 * @param concurrency how many events are worked on at once
 * @param besideLong how many events are worked on beside those that take long, at most; 0 lets the others wait
 * @param longAfter from when on work takes long
 * @param breaker while it is open the stage takes nothing in; null for a stage that has no one destination
 * @param vital whether the process is unhealthy while work of this stage hangs in the system
 */
public record StageDefinition(
        String name,
        String queue,
        int concurrency,
        int besideLong,
        Duration longAfter,
        Map<Class<? extends Event>, StageHandler<? extends Event>> handlers,
        @Nullable Breaker breaker,
        boolean vital) {
    public StageDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(queue, "queue");
        handlers = Map.copyOf(handlers);
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "stage " + name + " needs a concurrency of at least 1, not " + concurrency);
        }
        if (besideLong < 0 || longAfter.toMillis() < 1) {
            throw new IllegalArgumentException("stage " + name + " cannot work on " + besideLong
                    + " events beside those that take more than " + longAfter);
        }
        if (handlers.isEmpty()) {
            throw new IllegalArgumentException("stage " + name + " handles nothing");
        }
    }

    /** The handler for an event, if this stage has one. */
    @SuppressWarnings("unchecked") // the builder takes handlers only with the class that they handle
    Optional<StageHandler<Event>> handlerOf(Event event) {
        return Optional.ofNullable((StageHandler<Event>) handlers.get(event.getClass()));
    }

    public static Builder named(String name, String queue, int concurrency) {
        return new Builder(name, queue, concurrency);
    }

    /** Collects the handlers. */
    public static final class Builder {
        private final String name;
        private final String queue;
        private final int concurrency;
        private final Map<Class<? extends Event>, StageHandler<? extends Event>> handlers = new LinkedHashMap<>();

        private @Nullable Breaker breaker;
        private boolean vital;
        private int besideLong;
        private Duration longAfter = Duration.ofDays(1);

        private Builder(String name, String queue, int concurrency) {
            this.name = name;
            this.queue = queue;
            this.concurrency = concurrency;
        }

        public <E extends Event> Builder on(Class<E> event, StageHandler<E> handler) {
            if (handlers.put(event, handler) != null) {
                throw new IllegalArgumentException("stage " + name + " has two handlers for " + event.getSimpleName());
            }
            return this;
        }

        /** Takes nothing in while the breaker is open. */
        public Builder pausedBy(Breaker pausing) {
            breaker = pausing;
            return this;
        }

        /** Makes the process unhealthy while work of this stage hangs: for work on the backup directory, on which all else waits. */
        public Builder vital() {
            vital = true;
            return this;
        }

        /**
         * Lets other work begin in the place of work that takes long, which goes on meanwhile.
         *
         * @param most how many events at most are worked on beyond the concurrency
         * @param after from when on work takes long
         */
        public Builder besideLong(int most, Duration after) {
            besideLong = most;
            longAfter = after;
            return this;
        }

        public StageDefinition build() {
            return new StageDefinition(name, queue, concurrency, besideLong, longAfter, handlers, breaker, vital);
        }
    }
}
