package org.heratio.offsite.watcher;

import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.heratio.offsite.stage.Watchdog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * Hears of changes in the backup directory from the kernel. It never dies silently: when the watch is lost (directory deleted, unmounted,
 * mounted over, no inotify watches left) it says so once, scans on an interval go on, and it is established again as soon as it can be, with
 * a scan for what was missed.
 */
final class BackupDirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupDirectoryWatch.class);

    private final Path root;
    private final DirectoryScan files;
    private final ScheduledExecutorService threads;
    private final Watchdog watchdog;
    private final long checkMillis;
    private final Consumer<Path> changed;
    private final Runnable missed;

    /** Held while directories are listed, which takes for ever on a mount that hangs: never waited for where it must not. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile boolean closed;
    private volatile @Nullable DirectoryWatcher watcher;
    private @Nullable Object rootKey;
    private boolean lost;
    private boolean lookedBefore;

    /**
     * @param threads runs the checks whether the watch is still alive; the events come on a thread of their own
     * @param watchdog notices a check that hangs
     * @param checkMillis how often that is checked
     * @param changed takes files with an archive's name to which something happened; must return quickly
     * @param missed is called when changes may have been missed; must return quickly
     */
    BackupDirectoryWatch(
            Path root,
            DirectoryScan files,
            ScheduledExecutorService threads,
            Watchdog watchdog,
            long checkMillis,
            Consumer<Path> changed,
            Runnable missed) {
        this.root = root;
        this.files = files;
        this.threads = threads;
        this.watchdog = watchdog;
        this.checkMillis = checkMillis;
        this.changed = changed;
        this.missed = missed;
    }

    /** Tries to establish the watch, and keeps at it. Blocks as long as it takes to list the directories; called once. */
    void start() {
        check();
        try {
            var unused = threads.scheduleWithFixedDelay(this::check, checkMillis, checkMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping before the watch was started");
        }
    }

    /** Returns whether changes are heard of at the moment. */
    boolean alive() {
        return watcher != null;
    }

    @Override
    public void close() {
        closed = true;
        end();
    }

    private void check() {
        if (!lock.tryLock()) {
            return;
        }
        try (Watchdog.Watch watch = watchdog.watch("watcher: the watch over " + root, true)) {
            if (closed) {
                return;
            }
            Object key = keyOf(root);
            if (watcher != null && !key.equals(rootKey)) {
                end();
                lost("another directory lies at " + root + " now");
            }
            if (watcher == null) {
                establish(key);
            }
        } catch (IOException | RuntimeException e) {
            end();
            lost(reason(e));
        } finally {
            lock.unlock();
        }
    }

    private void establish(Object key) throws IOException {
        DirectoryWatcher next = DirectoryWatcher.builder()
                .path(root)
                .fileHashing(false)
                .fileTreeVisitor(new WatchedTree(root, files))
                // two lines for each event, and its failures come to us anyway
                .logger(NOPLogger.NOP_LOGGER)
                .listener(new Listener())
                .build();
        CompletableFuture<Void> end = next.watchAsync(BackupDirectoryWatch::onItsOwnThread);
        if (end.isCompletedExceptionally()) {
            next.close();
            throw new IOException(end.handle((done, e) -> reason(e)).join());
        }
        watcher = next;
        rootKey = key;
        if (closed) {
            end();
            return;
        }
        var unused = end.whenComplete((done, e) -> ended(next, e));
        if (lost) {
            LOG.info("{} is watched again", root);
        }
        if (lost || lookedBefore) {
            missed.run();
        }
        lost = false;
        lookedBefore = true;
    }

    private void ended(DirectoryWatcher which, @Nullable Throwable e) {
        lock.lock();
        try {
            if (which == watcher && !closed) {
                end();
                lost(e == null ? "the directory was deleted or unmounted" : reason(e));
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        DirectoryWatcher before = watcher;
        watcher = null;
        if (before != null) {
            try {
                before.close();
            } catch (IOException e) {
                LOG.debug("the watch did not close", e);
            }
        }
    }

    private void lost(String why) {
        if (!lost) {
            lost = true;
            LOG.warn("{} is not watched: {}. Archives are found by the scans until it can be watched again", root, why);
        }
    }

    private static Object keyOf(Path root) throws IOException {
        Object key = Files.readAttributes(root, BasicFileAttributes.class).fileKey();
        return key == null ? root : key;
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        return message.contains("limit")
                ? message + " (raise fs.inotify.max_user_watches or fs.inotify.max_user_instances by sysctl)"
                : root.getClass().getSimpleName() + ": " + message;
    }

    private static void onItsOwnThread(Runnable loop) {
        Thread thread = new Thread(loop, "watcher-events");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs on the thread of the events, which must be quick: what it does not take in time the kernel throws away. */
    private final class Listener implements DirectoryChangeListener {
        @Override
        public void onEvent(DirectoryChangeEvent event) {
            switch (event.eventType()) {
                case CREATE, MODIFY, DELETE -> {
                    if (files.matches(event.path())) {
                        changed.accept(event.path());
                    }
                }
                case OVERFLOW -> missed.run();
            }
        }

        @Override
        public void onException(Exception e) {
            // an overflow never comes as an event, only as the exception that the library trips over
            LOG.debug("changes may have been missed", e);
            missed.run();
        }
    }
}
