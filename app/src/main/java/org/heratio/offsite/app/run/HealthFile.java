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
import java.util.function.BooleanSupplier;
import org.heratio.offsite.files.HeldFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is touched as long as the process serves, so that a health check need not start a JVM: its age is the answer. A timer of the event
 * loop asks for it and a worker does it, so that a process in which either hangs looks as it is; and so does one whose vital work hangs.
 * Waiting for a server is healthy.
 */
public final class HealthFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    private final Vertx vertx;
    private final Path file;
    private final BooleanSupplier healthy;
    private final long timer;
    private @Nullable HeldFile held;
    private boolean closed;

    private HealthFile(Vertx vertx, Path file, BooleanSupplier healthy, Duration period) {
        this.vertx = vertx;
        this.healthy = healthy;
        this.file = file;
        touch();
        this.timer = vertx.setPeriodic(
                period.toMillis(),
                t -> vertx.executeBlocking(
                        () -> {
                            touch();
                            return true;
                        },
                        false));
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
        return file == null ? null : new HealthFile(vertx, file, healthy, period);
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
        vertx.cancelTimer(timer);
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
