package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.ExclusiveFile;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.Ownership;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for its owner alone, beside its final path, which it gets when all in it was proved. What did not get its name is removed when
 * it is closed or, if the process was killed, by the next one. For one thread.
 */
final class StagedDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedDirectory.class);
    private static final String PREFIX = ".offsite-extract-";
    private static final char SEPARATOR = '_';

    private final Path target;
    private final Path path;
    private boolean published;

    private StagedDirectory(Path target, Path path) {
        this.target = target;
        this.path = path;
    }

    /**
     * Begins one. The directories above it are made where they are missing.
     *
     * @param target final path
     * @throws FailureException {@code TARGET_IO} if there is something already, other than an empty directory
     * @throws UnsafePathException if another user can replace it
     */
    static StagedDirectory begin(Path target) throws IOException, FailureException {
        Path absolute = target.toAbsolutePath().normalize();
        Path name = absolute.getFileName();
        Path parent = absolute.getParent();
        if (name == null || parent == null) {
            throw taken(absolute);
        }
        // looks at the way there, and makes it
        ExclusiveFile.create(absolute).close();
        try {
            Path real = Ownership.requireOnlyOurs(parent);
            Path free = real.resolve(name);
            requireFree(free);
            ProcessIdentity owner = ProcessIdentity.ofThisProcess();
            removeDead(real, owner);
            Path staged = real.resolve(PREFIX + owner.owner().replace('/', SEPARATOR));
            Files.createDirectory(
                    staged, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new StagedDirectory(free, staged);
        } catch (UnsafePathException e) {
            throw e;
        } catch (FileSystemException e) {
            throw RestoreTarget.unusable(absolute, e);
        }
    }

    /** Removes what processes have left that were killed on this host. */
    private static void removeDead(Path parent, ProcessIdentity self) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path each : left) {
                String owner = each.getFileName().toString().substring(PREFIX.length());
                if (self.knowsToBeDead(owner.replace(SEPARATOR, '/')) && Ownership.isPrivate(each)) {
                    remove(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("what an earlier restore has left in {} could not be removed: {}", parent, e.toString());
        }
    }

    private static void requireFree(Path target) throws IOException, FailureException {
        if (!Look.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isDirectory()) {
            throw taken(target);
        }
        try (Stream<Path> files = Files.list(target)) {
            if (files.findAny().isPresent()) {
                throw taken(target);
            }
        }
    }

    private static FailureException taken(Path target) {
        return new FailureException(
                ErrorCode.TARGET_IO,
                target + " is there already, and members are extracted into a new directory",
                "give another directory with --to",
                null);
    }

    /** Returns where it is until it has its final path. */
    Path path() {
        return path;
    }

    Path target() {
        return target;
    }

    /** Gives it its final path, with all that is in it. */
    void publish() throws IOException, FailureException {
        requireFree(target);
        sync(path);
        try {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw RestoreTarget.unusable(target, e);
        }
        published = true;
        syncName();
    }

    /** Makes the files in it durable, and their names. After all were written, the first file takes nearly all of the time. */
    private static void sync(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && Files.isReadable(file)) {
                    Durable.sync(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Durable.sync(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void syncName() {
        try {
            Durable.sync(Objects.requireNonNull(target.getParent(), "the parent of the target"));
        } catch (IOException e) {
            // it is there, and whole; some network mounts cannot do that
            LOG.warn("{} may be gone after a power cut, its directory could not be synced: {}", target, e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        if (!published) {
            remove(path);
        }
    }

    private static void remove(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
