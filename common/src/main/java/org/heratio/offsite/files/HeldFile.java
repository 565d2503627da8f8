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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is open. What it is, whose it is and when it changed is asked of the open file, and not of its name, which may be that of
 * another file a moment later. Only a regular file is ever opened: no pipe or device delays its reader, and a program with a lease is
 * not waited for. Without descriptors, the name is checked just before it is opened. Blocks; belongs to one thread.
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
     * @param fd -1 then
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
        return open(file, Kernel.READ, Kernel.load());
    }

    /** Opens a file for writing that is there, as {@link #read} does. */
    public static HeldFile write(Path file) throws IOException {
        return open(file, Kernel.WRITE, Kernel.load());
    }

    static HeldFile open(Path file, int access, @Nullable Kernel kernel) throws IOException {
        Path name = file.toAbsolutePath();
        if (kernel == null) {
            return plain(name, name, access, LinkOption.NOFOLLOW_LINKS);
        }
        int looked = kernel.look(name);
        try {
            return open(name, looked, access, kernel, LinkOption.NOFOLLOW_LINKS);
        } finally {
            kernel.close(looked);
        }
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
        Path within = root.toRealPath();
        if (kernel == null) {
            Path real = name.toRealPath();
            requireBeneath(within, real, name);
            return plain(name, real, Kernel.READ);
        }
        int looked = kernel.lookThrough(name);
        try {
            if (FileState.of(Kernel.path(looked)).links() == 0) {
                throw new NoSuchFileException(file.toString());
            }
            requireBeneath(within, Files.readSymbolicLink(Kernel.path(looked)), name);
            return open(name, looked, Kernel.READ, kernel);
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
        return hold(name, kernel, kernel.create(name, bits), Kernel.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private static HeldFile plain(Path name, Path real, int access, LinkOption... links) throws IOException {
        if (!FileState.of(real, LinkOption.NOFOLLOW_LINKS).regular()) {
            throw new NotRegularFileException(name);
        }
        FileChannel channel = FileChannel.open(real, option(access), LinkOption.NOFOLLOW_LINKS);
        return new HeldFile(name, new Open(null, -1, real, channel), links);
    }

    private static HeldFile open(Path name, int looked, int access, Kernel kernel, LinkOption... links)
            throws IOException {
        if (!FileState.of(Kernel.path(looked)).regular()) {
            throw new NotRegularFileException(name);
        }
        return hold(name, kernel, kernel.open(looked, access, name), access, links);
    }

    private static HeldFile hold(Path name, Kernel kernel, int fd, int access, LinkOption... links) throws IOException {
        HeldFile held = null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(Kernel.path(fd), option(access));
            held = new HeldFile(name, new Open(kernel, fd, Kernel.pathForOthers(fd), channel), links);
            return held;
        } finally {
            if (held == null) {
                if (channel != null) {
                    channel.close();
                }
                kernel.close(fd);
            }
        }
    }

    private static StandardOpenOption option(int access) {
        return access == Kernel.READ ? StandardOpenOption.READ : StandardOpenOption.WRITE;
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

    /** As {@link Ownership#requireNoForeignLink}, for the open file. */
    public void requireNoForeignLink() throws IOException {
        Path real = open.kernel == null ? open.path : Files.readSymbolicLink(open.path);
        Ownership.requireNoForeignLink(name, real.getParent(), opened.links(), opened.owner());
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
