package org.heratio.offsite.destination.rsync;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.FailureException;

/** rrsync lets one in at a time, and holds its lock for a moment longer than we hear of it. */
final class TransferSlot {
    private static final int TRIES = 50;
    private static final long LOCKED_MILLIS = 200;

    private final Semaphore one = new Semaphore(1, true);

    /** Something that nothing else of ours may meet. */
    interface Work<T> {
        T run() throws FailureException, InterruptedException;
    }

    <T> T take(Work<T> work) throws FailureException, InterruptedException {
        one.acquire();
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return work.run();
                } catch (RsyncException e) {
                    if (tries == TRIES || !e.means(RsyncException.Meaning.LOCKED)) {
                        throw e;
                    }
                    TimeUnit.MILLISECONDS.sleep(LOCKED_MILLIS);
                }
            }
        } finally {
            one.release();
        }
    }
}
