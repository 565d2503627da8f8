package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process at a time opens the embedded database, or closes it. The first one that has it open serves the others;
 * when that one ends while others come, each of those waits for seconds in H2's own protocol, and again when it loses.
 * A turn is given back by the kernel when its process dies. It is a courtesy: who waits too long goes without.
 */
final class OpenLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenLock.class);
    private static final String FILE = "offsite.turn";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;

    private final @Nullable FileChannel channel;

    private OpenLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for its turn.
     *
     * @param directory of the embedded database, or null: there is no need for turns then
     */
    static OpenLock take(@Nullable Path directory) throws InterruptedException {
        if (directory == null) {
            return new OpenLock(null);
        }
        Path file = directory.resolve(FILE);
        if (isSomethingElse(file)) {
            LOG.warn("{} is not a regular file: processes that open the ledger at once wait longer", file);
            return new OpenLock(null);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!locked(channel) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return new OpenLock(channel);
        } catch (IOException e) {
            LOG.debug("no turns with the ledger's files", e);
            return new OpenLock(channel);
        } catch (InterruptedException e) {
            new OpenLock(channel).close();
            throw e;
        }
    }

    /**
     * Returns whether it is there and no file, so that to open it might take for ever. What cannot be looked at cannot
     * be opened.
     */
    private static boolean isSomethingElse(Path file) {
        try {
            return !Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // another ledger of this process has it
            return false;
        }
    }

    /** Gives it back. Idempotent. */
    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("a turn would not end", e);
            }
        }
    }
}
