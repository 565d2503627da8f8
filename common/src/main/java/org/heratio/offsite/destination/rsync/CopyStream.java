package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.heratio.offsite.failure.FailureException;

/**
 * The bytes of a copy as the host sends them. Trouble on the way is an {@link IOException} whose cause is the
 * {@link FailureException} that says what it means; an end that comes too early is trouble too. An interrupt stays set.
 */
final class CopyStream extends InputStream {
    private final Child child;
    private final RemoteShell shell;
    private final String what;
    private final Duration idle;
    private long left;

    /**
     * @param left bytes that are to come
     */
    CopyStream(Child child, RemoteShell shell, String what, Duration idle, long left) {
        this.child = child;
        this.shell = shell;
        this.what = what;
        this.idle = idle;
        this.left = left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left <= 0) {
            return -1;
        }
        try {
            int read = child.read(buffer, offset, (int) Math.min(length, left), idle);
            if (read < 0) {
                shell.requireWell(what, child);
                throw shell.failures().silent(what, new IOException("it ended " + left + " bytes too early"));
            }
            left -= read;
            return read;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while " + what).initCause(e);
        } catch (StalledException e) {
            throw trouble(shell.failures().silent(what, e));
        } catch (FailureException e) {
            throw trouble(e);
        }
    }

    private static IOException trouble(FailureException failure) {
        return new IOException(failure.failure().oneLine(), failure);
    }

    @Override
    public void close() {
        child.close();
    }
}
