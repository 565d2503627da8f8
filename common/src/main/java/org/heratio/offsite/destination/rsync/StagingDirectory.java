package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.NoFollow;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of this host's, for a moment: what rsync is to send, under the names that it is to have, or what it fetched. */
record StagingDirectory(Path directory) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagingDirectory.class);

    /** Throws unless a copy of this size can be fetched into it: better before than after hours. */
    void requireRoom(long bytes) throws FailureException {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < bytes) {
                throw noRoom(bytes + " bytes are to come, and " + free + " are free");
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Returns whether more files have arrived, or more bytes in them. */
    boolean holdsMoreThan(int files, long bytes) throws FailureException {
        long left = bytes;
        // one that gets its name at this moment may be seen twice
        Set<Object> seen = new HashSet<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                BasicFileAttributes file = attributes(each);
                if (file != null && !file.isDirectory() && seen.add(key(file, each))) {
                    left -= file.size();
                }
                if (left < 0 || seen.size() > files) {
                    return true;
                }
            }
            return false;
        } catch (UncheckedIOException e) {
            return false; // rsync renames and removes what it makes: the next look sees it
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null; // it got its name
        }
    }

    private static Object key(BasicFileAttributes attributes, Path file) {
        Object key = attributes.fileKey();
        return key == null ? file : key;
    }

    /** The disk that is full is this host's, not the destination's. */
    static FailureException noRoom(String how) {
        return new FailureException(
                ErrorCode.SPOOL_IO,
                "the state directory has no room for a copy: " + how,
                "make room below BACKUP_OFFSITE_STATE_DIR: an account that may run rsync alone needs it for a whole copy");
    }

    static FailureException failure(Exception e) {
        return new FailureException(
                ErrorCode.SPOOL_IO,
                "the state directory can't be used: " + e,
                "an account that may run rsync alone needs room for a whole copy there",
                e);
    }

    String write(String name, String text) throws FailureException {
        try {
            Files.writeString(parentsOf(name), text);
            return name;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    String link(String name, Path file) throws FailureException {
        try {
            Files.createSymbolicLink(parentsOf(name), file.toAbsolutePath());
            return name;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void makeDirectories(String name) throws FailureException {
        try {
            Files.createDirectories(file(name));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Returns where a name lies below the stage. */
    Path file(String name) throws FailureException {
        if (!SystemText.opens(name)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "the name " + name + " has letters other than ASCII, and file names are written as "
                            + SystemText.charsetOfNames() + " here",
                    SystemText.HINT);
        }
        return directory.resolve(name);
    }

    private Path parentsOf(String name) throws IOException, FailureException {
        Path file = file(name);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return file;
    }

    @Override
    public void close() {
        remove(directory);
    }

    static void remove(Path directory) {
        try {
            NoFollow.deleteTree(directory);
        } catch (IOException e) {
            LOG.warn("{} could not be removed driver=rsync reason={}", directory, e.getMessage());
        }
    }
}
