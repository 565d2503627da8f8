package org.heratio.offsite.watcher;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.stage.EventPublisher;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watcher, put together. The handler of scan requests works as soon as the stage is made, which is all that a single {@code replicate}
 * needs; {@link #start} adds the watch, the scan at start and those on the interval.
 */
public final class WatcherStage {
    private static final Logger LOG = LoggerFactory.getLogger(WatcherStage.class);

    private static final long RESCAN_DELAY_MILLIS = 1_000;
    private static final long STOP_SECONDS = 5;

    private final WatcherConfig config;
    private final Set<String> drivers;
    private final ScheduledThreadPoolExecutor threads;
    private final EventPublisher publisher;
    private final SettleTracker tracker;
    private final ScanHandler handler;
    private final BackupDirectoryWatch watch;
    private final WarnOnce warnings = new WarnOnce(LOG);
    private final AtomicBoolean overflowed = new AtomicBoolean();

    /**
     * @param scan of the backup directory
     * @param drivers the destinations that archives go to, and that scans may be asked for
     * @param clock the wall clock
     * @param watchdog notices work on the backup directory that hangs
     */
    public WatcherStage(
            DirectoryScan scan,
            WatcherConfig config,
            Set<String> drivers,
            Ledger ledger,
            EventPublisher publisher,
            Backlog backlog,
            InstantSource clock,
            Watchdog watchdog) {
        this.config = config;
        this.drivers = Set.copyOf(drivers);
        this.threads = threads(config.threads());
        this.publisher = publisher;
        this.tracker = new SettleTracker(
                scan,
                LeaseProbe.create(scan.root()),
                config,
                threads,
                new SettledArchives(ledger.versions(), ledger.requests(), publisher),
                clock,
                watchdog);
        UnaskedScans unasked = new UnaskedScans(config.scanInterval(), System::nanoTime);
        this.handler = new ScanHandler(scan, ledger, tracker, backlog, this.drivers, config, clock, unasked);
        ShipOptions options = ShipOptions.of(this.drivers);
        this.watch = new BackupDirectoryWatch(
                scan.root(),
                scan,
                threads,
                watchdog,
                config.watchRetry().toMillis(),
                file -> tracker.track(file, options),
                this::overflowed);
    }

    /**
     * Returns the stage that handles scan requests, one at a time.
     *
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     */
    public StageDefinition definition(String prefix) {
        return StageDefinition.named("watcher", Topology.scan(prefix), 1)
                .on(ScanRequested.class, handler)
                .vital()
                .build();
    }

    /** Starts to watch, asks for the scan at start, and for one on each interval. Returns at once. */
    public void start() {
        handler.serve();
        threads.execute(() -> {
            // first the watch, so that nothing lands unseen between it and the scan
            watch.start();
            requestScan(ScanReason.START);
        });
        long interval = config.scanInterval().toMillis();
        var unused = threads.scheduleWithFixedDelay(
                () -> requestScan(ScanReason.INTERVAL), interval, interval, TimeUnit.MILLISECONDS);
    }

    /** Returns whether changes are heard of at the moment; otherwise archives are found by scans alone. */
    boolean watching() {
        return watch.alive();
    }

    /** Ends everything; archives that are not finished are found again at the next start. Blocks for 5 s at most. */
    public void stop() {
        threads.shutdownNow();
        watch.close();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The watcher still waits for the file system or the ledger; it is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Many changes are missed together: one scan a second is enough for all of them. */
    private void overflowed() {
        if (overflowed.compareAndSet(false, true)) {
            schedule(() -> {
                overflowed.set(false);
                requestScan(ScanReason.RESCAN);
            });
        }
    }

    private void schedule(Runnable task) {
        try {
            var unused = threads.schedule(task, RESCAN_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: no more scans");
        }
    }

    private void requestScan(ScanReason reason) {
        ScanRequested request = new ScanRequested("", reason, List.copyOf(drivers), false, false, false);
        try {
            publisher.publish(List.of(request));
        } catch (FailureException e) {
            // the scan on the next interval makes up for it
            warnings.warn(
                    "A scan cannot be asked for, tried again: " + e.failure().oneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("A scan cannot be asked for, tried again", e);
        }
    }

    private static ScheduledThreadPoolExecutor threads(int count) {
        AtomicInteger number = new AtomicInteger();
        // one more than looks at files, so that the checks of the watch and the interval are never starved
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(count + 1, task -> {
            Thread thread = new Thread(task, "watcher-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        return threads;
    }
}
