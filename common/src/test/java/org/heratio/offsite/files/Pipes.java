package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** Named pipes: whoever opens one the usual way waits for somebody at its other end. */
public final class Pipes {
    private Pipes() {}

    /** Makes a pipe. */
    public static Path make(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        return path;
    }
}
