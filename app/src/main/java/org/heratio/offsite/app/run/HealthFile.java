package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.heratio.offsite.files.HeldFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is touched as long as the process lives, so that its age tells whether it does. While it serves, a timer of the event loop
 * asks for the touch and a worker does it, so that the file gets old when either hangs, or vital work does. Waiting for a server is
 * healthy.
 */
public final class HealthFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private final Path file;
    private final BooleanSupplier healthy;
    private final Runnable ending;
    private @Nullable HeldFile held;
    private boolean closed;

    /** @param timer calls what it is given now and then, and returns what ends that */
    private HealthFile(Path file, BooleanSupplier healthy, Function<Runnable, Runnable> timer) {
        this.healthy = healthy;
        this.file = file;
        touch();
        this.ending = timer.apply(this::touch);
    }

    /**
     * Begins to touch the file, if there is to be one.
     *
     * @param healthy asked each time; while it says no, the file gets old
     */
    static @Nullable HealthFile start(Vertx vertx, @Nullable Path file, BooleanSupplier healthy) {
        return start(vertx, file, healthy, PERIOD);
    }

    static @Nullable HealthFile start(Vertx vertx, @Nullable Path file, BooleanSupplier healthy, Duration period) {
        return file == null
                ? null
                : new HealthFile(file, healthy, touch -> {
                    long timer = vertx.setPeriodic(
                            period.toMillis(),
                            t -> vertx.executeBlocking(
                                    () -> {
                                        touch.run();
                                        return true;
                                    },
                                    false));
                    return () -> vertx.cancelTimer(timer);
                });
    }

    /** Begins to touch the file on a thread of its own, for a process that has no event loop yet. */
    static HealthFile startAlone(Path file) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "heartbeat");
            made.setDaemon(true);
            return made;
        });
        return new HealthFile(file, () -> true, touch -> {
            var unused =
                    thread.scheduleWithFixedDelay(touch, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            return thread::shutdownNow;
        });
    }

    private synchronized void touch() {
        if (closed || !healthy.getAsBoolean()) {
            return;
        }
        try {
            HeldFile here = held;
            if (here == null || !here.isNamed()) {
                letGo();
                here = open();
                held = here;
            }
            here.setModified(FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.warn(
                    "the health file can't be touched: {}. HINT: remove it, or set BACKUP_OFFSITE_HEALTH_FILE",
                    e.toString());
        }
    }

    /**
     * Makes the file, or opens the one that an earlier process left, which is empty. Nothing else is touched: in a directory that all users
     * may write, a link may lead to an archive, and the setting may name one.
     */
    private HeldFile open() throws IOException {
        try {
            return HeldFile.create(file, MODE);
        } catch (FileAlreadyExistsException e) {
            HeldFile there = HeldFile.write(file);
            boolean usable = false;
            try {
                there.requireOurs();
                if (there.opened().size() > 0) {
                    throw new FileSystemException(file.toString(), null, "it is not empty");
                }
                usable = true;
                return there;
            } finally {
                if (!usable) {
                    there.close();
                }
            }
        }
    }

    private void letGo() {
        HeldFile former = held;
        held = null;
        if (former != null) {
            former.close();
        }
    }

    /** Deletes the file that it touched: this process no longer serves. */
    @Override
    public void close() {
        ending.run();
        synchronized (this) {
            closed = true;
            try {
                if (held != null) {
                    held.remove();
                }
            } catch (IOException e) {
                LOG.warn("the health file stays behind: {}", e.toString());
            } finally {
                letGo();
            }
        }
    }
}
