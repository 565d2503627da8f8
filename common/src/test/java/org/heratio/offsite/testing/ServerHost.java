package org.heratio.offsite.testing;

import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * Where the server of a test runs: as private child processes, or in a container where a Docker engine answers. Its port and its data stay
 * the same when it is killed and started again.
 */
public interface ServerHost {
    /**
     * Starts, or starts again what was killed.
     *
     * @param ready whether the server takes connections; asked until it does
     * @throws IllegalStateException it ended before it was ready; with what it wrote
     */
    void start(Callable<Boolean> ready) throws IOException;

    /** Pulls the plug; returns when nothing runs any more. */
    void kill();

    /** Kills, and removes its data. */
    void remove();
}
