package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** SIGTERM and SIGINT ask to stop; a second SIGINT ends the process at once. */
public final class StopSignal {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch latch = new CountDownLatch(1);

    /** Installs the handlers for the process. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        OsSignal.on("TERM", stop::stop);
        OsSignal.on("INT", () -> {
            if (stop.stopped.get()) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            System.err.println("stopping when what is under way is done; once more to stop at once");
            stop.stop();
        });
        return stop;
    }

    /** Asks to stop. */
    public void stop() {
        stopped.set(true);
        latch.countDown();
    }

    public AtomicBoolean flag() {
        return stopped;
    }

    /** Blocks until asked to stop. */
    public void await() throws InterruptedException {
        latch.await();
    }

    /** Blocks until asked to stop, or until the time is over; whether it was asked. */
    public boolean await(Duration limit) throws InterruptedException {
        return latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
}
