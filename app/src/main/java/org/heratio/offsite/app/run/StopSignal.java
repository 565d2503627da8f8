package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM, SIGINT and SIGHUP (the terminal was closed) ask to stop; a second SIGINT ends the process at once. What is ignored, as
 * {@code nohup} has it, stays ignored.
 */
public final class StopSignal {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch latch = new CountDownLatch(1);

    /** Installs the handlers for the process, in the place of earlier ones. */
    public static StopSignal install() {
        return install(() -> {}, "stopping when what is under way is done; once more to stop at once");
    }

    /** The same, and the first signal interrupts a thread, so that what it has begun is cleared away. */
    public static StopSignal interrupting(Thread thread) {
        return install(thread::interrupt, "stopping; once more to stop at once");
    }

    /**
     * Installs handlers, in the place of earlier ones, for a process that waits for what a person types, which nothing interrupts: the first
     * signal ends it.
     *
     * @param last runs before the end
     */
    public static void ending(Runnable last) {
        for (String name : List.of("TERM", "HUP", "INT")) {
            OsSignal.on(name, () -> {
                try {
                    last.run();
                } finally {
                    // unlike a halt, it makes the terminal show again what is typed
                    Runtime.getRuntime().exit(name.equals("INT") ? ExitCode.INTERRUPTED : ExitCode.FAILED);
                }
            });
        }
    }

    private static StopSignal install(Runnable first, String said) {
        StopSignal stop = new StopSignal();
        for (String name : List.of("TERM", "HUP")) {
            OsSignal.on(name, () -> {
                stop.stop();
                first.run();
            });
        }
        OsSignal.on("INT", () -> {
            if (stop.stopped.get()) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            System.err.println(said);
            stop.stop();
            first.run();
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
