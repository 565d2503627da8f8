package org.heratio.offsite.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is open. What it is, whose it is and when it changed is asked of the open file, and not of its name, which may be that of
 * another file a moment later. Only a regular file is ever opened: no pipe or device delays its reader. A reader does not wait for a
 * program with a lease; a writer does, which the kernel bounds. Without descriptors, the name is checked just before it is opened.
 * Blocks; belongs to one thread.
 */
public final class HeldFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldFile.class);
    private static final Path PROC = Path.of("/proc");

    private final Path name;
    private final LinkOption[] links;
    private final Open open;
    private final FileState opened;
    private boolean closed;

    /**
     * An open file.
     *
     * @param kernel null where there are no descriptors
     * @param fd for looking alone, so that the channel's is the last one that wrote: some file systems store a file when one of its
     *     descriptors is closed. -1 without descriptors.
     * @param path means this file, whatever has its name; without descriptors, its name
     */
    private record Open(@Nullable Kernel kernel, int fd, Path path, FileChannel channel) {}

    private HeldFile(Path name, Open open, LinkOption... links) throws IOException {
        this.name = name;
        this.links = links;
        this.open = open;
        this.opened =
                open.kernel == null ? FileState.of(open.path, LinkOption.NOFOLLOW_LINKS) : FileState.of(open.path);
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
        if (kernel == null) {
            return plain(name, name, access, LinkOption.NOFOLLOW_LINKS);
        }
        return hold(name, kernel, kernel.look(name), access, LinkOption.NOFOLLOW_LINKS);
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
        if (kernel == null) {
            Path real = name.toRealPath();
            requireBeneath(root.toRealPath(), real, name);
            return plain(name, real, StandardOpenOption.READ);
        }
        int looked = kernel.lookThrough(name);
        boolean beneath = false;
        try {
            if (FileState.of(Kernel.path(looked)).links() == 0) {
                throw new NoSuchFileException(file.toString());
            }
            requireBeneath(real(root, kernel), Files.readSymbolicLink(Kernel.path(looked)), name);
            beneath = true;
        } finally {
            if (!beneath) {
                kernel.close(looked);
            }
        }
        return hold(name, kernel, looked, StandardOpenOption.READ);
    }

    /** Returns the kernel's path of a directory: where case does not matter, {@code toRealPath} returns names as they were typed. */
    private static Path real(Path directory, Kernel kernel) throws IOException {
        int looked = kernel.lookThrough(directory);
        try {
            return Files.readSymbolicLink(Kernel.path(looked));
        } finally {
            kernel.close(looked);
        }
    }

    private static void requireBeneath(Path root, Path real, Path shown) throws UnsafePathException {
        if (!real.startsWith(root)) {
            throw new UnsafePathException(shown, "it leads out of " + root);
        }
    }

    /**
     * Makes a file and opens it for writing.
     *
     * @throws FileAlreadyExistsException when the name is taken, be it by a link that leads nowhere
     */
    public static HeldFile create(Path file, FileAttribute<Set<PosixFilePermission>> mode) throws IOException {
        Path name = file.toAbsolutePath();
        Kernel kernel = Kernel.load();
        if (kernel == null) {
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new HeldFile(
                    name, new Open(null, -1, name, FileChannel.open(name, options, mode)), LinkOption.NOFOLLOW_LINKS);
        }
        String letters = PosixFilePermissions.toString(mode.value());
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            bits = (bits << 1) | (letters.charAt(i) == '-' ? 0 : 1);
        }
        int made = kernel.create(name, bits);
        try {
            int looked = kernel.lookThrough(Kernel.path(made));
            return hold(name, kernel, looked, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } finally {
            kernel.close(made);
        }
    }

    private static HeldFile plain(Path name, Path real, StandardOpenOption access, LinkOption... links)
            throws IOException {
        if (!FileState.of(real, LinkOption.NOFOLLOW_LINKS).regular()) {
            throw new NotRegularFileException(name);
        }
        FileChannel channel = FileChannel.open(real, access, LinkOption.NOFOLLOW_LINKS);
        return new HeldFile(name, new Open(null, -1, real, channel), links);
    }

    /** Takes over a descriptor that is for looking alone, and opens what it means. */
    private static HeldFile hold(Path name, Kernel kernel, int looked, StandardOpenOption access, LinkOption... links)
            throws IOException {
        HeldFile held = null;
        FileChannel channel = null;
        try {
            if (!FileState.of(Kernel.path(looked)).regular()) {
                throw new NotRegularFileException(name);
            }
            channel = channel(name, kernel, looked, access);
            held = new HeldFile(name, new Open(kernel, looked, Kernel.pathForOthers(looked), channel), links);
            return held;
        } finally {
            if (held == null) {
                if (channel != null) {
                    channel.close();
                }
                kernel.close(looked);
            }
        }
    }

    private static FileChannel channel(Path name, Kernel kernel, int looked, StandardOpenOption access)
            throws IOException {
        if (access == StandardOpenOption.WRITE) {
            // once only: to close any descriptor but one for looking ends the locks of this process on the file
            return channel(looked, access, name);
        }
        int fd = kernel.read(looked, name);
        try {
            return channel(fd, access, name);
        } finally {
            kernel.close(fd);
        }
    }

    private static FileChannel channel(int fd, StandardOpenOption access, Path name) throws IOException {
        try {
            return FileChannel.open(Kernel.path(fd), access);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(name.toString());
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(name.toString());
        } catch (FileSystemException e) {
            throw new FileSystemException(name.toString(), null, e.getReason());
        }
    }

    /** Returns the only way to its bytes. */
    public FileChannel channel() {
        return open.channel;
    }

    /** Returns its bytes from where the channel is. Closing the stream closes the channel. */
    public InputStream input() {
        return Channels.newInputStream(open.channel);
    }

    /**
     * Returns a path that means this file as long as it is held, for any opener, also another process of this user, and also when the file
     * has lost its name. It is a link, which must be followed.
     */
    public Path path() {
        return open.path;
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
        if (open.kernel != null) {
            return FileState.of(open.path);
        }
        try {
            FileState found = FileState.of(open.path, LinkOption.NOFOLLOW_LINKS);
            if (is(found.key())) {
                return found;
            }
        } catch (NoSuchFileException e) {
            // as when another file has its name
        }
        // Java tells nothing else of an open file
        return new FileState(
                opened.key(), true, open.channel.size(), opened.modified(), opened.links(), opened.owner());
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
     * @throws NoSuchFileException when it is not there any more
     */
    public void requireNoForeignLink() throws IOException {
        Kernel kernel = open.kernel;
        if (kernel == null) {
            Ownership.requireNoForeignLink(name, open.path.getParent(), opened);
        } else if (opened.links() > 1) {
            Path real = Files.readSymbolicLink(open.path);
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
        if (open.kernel == null) {
            NoFollow.setModified(open.path, time);
        } else {
            Files.setLastModifiedTime(open.path, time);
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
        if (closed) {
            return;
        }
        closed = true;
        try {
            open.channel.close();
        } catch (IOException e) {
            LOG.debug("{} would not close", name, e);
        }
        if (open.kernel != null) {
            open.kernel.close(open.fd);
        }
    }
}
