package org.heratio.offsite.stage;

import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices work that hangs in the system, such as in a mount that no longer answers. A worker counts as hanging when it has used no
 * processor time for a quarter of an hour, and does not wait for another thread either: whoever it waits for is watched itself, and the
 * drivers have limits of their own for the network. Thread-safe.
 */
public final class Watchdog {
    static final Duration PATIENCE = Duration.ofMinutes(15);
    static final Duration BETWEEN_WORDS = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanos;

    public Watchdog() {
        this(System::nanoTime);
    }

    Watchdog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Watches what this thread does until the watch is closed.
     *
     * @param vital whether the process is unhealthy while this hangs; otherwise it is only logged
     */
    public Watch watch(String what, boolean vital) {
        Watch watch = new Watch(what, vital, Thread.currentThread());
        watches.add(watch);
        return watch;
    }

    /** Returns false while some vital work hangs. */
    public boolean healthy() {
        return watches.stream().noneMatch(watch -> watch.vital && watch.hangs);
    }

    /** Looks every minute. Returns what ends that. */
    public AutoCloseable start(Vertx vertx) {
        long timer = vertx.setPeriodic(
                PERIOD.toMillis(),
                t -> vertx.executeBlocking(
                        () -> {
                            look();
                            return true;
                        },
                        false));
        return () -> vertx.cancelTimer(timer);
    }

    void look() {
        if (threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()) {
            watches.forEach(Watch::look);
        }
    }

    /** The work of one thread. */
    public final class Watch implements AutoCloseable {
        private final String what;
        private final boolean vital;
        private final Thread worker;
        private long cpu = -1;
        private long since;
        private long due;
        private volatile boolean hangs;

        private Watch(String what, boolean vital, Thread worker) {
            this.what = what;
            this.vital = vital;
            this.worker = worker;
        }

        private synchronized void look() {
            long now = nanos.getAsLong();
            long used = threads.getThreadCpuTime(worker.getId());
            if (used != cpu || worker.getState() != Thread.State.RUNNABLE) {
                if (hangs) {
                    LOG.info("{} is no longer stuck", what);
                }
                hangs = false;
                cpu = used;
                since = now;
                due = now + PATIENCE.toNanos();
            } else if (now - due >= 0) {
                hangs = true;
                due = now + BETWEEN_WORDS.toNanos();
                Throwable stack = new Throwable("what " + worker.getName() + " does");
                stack.setStackTrace(worker.getStackTrace());
                LOG.error(
                        "{} is stuck: no progress for {} minutes. HINT: check the file system it works on;"
                                + " restart offsite if it does not continue afterwards",
                        what,
                        Duration.ofNanos(now - since).toMinutes(),
                        stack);
            }
        }

        /** The work has ended. */
        @Override
        public void close() {
            watches.remove(this);
        }
    }
}
