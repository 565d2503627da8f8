package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a name below a root, opened once and then proved to be below it. Names in it stay names in that directory, also when
 * its path is made a link meanwhile. Links are followed as long as they do not leave the root, which may be a link itself. Without
 * descriptors, the path is looked at once, before it is used. Blocks.
 */
public final class HeldParent implements AutoCloseable {
    private final Path directory;
    private final Path last;
    private final @Nullable Kernel kernel;
    private final int fd;

    private HeldParent(Path directory, Path last, @Nullable Kernel kernel, int fd) {
        this.directory = directory;
        this.last = last;
        this.kernel = kernel;
        this.fd = fd;
    }

    /**
     * Opens the directory of a name.
     *
     * @param name below the root
     * @throws NoSuchFileException when the directory is not there
     * @throws UnsafePathException when a link leads out of the root
     */
    public static HeldParent open(Path root, String name) throws IOException {
        return open(root, name, Kernel.load());
    }

    static HeldParent open(Path root, String name, @Nullable Kernel kernel) throws IOException {
        Path file = root.resolve(name);
        Path directory = parent(file);
        return kernel == null ? plain(root, file) : hold(root, directory, directory, file.getFileName(), kernel);
    }

    /**
     * Opens the directory of a name, and makes it and its missing parents below the root, each of them durable.
     *
     * @throws UnsafePathException when a link leads out of the root
     */
    public static HeldParent make(Path root, String name) throws IOException {
        return make(root, name, Kernel.load());
    }

    static HeldParent make(Path root, String name, @Nullable Kernel kernel) throws IOException {
        Path file = root.resolve(name);
        if (kernel == null) {
            requireBelow(root, file);
            Durable.directories(parent(file));
            return plain(root, file);
        }
        Path way = Path.of(name);
        HeldParent here = open(root, way.getName(0).toString(), kernel);
        for (int i = 1; i < way.getNameCount(); i++) {
            try (HeldParent above = here) {
                here = above.enter(root, root.resolve(way.subpath(0, i)), way.getName(i));
            }
        }
        return here;
    }

    private HeldParent enter(Path root, Path shown, Path next) throws IOException {
        Kernel descriptors = Objects.requireNonNull(kernel, "without descriptors there is no way to go");
        if (!Files.isDirectory(path())) {
            try {
                Files.createDirectory(path());
            } catch (FileAlreadyExistsException e) {
                // another one was quicker; what else has the name shows below
            }
            sync();
        }
        return hold(root, path(), shown, next, descriptors);
    }

    /** Opens a directory, links followed, and looks then where it is. */
    private static HeldParent hold(Path root, Path directory, Path shown, Path last, Kernel kernel) throws IOException {
        int fd = kernel.lookThrough(directory);
        boolean held = false;
        try {
            OpenFile.requireBeneath(OpenFile.real(root, kernel), Files.readSymbolicLink(Kernel.path(fd)), shown);
            held = true;
            return new HeldParent(Kernel.path(fd), last, kernel, fd);
        } finally {
            if (!held) {
                kernel.close(fd);
            }
        }
    }

    private static HeldParent plain(Path root, Path file) throws IOException {
        requireBelow(root, file);
        return new HeldParent(parent(file), file.getFileName(), null, -1);
    }

    /** Looks at the nearest directory that is there. */
    private static void requireBelow(Path root, Path file) throws IOException {
        Path there = parent(file);
        while (!there.equals(root) && !Files.exists(there)) {
            there = parent(there);
        }
        if (Files.exists(there)) {
            OpenFile.requireBeneath(root.toRealPath(), there.toRealPath(), file);
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "what is below a root has a parent");
    }

    /** Returns a path that means the name in this directory, for any operation that does not follow a link at its end. */
    public Path path() {
        return directory.resolve(last);
    }

    /** Returns a path that means another name in this directory. */
    public Path sibling(String name) {
        return directory.resolve(name);
    }

    /** Makes durable which files the directory has. */
    public void sync() throws IOException {
        Durable.sync(directory);
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close(fd);
        }
    }
}
