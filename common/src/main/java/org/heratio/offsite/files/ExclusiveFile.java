package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new file for its owner alone, which gets its name when it is finished. It is opened once: bytes, times and the name go to the
 * open file, so that others who may write in the directory can put nothing in its place unnoticed. Where the file system allows,
 * it has no name until then, and vanishes with the process. Blocks; for one thread at a time.
 */
public final class ExclusiveFile implements AutoCloseable {
    private static final String TEMPORARY = ".offsite-";

    private final HeldDirectory directory;
    private final String name;
    private final Open open;
    private final Object key;
    private @Nullable String temporary;

    /**
     * An open file.
     *
     * @param fd -1 where there are no descriptors
     * @param path means this file, and no other one that has got its name
     */
    private record Open(int fd, Path path, FileChannel channel) {}

    private ExclusiveFile(HeldDirectory directory, String name, Open open, @Nullable String temporary)
            throws IOException {
        this.directory = directory;
        this.name = name;
        this.open = open;
        this.temporary = temporary;
        this.key = Files.readAttributes(open.path, BasicFileAttributes.class).fileKey();
    }

    /**
     * Begins a file. Its directory is made where it is missing.
     *
     * @param target the name that it is to have
     * @throws UnsafePathException when another user can say where the path leads
     */
    public static ExclusiveFile create(Path target) throws IOException {
        return create(target, Kernel.load());
    }

    static ExclusiveFile create(Path target, @Nullable Kernel kernel) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path parent = Objects.requireNonNull(absolute.getParent(), "a file lies in a directory");
        HeldDirectory directory = HeldDirectory.make(parent, kernel);
        ExclusiveFile file = null;
        try {
            file = open(directory, absolute.getFileName().toString());
            return file;
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    target.toString(), null, "no file can be made there: " + HeldDirectory.reason(e));
        } finally {
            if (file == null) {
                directory.close();
            }
        }
    }

    private static ExclusiveFile open(HeldDirectory directory, String name) throws IOException {
        String temporary = TEMPORARY + UUID.randomUUID() + ".part";
        Kernel kernel = directory.kernel();
        if (kernel == null) {
            Path file = directory.resolve(temporary);
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return new ExclusiveFile(directory, name, new Open(-1, file, channel), temporary);
        }
        int fd;
        try {
            fd = kernel.createUnnamed(directory.path());
            temporary = null;
        } catch (FileSystemException e) {
            fd = kernel.create(directory.resolve(temporary));
        }
        FileChannel channel = FileChannel.open(Kernel.path(fd), StandardOpenOption.WRITE);
        return new ExclusiveFile(directory, name, new Open(fd, Kernel.path(fd), channel), temporary);
    }

    /** Returns the only way to put bytes into it. */
    public FileChannel channel() {
        return open.channel;
    }

    public void setModified(FileTime time) throws IOException {
        Files.setLastModifiedTime(open.path, time);
    }

    /** Returns true when its name is taken, be it by a link that leads nowhere. */
    public boolean isNameTaken() {
        return Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Makes it durable and gives it its name.
     *
     * @param replace a file or a link that has the name already is replaced; without that, it stays and the call fails
     * @throws FileAlreadyExistsException when the name is taken and is not to be replaced
     * @throws UnsafePathException when another user put another file in its place, or the name is that of a pipe, a socket or a device
     */
    public void publish(boolean replace) throws IOException {
        open.channel.force(true);
        try {
            if (replace) {
                requireFile();
                rename(StandardCopyOption.ATOMIC_MOVE);
            } else {
                link();
            }
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(directory.shown(name).toString());
        } catch (UnsafePathException e) {
            throw e;
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    directory.shown(name).toString(), null, "it can't get its name: " + HeldDirectory.reason(e));
        }
        if (!directory.holds(name, key)) {
            throw replaced();
        }
    }

    /** Programs wait at pipes and sockets: a file in their place would end that unnoticed. */
    private void requireFile() throws IOException {
        try {
            if (Files.readAttributes(directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw new UnsafePathException(directory.shown(name), "it is no file, but a pipe, a socket or a device");
            }
        } catch (NoSuchFileException e) {
            // the name is free
        }
    }

    /** Links refuse to replace what came into being meanwhile; USB sticks and many network mounts have none. */
    private void link() throws IOException {
        try {
            linkTo(name);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (temporary == null) {
                throw e;
            }
            rename();
        }
    }

    private void linkTo(String newName) throws IOException {
        if (directory.kernel() == null) {
            Files.createLink(directory.resolve(newName), open.path);
        } else {
            directory.kernel().link(open.fd, directory.resolve(newName));
        }
    }

    private void rename(StandardCopyOption... options) throws IOException {
        String from = temporary;
        if (from == null) {
            from = TEMPORARY + UUID.randomUUID() + ".part";
            linkTo(from);
            temporary = from;
        }
        if (!directory.holds(from, key)) {
            throw replaced();
        }
        Files.move(directory.resolve(from), directory.resolve(name), options);
        temporary = null;
    }

    private UnsafePathException replaced() {
        return new UnsafePathException(
                directory.shown(name), "another user replaced the file while it was being written");
    }

    /** Makes the name durable. Some network mounts cannot do that. */
    public void syncName() throws IOException {
        Durable.sync(directory.path());
    }

    /** Takes away what did not get its name. What others put in its place is not touched. */
    @Override
    public void close() throws IOException {
        try {
            String left = temporary;
            if (left != null && directory.holds(left, key)) {
                Files.deleteIfExists(directory.resolve(left));
            }
        } finally {
            open.channel.close();
            if (directory.kernel() != null) {
                directory.kernel().close(open.fd);
            }
            directory.close();
        }
    }
}
