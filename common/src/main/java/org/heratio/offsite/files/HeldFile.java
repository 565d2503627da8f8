package org.heratio.offsite.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open. What it is, whose it is and when it changed is asked of the open file, and not of its name, which may be that of
 * another file a moment later. Only a regular file is ever opened: no pipe or device delays its reader. A reader does not wait for a
 * program with a lease; a writer does, which the kernel bounds. Without descriptors, the name is checked just before it is opened.
 * Blocks; belongs to one thread.
 */
public final class HeldFile implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");

    private final Path name;
    private final LinkOption[] links;
    private final OpenFile open;
    private final FileState opened;
    private boolean closed;

    private HeldFile(Path name, OpenFile open, FileState opened, LinkOption... links) {
        this.name = name;
        this.links = links;
        this.open = open;
        this.opened = opened;
    }

    private static HeldFile hold(Path name, OpenFile open, LinkOption... links) throws IOException {
        HeldFile held = null;
        try {
            held = new HeldFile(name, open, open.state(), links);
            return held;
        } finally {
            if (held == null) {
                open.close();
            }
        }
    }

    /**
     * Opens a file for reading.
     *
     * @throws NotRegularFileException also for a symbolic link
     * @throws BusyFileException when another program has a write lease on it
     */
    public static HeldFile read(Path file) throws IOException {
        return open(file, StandardOpenOption.READ, Kernel.load());
    }

    /**
     * Opens a file for writing that is there. Waits for a program with a lease on it, for 45 s by default. Locks that this process has on
     * the file stay.
     *
     * @throws NotRegularFileException also for a symbolic link
     */
    public static HeldFile write(Path file) throws IOException {
        return open(file, StandardOpenOption.WRITE, Kernel.load());
    }

    static HeldFile open(Path file, StandardOpenOption access, @Nullable Kernel kernel) throws IOException {
        Path name = file.toAbsolutePath();
        return hold(name, OpenFile.open(name, access, kernel), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Opens a file for reading. Links are followed as long as they do not leave a directory.
     *
     * @throws UnsafePathException when they do
     * @throws NotRegularFileException when they lead to something else than a file
     * @throws BusyFileException when another program has a write lease on it
     */
    public static HeldFile readBeneath(Path root, Path file) throws IOException {
        return readBeneath(root, file, Kernel.load());
    }

    static HeldFile readBeneath(Path root, Path file, @Nullable Kernel kernel) throws IOException {
        Path name = file.toAbsolutePath();
        return hold(name, OpenFile.beneath(root, name, kernel));
    }

    /**
     * Makes a file and opens it for writing.
     *
     * @throws FileAlreadyExistsException when the name is taken, be it by a link that leads nowhere
     */
    public static HeldFile create(Path file, FileAttribute<Set<PosixFilePermission>> mode) throws IOException {
        Path name = file.toAbsolutePath();
        return hold(name, OpenFile.create(name, mode, Kernel.load()), LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the only way to its bytes. */
    public FileChannel channel() {
        return open.channel();
    }

    /** Returns its bytes from where the channel is. Closing the stream closes the channel. */
    public InputStream input() {
        return Channels.newInputStream(open.channel());
    }

    /**
     * Returns a path that means this file as long as it is held, for any opener, also another process of this user, and also when the file
     * has lost its name. It is a link, which must be followed.
     */
    public Path path() {
        return open.path();
    }

    /** Returns the name of what a path means, for people: {@link #path} says nothing to them. */
    public static Path shown(Path path) {
        try {
            return path.startsWith(PROC) ? Files.readSymbolicLink(path) : path;
        } catch (IOException e) {
            return path;
        }
    }

    /** Returns its state when it was opened. */
    public FileState opened() {
        return opened;
    }

    /** Returns its state now. */
    public FileState now() throws IOException {
        try {
            FileState found = open.state();
            if (open.kernel() != null || is(found.key())) {
                return found;
            }
        } catch (NoSuchFileException e) {
            // as when another file has its name
        }
        // Java tells nothing else of an open file
        return new FileState(
                opened.key(),
                true,
                open.channel().size(),
                opened.modified(),
                opened.changed(),
                opened.links(),
                opened.owner());
    }

    /** Returns true while the name by which it was opened leads to it. */
    public boolean isNamed() throws IOException {
        try {
            return is(FileState.of(name, links).key());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Returns true for the file that a key of {@code BasicFileAttributes} means. */
    public boolean is(@Nullable Object fileKey) {
        return opened.key().equals(fileKey);
    }

    /** Passes when it belongs to this user and has no other name, such as one among the archives. */
    public void requireOurs() throws UnsafePathException {
        if (opened.owner() != Ownership.ourUid()) {
            throw new UnsafePathException(name, "it belongs to another user");
        }
        if (opened.links() > 1) {
            throw new UnsafePathException(name, "it has another name elsewhere");
        }
    }

    /**
     * As {@link Ownership#requireNoForeignLink}, for the open file and the directory that it is in.
     *
     * @throws NoSuchFileException if the file no longer exists
     */
    public void requireNoForeignLink() throws IOException {
        Kernel kernel = open.kernel();
        if (kernel == null) {
            Ownership.requireNoForeignLink(name, open.path().getParent(), opened);
        } else if (opened.links() > 1) {
            Path real = Files.readSymbolicLink(open.path());
            int looked = kernel.lookThrough(Objects.requireNonNull(real.getParent(), "a file is in a directory"));
            try {
                Path directory = Kernel.path(looked);
                // else another directory has got the name of the one that the file was opened in
                if (!is(FileState.of(directory.resolve(real.getFileName()), LinkOption.NOFOLLOW_LINKS)
                        .key())) {
                    throw new NoSuchFileException(name.toString());
                }
                Ownership.requireNoForeignLink(name, directory, opened);
            } finally {
                kernel.close(looked);
            }
        }
    }

    public void setModified(FileTime time) throws IOException {
        if (open.kernel() == null) {
            NoFollow.setModified(open.path(), time);
        } else {
            Files.setLastModifiedTime(open.path(), time);
        }
    }

    /** Removes its name, unless another file has got that. */
    public void remove() throws IOException {
        if (isNamed()) {
            Files.deleteIfExists(name);
        }
    }

    /** Lets go of it. What was written is durable only if the channel was forced before. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            open.close();
        }
    }
}
