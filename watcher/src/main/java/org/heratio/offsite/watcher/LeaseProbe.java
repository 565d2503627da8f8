package org.heratio.offsite.watcher;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.heratio.offsite.files.BusyFileException;
import org.heratio.offsite.files.HeldFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Linux for a read lease, which it grants only when nobody has the file open for writing, and gives it back at once; about 0.1 ms.
 *
 * <p>Only file systems whose writers are all known to this kernel count: on a network or FUSE mount another host, or a daemon, may write
 * without it. A lease needs the owner's uid or {@code CAP_LEASE}. Only a regular file in the backup directory is ever opened: a pipe or a
 * device in its place notices nothing, and delays nobody.
 */
final class LeaseProbe implements WriteProbe {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseProbe.class);

    private static final Path PROC = Path.of("/proc");
    private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_RDLCK = 0;
    private static final int F_UNLCK = 2;
    private static final int SIGURG = 23;
    private static final int EAGAIN = 11;
    private static final int STATFS_ROOM = 512;

    /** ext2 to ext4, xfs, btrfs, tmpfs, ramfs, zfs, f2fs, bcachefs, jfs, overlayfs: {@code f_type} as statfs(2) lists it. */
    private static final Set<Integer> LOCAL = Set.of(
            0xEF53,
            0x58465342,
            0x9123683E,
            0x01021994,
            0x858458F6,
            0x2FC12FC1,
            0xF2F52010,
            0xCA451A4E,
            0x3153464A,
            0x794C7630);

    private final LibC libc;
    private final Path root;

    private LeaseProbe(LibC libc, Path root) {
        this.libc = libc;
        this.root = root;
    }

    /**
     * Returns a probe of the kernel, or one that knows nothing and a warning where the kernel cannot be asked.
     *
     * @param root the backup directory; nothing outside is opened
     */
    static WriteProbe create(Path root) {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            LOG.warn(
                    "Only Linux tells who writes a file: archives have to be unchanged for longer before they are taken");
            return file -> Answer.UNKNOWN;
        }
        try {
            return new LeaseProbe(Native.load("c", LibC.class), root);
        } catch (LinkageError | RuntimeException e) {
            LOG.warn(
                    "The kernel cannot be asked who writes a file ({}): archives have to be unchanged for longer before they are taken."
                            + " JNA needs a directory that it may execute from: see -Djna.tmpdir",
                    e.toString());
            return file -> Answer.UNKNOWN;
        }
    }

    @Override
    public Answer probe(Path file) {
        try (HeldFile held = HeldFile.readBeneath(root, file)) {
            return probe(held);
        } catch (BusyFileException e) {
            // a program with a write lease counts as one that writes; it was asked just now to give it back
            return Answer.WRITERS;
        } catch (IOException e) {
            return Answer.UNKNOWN;
        }
    }

    private Answer probe(HeldFile held) {
        if (!held.path().startsWith(PROC)) {
            return Answer.UNKNOWN; // there are no descriptors: it would be a name again
        }
        // a lease needs the number of a descriptor, which Java does not tell
        byte[] path = (held.path() + "\0").getBytes(StandardCharsets.US_ASCII);
        int fd = libc.open(path, O_RDONLY_NONBLOCK_CLOEXEC);
        if (fd < 0) {
            return Native.getLastError() == EAGAIN ? Answer.WRITERS : Answer.UNKNOWN;
        }
        try {
            return local(fd) ? lease(fd) : Answer.UNKNOWN;
        } finally {
            libc.close(fd);
        }
    }

    private Answer lease(int fd) {
        // a writer who comes while we hold the lease makes the kernel send a signal: SIGIO would end the process,
        // SIGURG is ignored
        if (libc.fcntl(fd, F_SETSIG, SIGURG) < 0) {
            return Answer.UNKNOWN;
        }
        if (libc.fcntl(fd, F_SETLEASE, F_RDLCK) < 0) {
            return Native.getLastError() == EAGAIN ? Answer.WRITERS : Answer.UNKNOWN;
        }
        libc.fcntl(fd, F_SETLEASE, F_UNLCK);
        return Answer.NONE;
    }

    private boolean local(int fd) {
        byte[] statfs = new byte[STATFS_ROOM];
        return libc.fstatfs(fd, statfs) == 0
                && LOCAL.contains(
                        ByteBuffer.wrap(statfs).order(ByteOrder.nativeOrder()).getInt());
    }
}
