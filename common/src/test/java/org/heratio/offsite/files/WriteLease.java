package org.heratio.offsite.files;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.heratio.offsite.testing.Requires;

/** A write lease, as a file server takes one: whoever opens the file waits until it is given back, for 45 s by default. */
public final class WriteLease implements AutoCloseable {
    private static final int O_RDWR_CLOEXEC = 2 | 0x80000;
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_WRLCK = 1;
    /** Ignored, where {@code SIGIO} would end the process. */
    private static final int SIGURG = 23;

    private final Calls calls = Native.load("c", Calls.class);
    private final int fd;

    interface Calls extends Library {
        int open(byte[] path, int flags, Object... mode);

        int fcntl(int fd, int command, Object... argument);

        int close(int fd);
    }

    private WriteLease(Path file) {
        byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
        this.fd = calls.open(Arrays.copyOf(name, name.length + 1), O_RDWR_CLOEXEC);
        boolean held = calls.fcntl(fd, F_SETSIG, SIGURG) == 0 && calls.fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
        if (!held) {
            close();
        }
        Requires.that(held, "this file system grants no leases");
    }

    /** Takes the lease of a file that nobody has open; skips the test where there are none. */
    public static WriteLease on(Path file) {
        return new WriteLease(file);
    }

    @Override
    public void close() {
        calls.close(fd);
    }
}
