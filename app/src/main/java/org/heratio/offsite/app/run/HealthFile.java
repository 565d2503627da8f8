package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.heratio.offsite.files.NoFollow;
import org.heratio.offsite.files.Ownership;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is touched as long as the process serves, so that a health check need not start a JVM: its age is the answer. A timer of the event
 * loop asks for it and a worker does it, so that a process in which either hangs looks as it is. Waiting for a server is healthy.
 */
public final class HealthFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Path file;
    private final long timer;
    private boolean closed;

    private HealthFile(Vertx vertx, Path file, Duration period) {
        this.vertx = vertx;
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

    /** Begins to touch the file, if there is to be one. */
    public static @Nullable HealthFile start(Vertx vertx, @Nullable Path file) {
        return start(vertx, file, PERIOD);
    }

    static @Nullable HealthFile start(Vertx vertx, @Nullable Path file, Duration period) {
        return file == null ? null : new HealthFile(vertx, file, period);
    }

    private synchronized void touch() {
        if (closed) {
            return;
        }
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(file);
            }
            requireOurs();
            NoFollow.setModified(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.warn("the health file can't be touched: {}", e.toString());
        }
    }

    /** Throws unless the file is this user's own: in a directory that all users may write, a link may lead to an archive. */
    private void requireOurs() throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Ownership.isOurs(file)) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "it is no file of this user's; remove it, or set BACKUP_OFFSITE_HEALTH_FILE");
        }
    }

    /** Takes the file away: nobody serves any more. */
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        synchronized (this) {
            closed = true;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the health file stays behind: {}", e.toString());
        }
    }
}
