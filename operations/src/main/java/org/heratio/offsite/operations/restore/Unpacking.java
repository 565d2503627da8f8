package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Locale;
import org.heratio.offsite.archive.gate.CompletenessGate;
import org.heratio.offsite.archive.gate.Unpacked;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a gzip file as its bytes pass; those of other files pass as they are. A defect is told at the end alone, when it is known whether
 * the copy is the archive. For one thread.
 */
final class Unpacking implements AutoCloseable {
    private final Unpacked sink;
    private final @Nullable CompletenessGate gate;

    Unpacking(String archive, Unpacked sink) {
        this.sink = sink;
        this.gate = isGzip(archive) ? CompletenessGate.gunzip(archive, sink) : null;
    }

    static boolean isGzip(String archive) {
        String name = archive.toLowerCase(Locale.ROOT);
        return name.endsWith(".gz") || name.endsWith(".tgz");
    }

    /** Takes the next bytes of the file. */
    void update(byte[] bytes, int offset, int length) throws IOException {
        if (gate == null) {
            sink.take(bytes, offset, length);
            return;
        }
        try {
            gate.update(bytes, offset, length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("stopped while restoring").initCause(e);
        }
    }

    /** Fails unless the file was whole. */
    void finish() throws IOException {
        if (gate != null) {
            try {
                gate.finish();
            } catch (FailureException e) {
                throw new FailureIOException(e.failure(), e);
            }
        }
    }

    @Override
    public void close() {
        if (gate != null) {
            gate.close();
        }
    }
}
