package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.UnsafePathException;

/**
 * Says what an {@link IOException} of the destination's file system means. Java gives the kernel's error only as a text, in the
 * language of the process, so the state of the file system is asked where the text says nothing.
 */
final class LocalFsFailures {

    private static final List<String> FULL =
            List.of("no space left on device", "disk quota exceeded", "too many links", "file too large");
    private static final List<String> DENIED = List.of("permission denied", "operation not permitted");
    private static final List<String> GONE = List.of(
            "stale file handle",
            "transport endpoint is not connected",
            "host is down",
            "no route to host",
            "connection timed out",
            "no such device");

    private final Path root;

    LocalFsFailures(Path root) {
        this.root = root;
    }

    /**
     * @param doing what was being done, on what
     */
    FailureException classify(String doing, Exception e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        String reason = doing + " failed: " + said(e);
        if (e instanceof UnsafePathException) {
            return new FailureException(ErrorCode.DESTINATION_DENIED, reason, "replace the link by a directory", e);
        }
        if (text.contains("file name too long")) {
            return new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, reason, "give the archive a shorter name", e);
        }
        if (contains(text, GONE)) {
            return new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE, reason, "look whether " + root + " is still mounted", e);
        }
        boolean denied = e instanceof AccessDeniedException || contains(text, DENIED);
        if (text.contains("read-only file system") || (!denied && readOnly())) {
            return new FailureException(
                    ErrorCode.DESTINATION_READ_ONLY,
                    reason,
                    "look at the disk that holds " + root
                            + " (dmesg), then mount it writable; it is tried again by itself",
                    e);
        }
        if (denied) {
            return new FailureException(
                    ErrorCode.DESTINATION_DENIED,
                    reason,
                    "give the user that runs offsite the right to write in " + root,
                    e);
        }
        if (contains(text, FULL) || noRoom()) {
            return new FailureException(
                    ErrorCode.DESTINATION_FULL, reason, "make room at " + root + "; it is tried again by itself", e);
        }
        return new FailureException(ErrorCode.DESTINATION_IO, reason, "look at the disk that holds " + root, e);
    }

    /** Returns what the file system said, without the path of a descriptor: that says nothing to people. */
    private static String said(Exception e) {
        if (e instanceof FileSystemException of && String.valueOf(of.getFile()).startsWith("/proc/")) {
            return of.getReason() == null ? e.getClass().getSimpleName() : of.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static boolean contains(String text, List<String> signs) {
        return signs.stream().anyMatch(text::contains);
    }

    private boolean readOnly() {
        try {
            return Files.getFileStore(root).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean noRoom() {
        try {
            FileStore store = Files.getFileStore(root);
            return store.getTotalSpace() > 0 && store.getUsableSpace() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
