package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.heratio.offsite.destination.CopyPublisher;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.jspecify.annotations.Nullable;

/** Lets one at a time publish or remove copies: in this process by a lock, among processes by a lock on the marker file. */
final class Publisher {

    private static final long POLL_MILLIS = 5;

    private final Path root;
    private final CopyPublisher publisher;
    private final ReentrantLock lock = new ReentrantLock();

    Publisher(Path root, CopyPublisher publisher) {
        this.root = root;
        this.publisher = publisher;
    }

    /** Gives the files of a finished copy their names. */
    void publish(PartialFile partial, PutRequest request) throws IOException, FailureException, InterruptedException {
        exclusively(() -> partial.moved(publisher.publish(request, partial.names())));
    }

    /** Takes a copy away. */
    void remove(String name) throws IOException, FailureException, InterruptedException {
        exclusively(() -> publisher.remove(name));
    }

    private interface Change {
        void make() throws IOException, FailureException, InterruptedException;
    }

    private void exclusively(Change change) throws IOException, FailureException, InterruptedException {
        lock.lockInterruptibly();
        try (HeldFile marker = openMarker()) {
            if (marker != null) {
                lock(marker.channel());
            }
            change.make();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable HeldFile openMarker() throws IOException {
        try {
            return HeldFile.write(root.resolve(DirectoryLayout.MARKER));
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
