package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
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
        byte[] buffer = new byte[256 << 10];
        try (PayloadReader reader = new PayloadReader(request)) {
            reader.requireSize();
            int read = 0;
            while (read >= 0) {
                read = reader.read(buffer, 0, buffer.length);
            }
            reader.requireWhole();
        }
    }

    /** Throws {@code PAYLOAD_CORRUPT} when the file was changed or replaced since then. */
    void requireUnchanged() throws FailureException, InterruptedException {
        if (!state().equals(before)) {
            throw PayloadReader.corrupt(request, "was changed while it was sent");
        }
    }

    private State state() throws FailureException, InterruptedException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(request.file(), BasicFileAttributes.class);
            return new State(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (IOException e) {
            throw PayloadReader.failure(request, e);
        }
    }
}
