package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of one process, in a directory of its own beside those of others. It holds a lock for as long as it lives, so that whoever comes next can tell
 * what a dead one left (a whole copy, maybe) from what is in use. Thread-safe.
 */
final class StagingArea implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);
    private static final String LOCK = ".lock";

    private final Path work;
    /** No lock of this process may be tried: to close the file would end it. */
    private final String ours = ProcessHandle.current().pid() + "-"
            + ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(start -> Long.toString(start.toEpochMilli()))
                    .orElse("0")
            + "-";

    private final String name = ours + UUID.randomUUID();
    private @Nullable FileChannel lock;

    StagingArea(Path work) {
        this.work = work;
    }

    /** A new one; what the dead left is removed before the first. */
    synchronized StagingDirectory make() throws FailureException {
        try {
            if (lock == null) {
                Files.createDirectories(work);
                removeThoseOfTheDead();
                lock = FileChannel.open(
                        work.resolve(name + LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                lock.tryLock();
                Files.createDirectory(work.resolve(name));
            }
            return new StagingDirectory(Files.createTempDirectory(work.resolve(name), "stage-"));
        } catch (IOException e) {
            throw StagingDirectory.failure(e);
        }
    }

    private void removeThoseOfTheDead() throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(work, "*-*" + LOCK)) {
            for (Path each : locks) {
                String file = String.valueOf(each.getFileName());
                if (!file.startsWith(ours) && isFree(each)) {
                    LOG.info("{} is what a process left that was killed; it is removed driver=rsync", each);
                    StagingDirectory.remove(work.resolve(file.substring(0, file.length() - LOCK.length())));
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    /** Returns false also for what another user put there: it may be named as ours are, and be a link or a pipe. */
    private static boolean isFree(Path file) {
        try (HeldFile held = HeldFile.write(file);
                FileLock taken = held.channel().tryLock()) {
            held.requireOurs();
            return taken != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    /** Ends the life of what is still there. */
    @Override
    public synchronized void close() {
        FileChannel held = lock;
        lock = null;
        if (held == null) {
            return;
        }
        StagingDirectory.remove(work.resolve(name));
        try {
            Files.deleteIfExists(work.resolve(name + LOCK));
            held.close();
        } catch (IOException e) {
            LOG.debug("the lock of {} stays, and is free", name, e);
        }
    }
}
