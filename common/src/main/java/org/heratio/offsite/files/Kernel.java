package org.heratio.offsite.files;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Descriptors of Linux. The path that {@link #path} returns means the open file itself, whatever happens to its name. */
final class Kernel {
    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
    private static final Path PROC = Path.of("/proc");
    private static final Path DESCRIPTORS = PROC.resolve("self/fd");

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final int O_TMPFILE_ALONE = 0x400000;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;

    private static final int ENOENT = 2;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;
    private static final int MAX_TARGET = 4096;
    /** {@code rw-------}. */
    private static final int MODE = 0x180;

    /** Looked for once: a library that cannot be loaded is warned of once. */
    private static final class Shared {
        static final @Nullable Kernel KERNEL = find();

        private Shared() {}
    }

    private final LibC libc;
    private final Charset names;
    private final int directory;
    private final int noFollow;
    private final int largeFile;

    Kernel(LibC libc, Charset names) {
        this.libc = libc;
        this.names = names;
        // these three flags alone differ between architectures
        boolean swapped = Platform.isARM() || Platform.isPPC();
        this.directory = swapped ? 0x4000 : 0x10000;
        this.noFollow = swapped ? 0x8000 : 0x20000;
        this.largeFile = Native.POINTER_SIZE > 4 ? 0 : largeFile32();
    }

    /** Without this flag, a system of 32 bits opens no file of 2 GiB or more. */
    private static int largeFile32() {
        if (Platform.isARM()) {
            return 0x20000;
        }
        return Platform.isPPC() ? 0x10000 : 0x8000;
    }

    /** Returns null where descriptors cannot be had: not on Linux, without {@code /proc}, or without JNA. */
    static @Nullable Kernel load() {
        return Shared.KERNEL;
    }

    private static @Nullable Kernel find() {
        if (!System.getProperty("os.name", "").startsWith("Linux") || !Files.isDirectory(DESCRIPTORS)) {
            return without("this is no Linux, or has no /proc");
        }
        try {
            Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
            return new Kernel(Native.load("c", LibC.class), names);
        } catch (LinkageError | RuntimeException e) {
            return without(e + "; JNA needs a directory that it may execute from: see -Djna.tmpdir");
        }
    }

    private static @Nullable Kernel without(String why) {
        LOG.warn("where other users may write, they could replace files between check and use: {}", why);
        return null;
    }

    static Path path(int fd) {
        return DESCRIPTORS.resolve(Integer.toString(fd));
    }

    /** Returns the same for all processes of this user: {@code self} would be the one that asks. */
    static Path pathForOthers(int fd) throws IOException {
        return PROC.resolve(Files.readSymbolicLink(PROC.resolve("self")))
                .resolve("fd")
                .resolve(Integer.toString(fd));
    }

    /** Opens whatever has this name, for looking at it and for going on from it; a link is opened itself. */
    int look(Path path) throws IOException {
        return checked(libc.open(terminated(path), O_PATH | noFollow | O_CLOEXEC), path);
    }

    /**
     * Opens what a name leads to, links followed, for looking at it alone: neither a pipe nor a device notices that, and neither does a
     * lock.
     */
    int lookThrough(Path path) throws IOException {
        return checked(libc.open(terminated(path), O_PATH | O_CLOEXEC), path);
    }

    /**
     * Opens a file that was looked at for reading, and no other one. Never waits.
     *
     * @throws BusyFileException when another program has a write lease on it
     */
    int read(int looked, Path shown) throws IOException {
        return checked(libc.open(terminated(path(looked)), O_RDONLY | O_NONBLOCK | O_CLOEXEC | largeFile), shown);
    }

    /** Opens a new file without any name in a directory; file systems of networks have none. */
    int createUnnamed(Path in) throws IOException {
        return checked(libc.open(terminated(in), O_TMPFILE_ALONE | directory | O_RDWR | O_CLOEXEC, MODE), in);
    }

    /** Opens a new file for its owner alone. */
    int create(Path file) throws IOException {
        return create(file, MODE);
    }

    /** Opens a new file. */
    int create(Path file, int mode) throws IOException {
        return checked(libc.open(terminated(file), O_CREAT | O_EXCL | noFollow | O_RDWR | O_CLOEXEC, mode), file);
    }

    /** Gives an open file one more name, which nothing may have yet. */
    void link(int fd, Path name) throws IOException {
        checked(libc.linkat(AT_FDCWD, terminated(path(fd)), AT_FDCWD, terminated(name), AT_SYMLINK_FOLLOW), name);
    }

    /** Returns the target of a link that was opened by {@link #look}. */
    String target(int link, Path shown) throws IOException {
        byte[] target = new byte[MAX_TARGET];
        NativeLong length = libc.readlinkat(link, new byte[1], target, new NativeLong(MAX_TARGET));
        return new String(target, 0, checked(length.intValue(), shown), names);
    }

    void close(int fd) {
        libc.close(fd);
    }

    private int checked(int answer, Path path) throws IOException {
        if (answer >= 0) {
            return answer;
        }
        int error = Native.getLastError();
        throw switch (error) {
            case ENOENT -> new NoSuchFileException(path.toString());
            case EEXIST -> new FileAlreadyExistsException(path.toString());
            case EAGAIN -> new BusyFileException(path);
            case EACCES -> new AccessDeniedException(path.toString());
            default -> new FileSystemException(path.toString(), null, libc.strerror(error));
        };
    }

    private byte[] terminated(Path path) {
        byte[] name = path.toString().getBytes(names);
        return Arrays.copyOf(name, name.length + 1);
    }
}
