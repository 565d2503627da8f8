package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is opened once: names in it stay names in that directory, whatever others do with its path meanwhile. Links on
 * the way to it are followed where they belong to this user or to root. Where there are no descriptors, a directory in which others
 * can replace files is refused. Blocks.
 */
final class HeldDirectory implements AutoCloseable {
    private static final int MAX_LINKS = 40;

    private final Path shown;
    private final Path path;
    private final @Nullable Kernel kernel;
    private final int fd;

    private HeldDirectory(Path shown, Path path, @Nullable Kernel kernel, int fd) {
        this.shown = shown;
        this.path = path;
        this.kernel = kernel;
        this.fd = fd;
    }

    /**
     * Opens a directory, and makes it and its parents where they are missing.
     *
     * @param kernel null where there are no descriptors
     * @throws UnsafePathException when another user can say where the path leads
     */
    static HeldDirectory make(Path directory, @Nullable Kernel kernel) throws IOException {
        Path absolute = directory.toAbsolutePath();
        if (kernel == null) {
            return plain(absolute.normalize());
        }
        int fd = new Walk(kernel, absolute).end();
        HeldDirectory held = new HeldDirectory(absolute, Kernel.path(fd), kernel, fd);
        if (!Files.isDirectory(held.path)) {
            held.close();
            throw new NotDirectoryException(absolute.toString());
        }
        return held;
    }

    /** Makes a directory to which no link leads, and which nobody else can replace. */
    private static HeldDirectory plain(Path directory) throws IOException {
        Path there = directory;
        for (Path parent = there.getParent(); parent != null && !Files.exists(there); parent = there.getParent()) {
            there = parent;
        }
        if (!Ownership.requireOnlyOurs(there).equals(there)) {
            throw new UnsafePathException(there, "a symbolic link leads there");
        }
        Files.createDirectories(directory);
        return new HeldDirectory(directory, directory, null, -1);
    }

    @Nullable
    Kernel kernel() {
        return kernel;
    }

    /** Returns the path of the directory itself, or of a name in it, for any operation that does not follow a link at its end. */
    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Returns true when a name in the directory is this very file; a link is looked at itself. */
    boolean holds(String name, Object fileKey) throws IOException {
        try {
            return fileKey.equals(
                    Files.readAttributes(resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Returns why an operation failed, without the path of a descriptor, which says nothing to people. */
    static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName().replace("Exception", "") : e.getReason();
    }

    /** Returns the path that people know. */
    Path shown(String name) {
        return shown.resolve(name);
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close(fd);
        }
    }

    /** The way to a directory, one name at a time. */
    private static final class Walk {
        private final Kernel kernel;
        private final Path whole;
        private final Deque<Path> ahead = new ArrayDeque<>();
        private int here;
        private int links;

        Walk(Kernel kernel, Path whole) throws IOException {
            this.kernel = kernel;
            this.whole = whole;
            this.here = kernel.look(Path.of("/"));
            prepend(whole);
        }

        private void prepend(Path part) {
            for (int i = part.getNameCount() - 1; i >= 0; i--) {
                ahead.push(part.getName(i));
            }
        }

        int end() throws IOException {
            boolean arrived = false;
            try {
                while (!ahead.isEmpty()) {
                    step(ahead.pop());
                }
                arrived = true;
                return here;
            } finally {
                if (!arrived) {
                    kernel.close(here);
                }
            }
        }

        private void step(Path name) throws IOException {
            int next = lookOrMake(Kernel.path(here).resolve(name), name);
            boolean entered = false;
            try {
                if (Files.readAttributes(Kernel.path(next), BasicFileAttributes.class)
                        .isSymbolicLink()) {
                    follow(next, name);
                } else {
                    enter(next);
                    entered = true;
                }
            } finally {
                if (!entered) {
                    kernel.close(next);
                }
            }
        }

        private int lookOrMake(Path path, Path name) throws IOException {
            try {
                try {
                    return kernel.look(path);
                } catch (NoSuchFileException e) {
                    makeUnlessThere(path);
                    return kernel.look(path);
                }
            } catch (FileSystemException e) {
                throw new FileSystemException(whole.toString(), null, name + ": " + reason(e));
            }
        }

        private static void makeUnlessThere(Path path) throws IOException {
            try {
                Files.createDirectory(path);
            } catch (FileAlreadyExistsException e) {
                // another one was quicker
            }
        }

        private void follow(int link, Path name) throws IOException {
            if (!Ownership.isTrusted(Kernel.path(link))) {
                throw new UnsafePathException(whole, name + " is a symbolic link that belongs to another user");
            }
            if (++links > MAX_LINKS) {
                throw new FileSystemException(whole.toString(), null, "too many symbolic links");
            }
            Path target = Path.of(kernel.target(link, whole));
            if (target.isAbsolute()) {
                enter(kernel.look(Path.of("/")));
            }
            prepend(target);
        }

        private void enter(int next) {
            kernel.close(here);
            here = next;
        }
    }
}
