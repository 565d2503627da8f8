package org.heratio.offsite.stage;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.ErrorCode;

/**
 * Counts what the stages of this process do. Called on worker threads, several at once. No method blocks or throws, and none costs more
 * than some counters. The name of a stage is that of its {@link StageDefinition}.
 */
public interface StageMeter {
    /** Counts nothing, for processes that show no metrics. */
    StageMeter NONE = new StageMeter() {
        @Override
        public void runs(String stage, BooleanSupplier paused) {}

        @Override
        public void began(String stage) {}

        @Override
        public void ended(String stage) {}

        @Override
        public void done(String stage, Duration took, List<? extends Event> followUps) {}

        @Override
        public void failed(String stage, ErrorCode code, boolean again) {}

        @Override
        public void moved(String stage, long bytes) {}
    };

    /**
     * A stage runs in this process: all of its figures are there from now on.
     *
     * @param paused returns whether its destination is down, so that it takes nothing; always false where it has no single destination
     */
    void runs(String stage, BooleanSupplier paused);

    /** Work on an event begins. */
    void began(String stage);

    /** Work that began has ended, in whatever way. */
    void ended(String stage);

    /**
     * Work is done and recorded.
     *
     * @param followUps the events that follow from it; they may be the same again when an event was worked on before
     */
    void done(String stage, Duration took, List<? extends Event> followUps);

    /**
     * An attempt failed.
     *
     * @param again whether another one follows
     */
    void failed(String stage, ErrorCode code, boolean again);

    /** Work got on by so many bytes. What one attempt does twice counts once. */
    void moved(String stage, long bytes);
}
