package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.jspecify.annotations.Nullable;

/**
 * Gives finished copies their names, and takes them away. Payload and sidecar are two files, so this is done by one at a time:
 * in this process by a lock, among processes by a lock on the marker file.
 */
final class Publisher {

    private static final long POLL_MILLIS = 5;

    private final Path marker;
    private final OwnerTags tags;
    private final ReentrantLock lock = new ReentrantLock();

    Publisher(Path marker, OwnerTags tags) {
        this.marker = marker;
        this.tags = tags;
    }

    /**
     * Takes the name for its owner, then gives the files their names. Whatever the moment of a crash, there is no sidecar at a payload
     * that it does not describe: a new payload gets its name after its sidecar, and one that replaces another one before it.
     *
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when the name belongs to someone else
     */
    void publish(PartialFile partial, Path target, PutRequest request)
            throws IOException, FailureException, InterruptedException {
        Path directory = Root.directoryOf(target);
        exclusively(() -> {
            Durable.directories(directory);
            boolean replaces = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            OwnerTag before = own(target, replaces, request);
            if (replaces) {
                Files.deleteIfExists(sidecarOf(target));
                Durable.sync(directory);
                tag(before, request);
                partial.moveTo(target);
                Names.replace(partial.sidecar(), sidecarOf(target));
            } else {
                tag(before, request);
                Names.replace(partial.sidecar(), sidecarOf(target));
                Durable.sync(directory);
                giveName(partial, target, request);
            }
            Durable.sync(directory);
        });
    }

    /** Returns the tag that is at the name when this put may have it. */
    private OwnerTag own(Path target, boolean replaces, PutRequest request) throws IOException, FailureException {
        OwnerTag wanted = OwnerTag.of(request);
        Optional<OwnerTag> there = tags.of(request.name());
        if (there.isEmpty()) {
            if (replaces && !request.replacesUntagged()) {
                throw Taken.byAStranger(target.toString());
            }
            if (tags.claim(request.name(), wanted)) {
                return wanted;
            }
            there = tags.of(request.name());
        }
        OwnerTag owner = there.orElseThrow(() -> Taken.byAStranger(target.toString()));
        if (!owner.installation().equals(request.owner())) {
            throw Taken.by(owner.installation(), target.toString());
        }
        return owner;
    }

    private void tag(OwnerTag before, PutRequest request) throws IOException {
        OwnerTag now = OwnerTag.of(request);
        if (!now.equals(before)) {
            tags.replace(request.name(), now);
        }
    }

    private void giveName(PartialFile partial, Path target, PutRequest request) throws IOException, FailureException {
        try {
            partial.linkTo(target);
        } catch (FileAlreadyExistsException e) {
            // someone who knows no tags put a file there in this very moment
            Files.deleteIfExists(sidecarOf(target));
            tags.remove(request.name());
            throw Taken.byAStranger(target.toString());
        }
    }

    void remove(Path target, String name) throws IOException, FailureException, InterruptedException {
        exclusively(() -> {
            boolean payload = Files.deleteIfExists(target);
            boolean sidecar = Files.deleteIfExists(sidecarOf(target));
            tags.remove(name);
            if (payload || sidecar) {
                Durable.sync(Root.directoryOf(target));
            }
        });
    }

    static Path sidecarOf(Path target) {
        return target.resolveSibling(Sha256Sidecar.nameFor(target.getFileName().toString()));
    }

    private interface Change {
        void make() throws IOException, FailureException;
    }

    private void exclusively(Change change) throws IOException, FailureException, InterruptedException {
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
