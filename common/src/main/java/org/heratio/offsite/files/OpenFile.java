package org.heratio.offsite.files;

import java.io.IOException;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptors of a {@link HeldFile}, which says what may be opened.
 *
 * @param kernel null where there are no descriptors
 * @param fd for looking alone, so that the channel's is the last one that wrote: some file systems store a file when one of its
 *     descriptors is closed. -1 without descriptors.
 * @param path means this file, whatever has its name; without descriptors, its name
 */
record OpenFile(@Nullable Kernel kernel, int fd, Path path, FileChannel channel) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

    /** Opens a file that no link means. */
    static OpenFile open(Path name, StandardOpenOption access, @Nullable Kernel kernel) throws IOException {
        return kernel == null ? plain(name, name, access) : hold(name, kernel, kernel.look(name), access);
    }

    /** Opens a file in a directory for reading, also by a link. */
    static OpenFile beneath(Path root, Path name, @Nullable Kernel kernel) throws IOException {
        if (kernel == null) {
            Path real = name.toRealPath();
            requireBeneath(root.toRealPath(), real, name);
            return plain(name, real, StandardOpenOption.READ);
        }
        int looked = kernel.lookThrough(name);
        boolean beneath = false;
        try {
            if (FileState.of(Kernel.path(looked)).links() == 0) {
                throw new NoSuchFileException(name.toString());
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
    static Path real(Path directory, Kernel kernel) throws IOException {
        int looked = kernel.lookThrough(directory);
        try {
            return Files.readSymbolicLink(Kernel.path(looked));
        } finally {
            kernel.close(looked);
        }
    }

    static void requireBeneath(Path root, Path real, Path shown) throws UnsafePathException {
        if (!real.startsWith(root)) {
            throw new UnsafePathException(shown, "it leads out of " + root);
        }
    }

    /**
     * Makes a file and opens it for writing.
     *
     * @throws FileAlreadyExistsException when the name is taken
     */
    static OpenFile create(Path name, FileAttribute<Set<PosixFilePermission>> mode, @Nullable Kernel kernel)
            throws IOException {
        if (kernel == null) {
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new OpenFile(null, -1, name, FileChannel.open(name, options, mode));
        }
        String letters = PosixFilePermissions.toString(mode.value());
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            bits = (bits << 1) | (letters.charAt(i) == '-' ? 0 : 1);
        }
        int made = kernel.create(name, bits);
        try {
            return hold(name, kernel, kernel.lookThrough(Kernel.path(made)), StandardOpenOption.WRITE);
        } finally {
            kernel.close(made);
        }
    }

    private static OpenFile plain(Path name, Path real, StandardOpenOption access) throws IOException {
        if (!FileState.of(real, LinkOption.NOFOLLOW_LINKS).regular()) {
            throw new NotRegularFileException(name);
        }
        return new OpenFile(null, -1, real, FileChannel.open(real, access, LinkOption.NOFOLLOW_LINKS));
    }

    /** Takes over a descriptor that is for looking alone, and opens what it means. */
    private static OpenFile hold(Path name, Kernel kernel, int looked, StandardOpenOption access) throws IOException {
        boolean held = false;
        try {
            if (!FileState.of(Kernel.path(looked)).regular()) {
                throw new NotRegularFileException(name);
            }
            Path path = Kernel.pathForOthers(looked);
            OpenFile file = new OpenFile(kernel, looked, path, channel(name, kernel, looked, access));
            held = true;
            return file;
        } finally {
            if (!held) {
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

    /** Returns the state of the file; without descriptors, of what has its name. */
    FileState state() throws IOException {
        return kernel == null ? FileState.of(path, LinkOption.NOFOLLOW_LINKS) : FileState.of(path);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{} would not close", path, e);
        }
        if (kernel != null) {
            kernel.close(fd);
        }
    }
}
