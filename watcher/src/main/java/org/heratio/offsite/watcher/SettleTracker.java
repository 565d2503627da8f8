package org.heratio.offsite.watcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an eye on files until they are finished, any number at once, on a bounded set of threads. Files that go away are forgotten quietly.
 * Safe for use by several threads; {@link #track} returns at once.
 */
final class SettleTracker {
    private static final Logger LOG = LoggerFactory.getLogger(SettleTracker.class);

    private static final int FEW = 100;
    private static final long LONGEST_PAUSE_FEW = 500;
    private static final long LONGEST_PAUSE_MANY = 5_000;
    private static final long RETRY = 5_000;
    private static final int UNREADABLE_LOOKS = 12;
    private static final long SAY_AFTER = TimeUnit.MINUTES.toMillis(15);

    /** Takes settled files. Called on the tracker's threads, and again a little later when it throws. */
    interface Listener {
        /**
         * @param landedAt epoch milliseconds when the file was first seen
         */
        void settled(Candidate archive, long landedAt, ShipOptions options)
                throws FailureException, InterruptedException;

        void gone(Path file, ShipOptions options) throws FailureException, InterruptedException;

        /** The file may exist, but could not be read for a minute. */
        void unreadable(Path file, ShipOptions options, Failure failure) throws FailureException, InterruptedException;
    }

    private final DirectoryScan files;
    private final WriteProbe probe;
    private final WatcherConfig config;
    private final SettleState.Rules rules;
    private final ScheduledExecutorService threads;
    private final Listener listener;
    private final InstantSource clock;
    private final Watchdog watchdog;
    private final WarnOnce warnings = new WarnOnce(LOG);
    private final Map<Path, Tracked> tracked = new HashMap<>();

    /**
     * @param threads looks at files, and runs the listener
     * @param clock the wall clock, for landing times and ages
     * @param watchdog notices a look that hangs
     */
    SettleTracker(
            DirectoryScan files,
            WriteProbe probe,
            WatcherConfig config,
            ScheduledExecutorService threads,
            Listener listener,
            InstantSource clock,
            Watchdog watchdog) {
        this.files = files;
        this.probe = probe;
        this.config = config;
        this.rules = new SettleState.Rules(
                config.quiet().toMillis(), config.longQuiet().toMillis());
        this.threads = threads;
        this.listener = listener;
        this.clock = clock;
        this.watchdog = watchdog;
    }

    /** One file on its way; all fields are guarded by the tracker. */
    private static final class Tracked {
        final Path file;
        /** Null while the listener has what was wished so far. */
        @Nullable
        ShipOptions options;

        long landedAt;

        @Nullable
        SettleState state;

        @Nullable
        Future<?> next;

        long due;
        boolean looking;
        boolean stirred;
        boolean said;
        int unreadable;

        Tracked(Path file) {
            this.file = file;
        }
    }

    /** Something happened to a file, or somebody asks for it: it is handed on as soon as it is finished. */
    synchronized void track(Path file, ShipOptions options) {
        Tracked entry = tracked.computeIfAbsent(file, Tracked::new);
        if (entry.landedAt == 0) {
            entry.landedAt = clock.millis();
        }
        entry.options = entry.options == null ? options : entry.options.and(options);
        entry.stirred = true;
        if (!entry.looking) {
            lookWithin(entry, stirredPause());
        }
    }

    /** How many files are not finished yet. */
    synchronized int size() {
        return tracked.size();
    }

    private void lookWithin(Tracked entry, long millis) {
        long due = monotonic() + millis;
        if (entry.next != null) {
            if (entry.due <= due) {
                return;
            }
            entry.next.cancel(false);
        }
        entry.due = due;
        try {
            entry.next = threads.schedule(() -> look(entry), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: {} is left to the next start", entry.file);
        }
    }

    private void look(Tracked entry) {
        synchronized (this) {
            entry.next = null;
            entry.looking = true;
            if (entry.stirred && entry.state != null) {
                entry.state.stirred();
            }
            entry.stirred = false;
        }
        long pause = RETRY;
        String what = "watcher: the look at " + Printable.of(entry.file.toString());
        try (Watchdog.Watch watch = watchdog.watch(what, true)) {
            pause = lookNow(entry);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FailureException e) {
            if (!threads.isShutdown()) {
                warnings.warn(e.failure().oneLine() + "; tried again");
            }
        } catch (RuntimeException e) {
            // what is unexpected must not end the watch over a file: it is tried again, and said each time
            LOG.error("archive={} cannot be handed on, tried again", entry.file, e);
        } finally {
            after(entry, pause);
        }
    }

    /** Looks; hands on what is finished or gone. Returns how long to wait until the next look, 0 for none. */
    private long lookNow(Tracked entry) throws FailureException, InterruptedException {
        Optional<Candidate> found;
        try {
            found = examine(entry);
        } catch (FailureException e) {
            if (entry.unreadable <= UNREADABLE_LOOKS) {
                throw e;
            }
            // left to the scans, which record it: only they have patience without end
            handOn(entry, options -> listener.unreadable(entry.file, options, e.failure()));
            return 0;
        }
        if (found.isEmpty()) {
            handOn(entry, options -> listener.gone(entry.file, options));
            return 0;
        }
        Candidate archive = found.get();
        WriteProbe.Answer writers = probe.probe(entry.file);
        // looked at again after the probe: what changed before the writer was gone must not pass for still
        Optional<Candidate> again = examine(entry);
        if (again.isEmpty() || !again.get().archive().equals(archive.archive())) {
            writers = WriteProbe.Answer.WRITERS;
        }
        long pause = observe(entry, archive, writers);
        if (pause == 0) {
            handOn(entry, options -> listener.settled(archive, entry.landedAt, options));
        }
        return pause;
    }

    private Optional<Candidate> examine(Tracked entry) throws FailureException {
        try {
            Optional<Candidate> found = files.examine(entry.file);
            entry.unreadable = 0;
            return found;
        } catch (IOException e) {
            entry.unreadable++;
            boolean link = e instanceof UnsafePathException;
            throw new FailureException(
                    ErrorCode.PATH_UNREADABLE,
                    entry.file + (link ? " is not shipped: " : " cannot be looked at: ") + UnreadablePlaces.reason(e),
                    link ? BackupDirectory.COPY_IT : null,
                    e);
        }
    }

    private synchronized long observe(Tracked entry, Candidate archive, WriteProbe.Answer writers) {
        if (entry.state == null) {
            entry.state = new SettleState(rules, old(archive));
        }
        long longestPause = tracked.size() > FEW ? LONGEST_PAUSE_MANY : LONGEST_PAUSE_FEW;
        SettleState.Look look = new SettleState.Look(
                archive.archive().size(), archive.archive().mtimeNanos(), archive.fileKey(), writers);
        if (!entry.said && clock.millis() - entry.landedAt > SAY_AFTER) {
            entry.said = true;
            LOG.info(
                    "archive={} is still being written after {} minutes; it is shipped when it is finished",
                    archive.archive().path(),
                    TimeUnit.MILLISECONDS.toMinutes(SAY_AFTER));
        }
        return entry.state.observe(look, monotonic(), longestPause);
    }

    private boolean old(Candidate archive) {
        Instant changed = Instant.EPOCH.plusNanos(archive.archive().mtimeNanos());
        return changed.plus(config.oldAfter()).isBefore(clock.instant());
    }

    private interface HandOn {
        void run(ShipOptions options) throws FailureException, InterruptedException;
    }

    /** Hands a file to the listener. Requests that arrive meanwhile are processed in the next pass, and so is what failed. */
    private void handOn(Tracked entry, HandOn work) throws FailureException, InterruptedException {
        ShipOptions options;
        synchronized (this) {
            options = entry.options;
            entry.options = null;
        }
        if (options == null) {
            return;
        }
        boolean done = false;
        try {
            work.run(options);
            done = true;
        } finally {
            if (!done) {
                synchronized (this) {
                    entry.options = entry.options == null ? options : entry.options.and(options);
                }
            }
        }
    }

    private synchronized void after(Tracked entry, long pause) {
        entry.looking = false;
        if (pause > 0) {
            lookWithin(entry, entry.stirred ? Math.min(pause, stirredPause()) : pause);
        } else if (entry.options != null) {
            entry.state = null;
            entry.landedAt = clock.millis();
            lookWithin(entry, stirredPause());
        } else {
            tracked.remove(entry.file);
        }
    }

    /** Events come by the thousand while a file is written: they bring the next look forward, but not to at once. */
    private long stirredPause() {
        return Math.max(1, tracked.size() > FEW ? rules.quiet() : rules.quiet() / 4);
    }

    private static long monotonic() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
