package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Checks a zip file (APPNOTE 6.3) against its central directory.
 *
 * <p>The directory stands at the end and is written last, but only it says where an entry begins and ends. So the end of the file
 * is read when the gate is opened, and the directory again, in windows, while the entries pass. The directory must account for the
 * whole file: it ends where its end record begins; each local header is where it says, and has the same name, method, CRC and sizes;
 * no entry reaches into the next one; in front of the first one there is nothing, or a program without entries in it.
 *
 * <p>Stored and deflated entries are unpacked to nowhere, and must have the size and the CRC of the directory. Encrypted entries, and
 * those of other methods, are checked by directory and sizes only: {@link #unchecked} says so, and names bytes that belong to no
 * entry. Nothing checks what a zip has no checksum for: comments, times, attributes, and extra fields other than zip64's.
 */
final class ZipGate implements CompletenessGate {
    private final String fileName;
    private final @Nullable ZipWalk walk;
    private @Nullable Failure fault;

    private ZipGate(String fileName, @Nullable ZipWalk walk, @Nullable Failure fault) {
        this.fileName = fileName;
        this.walk = walk;
        this.fault = fault;
    }

    /** Opens the gate, and says at once what is wrong with the directory. */
    static ZipGate open(String fileName, FileChannel archive) throws IOException {
        long size = archive.size();
        if (size == 0) {
            return empty(fileName, " is empty (0 bytes)");
        }
        try {
            ZipDirectory directory = ZipDirectory.read(archive, size);
            long program = ZipPrefix.check(archive, directory.first());
            return directory.entries() == 0
                    ? empty(fileName, " is a zip file with nothing in it")
                    : new ZipGate(fileName, new ZipWalk(directory, size, program), null);
        } catch (Damaged e) {
            Failure fault = ArchiveFormat.ZIP.misnamed(fileName, archive).orElseGet(() -> failure(fileName, e));
            return new ZipGate(fileName, null, fault);
        }
    }

    private static ZipGate empty(String fileName, String what) {
        return new ZipGate(fileName, null, new Failure(ErrorCode.ARCHIVE_EMPTY, fileName + what, Hints.EMPTY));
    }

    private static Failure failure(String fileName, Damaged damaged) {
        return new Failure(
                ErrorCode.ARCHIVE_INCOMPLETE,
                fileName + " is not a whole zip file: " + damaged.getMessage() + ", at byte " + damaged.at(),
                damaged.hint());
    }

    @Override
    public void update(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        if (fault != null || walk == null) {
            return;
        }
        try {
            walk.take(bytes, offset, length);
        } catch (Damaged e) {
            fault = failure(fileName, e);
        }
    }

    @Override
    public @Nullable Failure fault() {
        return fault;
    }

    @Override
    public void finish() throws FailureException {
        if (fault == null && walk != null) {
            try {
                walk.finish();
            } catch (Damaged e) {
                fault = failure(fileName, e);
            }
        }
        if (fault != null) {
            throw new FailureException(fault, null);
        }
    }

    @Override
    public Optional<String> unchecked() {
        return walk == null ? Optional.empty() : walk.unchecked();
    }

    @Override
    public void close() {
        // the channel belongs to the caller
        if (walk != null) {
            walk.close();
        }
    }
}
