package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.PartialNames;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.HeldParent;
import org.heratio.offsite.files.NoFollow;
import org.heratio.offsite.files.NotRegularFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hidden directory of unfinished puts. It exists only while there are any; processes that share the destination make and
 * remove it under each other's hands.
 */
final class Partials {

    private static final Logger LOG = LoggerFactory.getLogger(Partials.class);
    private static final String ENDING = ".part";
    private static final String SIDECAR_ENDING = ".sha256.part";
    private static final String TAG_ENDING = ".owner.part";
    private static final String PROBE_OWNER = "probe";
    private static final int TRIES = 100;

    private final Path root;
    private final Path directory;
    // a process's file locks end when it closes any other handle of the file: so never even open our own
    private final Set<Path> active = ConcurrentHashMap.newKeySet();

    /** @param root of the destination */
    Partials(Path root) {
        this.root = root;
        this.directory = root.resolve(DirectoryLayout.PARTIAL);
    }

    /**
     * An empty temporary file, locked against everyone else who makes the same copy.
     *
     * @throws FailureException {@code DESTINATION_BUSY} when someone does so at this moment
     */
    PartialFile open(String owner, String transferId) throws IOException, FailureException {
        String stem = DirectoryLayout.partial(owner, transferId);
        Path file = directory.resolve(stem + ENDING);
        if (!active.add(file)) {
            throw busy(file);
        }
        boolean opened = false;
        try {
            PartialFile partial = open(stem);
            opened = true;
            return partial;
        } finally {
            if (!opened) {
                active.remove(file);
            }
        }
    }

    private PartialFile open(String stem) throws IOException, FailureException {
        Path file = directory.resolve(stem + ENDING);
        for (int i = 0; i < TRIES; i++) {
            HeldParent parent = null;
            HeldFile held = null;
            boolean usable = false;
            try {
                makeDirectory();
                parent = HeldParent.open(root, DirectoryLayout.PARTIAL + "/" + stem + ENDING);
                held = openOrCreate(parent.path());
                if (!lock(held.channel())) {
                    throw busy(file);
                }
                // another process may have cleaned up before it was locked
                if (held.isNamed() && !isPublished(held)) {
                    held.channel().truncate(0);
                    usable = true;
                    return new PartialFile(names(stem), parent, held, () -> closed(file));
                }
            } catch (NoSuchFileException e) {
                // directory or file were removed as an abandoned one in between
            } finally {
                if (held != null && !usable) {
                    held.close();
                }
                if (parent != null && !usable) {
                    parent.close();
                }
            }
        }
        throw busy(file);
    }

    private static PartialNames names(String stem) {
        String name = DirectoryLayout.PARTIAL + "/" + stem;
        return new PartialNames(name + ENDING, name + SIDECAR_ENDING, name + TAG_ENDING);
    }

    private static HeldFile openOrCreate(Path file) throws IOException {
        try {
            return HeldFile.write(file);
        } catch (NoSuchFileException e) {
            try {
                return HeldFile.create(file, PartialFile.MODE);
            } catch (FileAlreadyExistsException quicker) {
                return HeldFile.write(file);
            }
        }
    }

    private void closed(Path file) {
        active.remove(file);
        removeDirectoryIfEmpty();
    }

    private void makeDirectory() throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(directory) || Files.isRegularFile(directory)) {
                throw e;
            }
        }
    }

    private void removeDirectoryIfEmpty() {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // others are at work
        } catch (IOException e) {
            // an empty hidden directory does no harm, and a copy that is there must not fail for it
        }
    }

    /** Returns whether the lock was got; a file system that has no locks counts as got. */
    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            throw e;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Returns whether a file is a copy: a crash just after a put had linked it to its name leaves it here too. Then it loses the name that it
     * has here, for whoever wrote into it would write into the copy.
     */
    private static boolean isPublished(HeldFile held) throws IOException {
        boolean published = held.now().links() > 1;
        if (published) {
            held.remove();
        }
        return published;
    }

    private static FailureException busy(Path file) {
        return new FailureException(
                ErrorCode.DESTINATION_BUSY, "another process is writing the same copy (" + file.getFileName() + ")");
    }

    /** Removes what an owner left, but not what is kept or being written now. */
    void removeAbandoned(String owner, Destination.Keep keep)
            throws IOException, FailureException, InterruptedException {
        try (SecureDirectoryStream<Path> files = NoFollow.open(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING) && isAbandoned(name, owner, keep)) {
                    removeUnlessLocked(files, file.getFileName());
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return;
        }
        removeDirectoryIfEmpty();
    }

    private boolean isAbandoned(String name, String owner, Destination.Keep keep)
            throws FailureException, InterruptedException {
        String stem = stem(name);
        if (active.contains(directory.resolve(stem + ENDING))) {
            return false;
        }
        if (stem.startsWith(DirectoryLayout.partialsOf(PROBE_OWNER))) {
            return true;
        }
        String ours = DirectoryLayout.partialsOf(owner);
        return stem.startsWith(ours) && !keep.keeps(stem.substring(ours.length()));
    }

    private static String stem(String name) {
        for (String ending : List.of(SIDECAR_ENDING, TAG_ENDING)) {
            if (name.endsWith(ending)) {
                return name.substring(0, name.length() - ending.length());
            }
        }
        return name.substring(0, name.length() - ENDING.length());
    }

    /** Passes over a pipe or a link with such a name: it must not be opened. */
    private void removeUnlessLocked(SecureDirectoryStream<Path> files, Path name) throws IOException {
        try (HeldFile held = HeldFile.write(directory.resolve(name))) {
            BasicFileAttributes listed = files.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (held.is(listed.fileKey()) && lock(held.channel())) {
                files.deleteFile(name);
            }
        } catch (NoSuchFileException | NotRegularFileException e) {
            LOG.debug("{} is passed over: {}", name, e.toString());
        }
    }

    /** Writes and removes a small file: whatever stands in the way of a copy shows here. */
    void probe() throws IOException, FailureException {
        try (PartialFile partial = open(PROBE_OWNER, UUID.randomUUID().toString())) {
            partial.write(ByteBuffer.allocate(4096));
            partial.finish("");
        }
    }
}
