package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a payload before rsync reads it, and looks afterwards whether it is still the same file: rsync proves that the host has
 * what rsync read, and this, that rsync read what was promised.
 */
final class PayloadCheck {
    private final PutRequest request;
    private final State before;

    private record State(
            long size, FileTime modified, @Nullable Object key) {}

    /** Throws {@code PAYLOAD_CORRUPT} unless the bytes are those of the request. */
    PayloadCheck(PutRequest request) throws FailureException, InterruptedException {
        this.request = request;
        this.before = state();
        if (before.size() != request.size()) {
            throw wrong("has " + before.size() + " bytes instead of " + request.size());
        }
        String sha256 = hash();
        if (!sha256.equalsIgnoreCase(request.sha256())) {
            throw wrong("has the SHA-256 " + sha256 + " instead of " + request.sha256());
        }
    }

    /** Throws {@code PAYLOAD_CORRUPT} when the file was changed or replaced since then. */
    void requireUnchanged() throws FailureException {
        if (!state().equals(before)) {
            throw wrong("was changed while it was sent");
        }
    }

    private State state() throws FailureException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(request.file(), BasicFileAttributes.class);
            return new State(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            throw new FailureException(
                    ErrorCode.PAYLOAD_GONE, "the payload " + request.file() + " is not there", null, e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private String hash() throws FailureException, InterruptedException {
        try (FileChannel channel = FileChannel.open(request.file(), StandardOpenOption.READ)) {
            MessageDigest digest = Digests.sha256();
            ByteBuffer buffer = ByteBuffer.allocate(256 << 10);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return Digests.hex(digest);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private FailureException wrong(String how) {
        return new FailureException(ErrorCode.PAYLOAD_CORRUPT, "the payload " + request.file() + " " + how);
    }

    private FailureException unreadable(IOException e) {
        return new FailureException(
                ErrorCode.SPOOL_IO, "the payload " + request.file() + " can't be read: " + e.getMessage(), null, e);
    }
}
