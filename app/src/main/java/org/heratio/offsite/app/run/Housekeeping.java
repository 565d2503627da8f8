package org.heratio.offsite.app.run;

import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.uploader.AbandonedPuts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what has no work left: files of the spool all the time, unfinished puts of earlier processes at the start. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long SPOOL_SWEEP_SECONDS = 5;

    private final Node node;
    private final SpoolKeeper keeper;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    Housekeeping(Node node, SpoolKeeper keeper) {
        this.node = node;
        this.keeper = keeper;
    }

    void start(StageSelection selection) {
        threads.execute(() -> quietly("clearing unfinished puts", () -> {
            AbandonedPuts abandoned = new AbandonedPuts(node.ledger());
            for (String driver : selection.uploaders()) {
                Destination destination = node.destinations().get(driver);
                abandoned.clear(destination, node.ledger().allOpenWork(Set.of(driver)));
            }
        }));
        threads.scheduleWithFixedDelay(
                () -> quietly("clearing the spool", keeper::sweep), 0, SPOOL_SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** One last sweep, so that a run that has ended leaves nothing behind. */
    void stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(SPOOL_SWEEP_SECONDS, TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
        quietly("clearing the spool", keeper::sweep);
    }

    private interface Chore {
        void run() throws FailureException, InterruptedException;
    }

    private static void quietly(String what, Chore chore) {
        try {
            chore.run();
        } catch (FailureException e) {
            LOG.warn("{} is tried again later: {}", what, e.failure().oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("{} is tried again later", what, e);
        }
    }
}
