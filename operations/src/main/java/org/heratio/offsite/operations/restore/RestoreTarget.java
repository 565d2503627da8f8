package org.heratio.offsite.operations.restore;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.jspecify.annotations.Nullable;

/**
 * The file that an archive is restored into. Its failures are {@link FailureIOException}s of its own, so that nobody takes them for those of
 * a destination, and it takes no more bytes than the archive has. For one thread.
 */
final class RestoreTarget extends OutputStream {
    private static final List<String> FULL = List.of("no space left on device", "disk quota exceeded");
    private static final String ROOM = "make room there, or restore to another place with --to";
    /** A write of so many bytes fails where fewer are free. */
    private static final long ROOM_OF_A_WRITE = 1 << 20;
    /** Bytes that stay free for other users of the disk; a twentieth of the disk, if that is less. */
    private static final long RESERVE = 1 << 30;

    private final FileChannel channel;
    private final Path target;
    private final long expected;
    private final long most;
    private long written;
    private long unchecked;
    /** Read while another thread may still write. */
    private volatile boolean failed;

    /**
     * @param channel of the file that is to have the name {@code target}
     * @param expected bytes of the archive, or 0 when they are not known
     * @param most bytes that the archive may have
     */
    RestoreTarget(FileChannel channel, Path target, long expected, long most) {
        this.channel = channel;
        this.target = target;
        this.expected = expected;
        this.most = most;
    }

    /** Something that is done to the file. */
    interface Step {
        void run() throws IOException;
    }

    /** Throws {@code TARGET_FULL} unless the archive fits: better before than after hours. */
    void requireRoom() throws FailureException {
        File directory = directory(target);
        // with the blocks that root alone may use; a file system that reports nothing is no reason to restore nothing
        long free = directory.getFreeSpace();
        if (free > 0 && free < expected) {
            throw new FailureException(full(free), null);
        }
    }

    /** Returns the bytes that stay free on a disk where more may come than anybody knows. */
    static long reserve(File disk) {
        return Math.min(RESERVE, disk.getTotalSpace() / 20);
    }

    /** Keeps the reserve free. A selection may unpack to any size, so its room cannot be checked at the start. */
    private void requireReserve(int length) throws FailureIOException {
        unchecked += length;
        if (most < Long.MAX_VALUE || unchecked < ROOM_OF_A_WRITE) {
            return;
        }
        unchecked = 0;
        File disk = directory(target);
        long free = disk.getUsableSpace();
        if (free > 0 && free - length < reserve(disk)) {
            failed = true;
            throw new FailureIOException(full(free), null);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > most - written) {
            failed = true;
            throw new FailureIOException(
                    ErrorCode.COPY_CORRUPT,
                    "the copy holds more than the " + most + " bytes of " + target.getFileName(),
                    null,
                    null);
        }
        requireReserve(length);
        run(() -> {
            ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
        written += length;
    }

    /** Does something to the file; its failure is one of the target. */
    void run(Step step) throws IOException {
        try {
            step.run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            failed = true;
            throw new FailureIOException(failure(e), e);
        }
    }

    /** Returns whether it was the file that failed, and not what it was written from. */
    boolean failed() {
        return failed;
    }

    private Failure failure(IOException e) {
        return isFull(target, e) ? full(directory(target).getUsableSpace()) : unwritable(target, e, e.getMessage());
    }

    /** Returns the failure of a place below which files are written, of so many bytes up to now. */
    static Failure failure(Path target, long written, IOException e) {
        return isFull(target, e)
                ? full(target, isFullAfter(written), directory(target).getUsableSpace())
                : unwritable(target, e, e.getMessage());
    }

    private static boolean isFull(Path target, IOException e) {
        File disk = directory(target);
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return FULL.stream().anyMatch(text::contains)
                // the kernel's words may be in another language
                || (disk.getTotalSpace() > 0 && disk.getUsableSpace() < ROOM_OF_A_WRITE);
    }

    private static Failure unwritable(Path target, IOException e, @Nullable String why) {
        return new Failure(
                ErrorCode.TARGET_IO,
                target + " cannot be written: " + why,
                e instanceof AccessDeniedException
                        ? "give " + System.getProperty("user.name")
                                + " the right to write there, or restore to another place with --to"
                        : "look at the disk there, or restore to another place with --to");
    }

    /** Returns the failure of a place where no file can be made, or where a file cannot get its name. */
    static FailureException unusable(Path target, FileSystemException e) {
        return new FailureException(unwritable(target, e, why(e)), e);
    }

    private static String why(FileSystemException e) {
        if (e instanceof NotDirectoryException) {
            return e.getFile() + " is not a directory";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return e.getFile() + " is a directory, and not empty";
        }
        if (e instanceof AccessDeniedException) {
            return e.getFile() + ": permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return e.getFile() + ": no such file or directory";
        }
        return e.getReason() == null
                ? e.getFile() + ": " + e.getClass().getSimpleName().replace("Exception", "")
                : e.getReason();
    }

    private Failure full(long free) {
        String needs = "needs " + (expected - written) + (written == 0 ? "" : " more") + " bytes";
        return full(target, expected > written ? needs : isFullAfter(written), free);
    }

    private static String isFullAfter(long written) {
        return "has no room" + (written == 0 ? "" : " for more than the " + written + " bytes that were written");
    }

    /** @param why what is missing there, as a part of a sentence */
    static Failure full(Path target, String why, long free) {
        return new Failure(ErrorCode.TARGET_FULL, target + " " + why + ", and " + free + " are free there", ROOM);
    }

    private static File directory(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        return (parent == null ? target : parent).toFile();
    }
}
