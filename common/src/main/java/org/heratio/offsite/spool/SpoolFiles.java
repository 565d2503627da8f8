package org.heratio.offsite.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.NoFollow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file system below the spool: durable, and readable by nobody else. */
final class SpoolFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFiles.class);

    private final Path root;

    SpoolFiles(Path root) {
        this.root = root;
    }

    /**
     * A regular file in the directory.
     *
     * @param mtimeMillis epoch milliseconds
     */
    record Found(String name, long size, long mtimeMillis) {}

    /** Makes the directory unless it is there, for the owner alone. */
    void makeRoot() throws FailureException {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(
                        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (FileAlreadyExistsException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO, "the spool " + root + " is no directory", "set BACKUP_OFFSITE_SPOOL_DIR", e);
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO,
                    "the spool " + root + " cannot be made: " + e,
                    "set BACKUP_OFFSITE_SPOOL_DIR to a directory that can be written",
                    e);
        }
    }

    List<Found> list() throws FailureException {
        List<Found> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    BasicFileAttributes a =
                            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                    if (a.isRegularFile()) {
                        found.add(new Found(
                                file.getFileName().toString(),
                                a.size(),
                                a.lastModifiedTime().toMillis()));
                    }
                } catch (NoSuchFileException e) {
                    // renamed or removed since: it was not there
                }
            }
            return found;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw new FailureException(ErrorCode.SPOOL_IO, "the spool " + root + " cannot be listed: " + e, null, e);
        }
    }

    /** Bytes that this user could still write, as far as a reservation can name them; while there is no directory yet, where it would be made. */
    long free() throws FailureException {
        Path existing = root;
        while (Look.at(existing) == Look.NOT_THERE && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            FileStore store = Files.getFileStore(existing);
            return Math.min(store.getUsableSpace(), SpoolName.MOST_RESERVED);
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO, "the free space of the spool " + root + " is unknown: " + e, null, e);
        }
    }

    /** A new file that only its owner may read. */
    FileChannel create(String name) throws FailureException {
        try {
            return FileChannel.open(
                    root.resolve(name),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            FailureIOException f = classify(e, 0);
            throw f.unwrap();
        }
    }

    /** Gives a file its final name, and returns when that is durable. */
    void rename(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        Durable.sync(root);
    }

    /** Marks a file as not forgotten; one that is renamed or removed meanwhile needs no mark. */
    void touch(String name, Instant now) {
        try {
            NoFollow.setModified(root.resolve(name), FileTime.from(now));
        } catch (NoSuchFileException e) {
            // as said
        } catch (IOException e) {
            LOG.warn("{} cannot be touched in the spool, others may take it for forgotten: {}", name, e.toString());
        }
    }

    boolean delete(String name) throws FailureException {
        try {
            return Files.deleteIfExists(root.resolve(name));
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO, root.resolve(name) + " cannot be removed from the spool: " + e, null, e);
        }
    }

    /**
     * Names what stopped a write.
     *
     * @param wanted bytes that were to be written
     */
    FailureIOException classify(IOException e, long wanted) {
        if (isFull(e, wanted)) {
            return new FailureIOException(
                    ErrorCode.SPOOL_FULL,
                    "the file system of the spool " + root + " is full",
                    "make room there, or move the spool with BACKUP_OFFSITE_SPOOL_DIR",
                    e);
        }
        return new FailureIOException(ErrorCode.SPOOL_IO, "the spool " + root + " cannot be written: " + e, null, e);
    }

    private boolean isFull(IOException e, long wanted) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            // the message is in the language of the system
            return Files.getFileStore(root).getUsableSpace() < Math.max(1, wanted);
        } catch (IOException unknown) {
            return false;
        }
    }
}
