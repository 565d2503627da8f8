package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.files.Durable;
import org.jspecify.annotations.Nullable;

/**
 * Gives finished copies their names, and takes them away. Payload and sidecar are two files, so this is done by one at a time:
 * in this process by a lock, among processes by a lock on the marker file.
 */
final class Publisher {

    private static final long POLL_MILLIS = 5;

    private final Path marker;
    private final ReentrantLock lock = new ReentrantLock();

    Publisher(Path marker) {
        this.marker = marker;
    }

    /**
     * Whatever the moment of a crash, there is no sidecar at a payload that it does not describe: a new payload gets its name
     * after its sidecar, and one that replaces another one before it.
     */
    void publish(PartialFile partial, Path target) throws IOException, InterruptedException {
        Path directory = Root.directoryOf(target);
        Path sidecar = sidecarOf(target);
        exclusively(() -> {
            Durable.directories(directory);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(sidecar);
                Durable.sync(directory);
                partial.moveTo(target);
                move(partial.sidecar(), sidecar);
            } else {
                move(partial.sidecar(), sidecar);
                Durable.sync(directory);
                partial.moveTo(target);
            }
            Durable.sync(directory);
        });
    }

    void remove(Path target) throws IOException, InterruptedException {
        exclusively(() -> {
            boolean payload = Files.deleteIfExists(target);
            boolean sidecar = Files.deleteIfExists(sidecarOf(target));
            if (payload || sidecar) {
                Durable.sync(Root.directoryOf(target));
            }
        });
    }

    static Path sidecarOf(Path target) {
        return target.resolveSibling(Sha256Sidecar.nameFor(target.getFileName().toString()));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private interface Change {
        void make() throws IOException;
    }

    private void exclusively(Change change) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try (FileChannel channel = openMarker()) {
            if (channel != null) {
                lock(channel);
            }
            change.make();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable FileChannel openMarker() throws IOException {
        try {
            return FileChannel.open(marker, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null; // a destination of Heratio's, to which nothing was put yet
        }
    }

    private static void lock(FileChannel channel) throws IOException, InterruptedException {
        while (true) {
            try {
                FileLock got = channel.lock();
                assert got.isValid();
                return;
            } catch (OverlappingFileLockException e) {
                // someone in this same process, through another object: Java has no waiting for that
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (ClosedByInterruptException | FileLockInterruptionException e) {
                throw e;
            } catch (IOException e) {
                return; // a file system without locks: what is left is that leases keep two from making one copy
            }
        }
    }
}
