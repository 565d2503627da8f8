package org.heratio.offsite.stage;

import org.heratio.offsite.broker.Delivery;
import org.jspecify.annotations.Nullable;

/** A delivery under way, and the worker thread that has it, so that just this work can be interrupted. */
final class Job {
    private final Delivery delivery;
    private @Nullable Thread worker;
    private boolean interrupted;

    Job(Delivery delivery) {
        this.delivery = delivery;
    }

    Delivery delivery() {
        return delivery;
    }

    /** Called on the worker before the work; false when it must not begin any more. */
    synchronized boolean begin() {
        worker = Thread.currentThread();
        return !interrupted;
    }

    /** Called on the worker after the work: the thread's next job must not see this one's interrupt. */
    synchronized void end() {
        worker = null;
        if (interrupted) {
            Thread.interrupted();
        }
    }

    synchronized void interrupt() {
        interrupted = true;
        if (worker != null) {
            worker.interrupt();
        }
    }

    /** Returns whether the stage has stopped waiting for this work. */
    synchronized boolean interrupted() {
        return interrupted;
    }
}
