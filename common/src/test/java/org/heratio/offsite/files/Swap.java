package org.heratio.offsite.files;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.testing.Requires;

/** Two names that change places all the time, as somebody does who wants one to be checked and the other one opened. */
public final class Swap implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;

    private final Calls calls = Native.load("c", Calls.class);
    private final AtomicBoolean over = new AtomicBoolean();
    private final byte[] one;
    private final byte[] other;
    private final Thread thread;

    interface Calls extends Library {
        int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);
    }

    private Swap(Path one, Path other) {
        this.one = terminated(one);
        this.other = terminated(other);
        boolean exchanged = once();
        Requires.that(exchanged, "this file system exchanges no names");
        once();
        this.thread = new Thread(() -> {
            while (!over.get()) {
                once();
            }
        });
        thread.start();
    }

    /** Begins to swap; skips the test where names cannot be exchanged in one step. */
    public static Swap of(Path one, Path other) {
        return new Swap(one, other);
    }

    private boolean once() {
        return calls.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0;
    }

    private static byte[] terminated(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(name, name.length + 1);
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        thread.join();
    }
}
