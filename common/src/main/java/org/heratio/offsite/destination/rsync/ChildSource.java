package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.time.Duration;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.failure.FailureException;

/**
 * The bytes of a copy as a child prints them.
 *
 * @param what what it does, on what
 * @param idle how long it may print nothing
 */
record ChildSource(Child child, RemoteShell shell, String what, Duration idle) implements CopyStream.Source {
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException, InterruptedException, FailureException {
        int read = child.read(buffer, offset, length, idle);
        if (read < 0) {
            shell.requireWell(what, child);
        }
        return read;
    }

    @Override
    public void close(boolean finished) {
        child.close();
    }
}
