package org.heratio.offsite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A directory that has a second path, which no link tells of. Needs the right to mount. */
public final class BindMount implements AutoCloseable {
    private final Path second;

    /**
     * Mounts it.
     *
     * @param second is made
     */
    public BindMount(Path directory, Path second) throws IOException, InterruptedException {
        this.second = Files.createDirectory(second);
        Requires.that(run("mount", "--bind", directory.toString(), second.toString()) == 0, "needs the right to mount");
    }

    /** Returns the second path. */
    public Path path() {
        return second;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        int unused = run("umount", second.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " hangs");
        }
        return process.exitValue();
    }
}
