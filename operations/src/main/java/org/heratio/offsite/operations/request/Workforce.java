package org.heratio.offsite.operations.request;

import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.failure.FailureException;

/** Does the work of a request: a pipeline elsewhere, or stages in this process. Used by the one thread that follows the request. */
public interface Workforce {
    /**
     * Makes sure that somebody works. Blocks.
     *
     * @throws ConfigException if archives would be shipped unencrypted without anybody having asked for it
     */
    void start() throws FailureException, ConfigException, InterruptedException;

    /**
     * Checks now and then that somebody still works.
     *
     * @param idleMillis how long nothing has moved
     */
    void look(long idleMillis) throws InterruptedException;

    /** Ends what works in this process; what runs elsewhere continues. Blocks. */
    void stop() throws InterruptedException;
}
