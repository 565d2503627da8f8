package org.heratio.offsite.encryptor;

import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room: removes payloads that the ledger has no work left for, and what crashes have left behind.
 */
public final class SpoolKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolKeeper.class);

    private final Payloads payloads;
    private final Spool spool;
    private final ReentrantLock busy = new ReentrantLock();

    public SpoolKeeper(Payloads payloads, Spool spool) {
        this.payloads = payloads;
        this.spool = spool;
    }

    /**
     * Looks through the spool once. Blocks: call it from a worker, after a copy came to its end, at start and on a timer. Returns at once
     * when another thread is at it.
     */
    public void sweep() throws FailureException {
        if (!busy.tryLock()) {
            return;
        }
        try {
            // the ledger forgets first: a file that it counts on must not be gone
            List<String> removed = spool.removeOrphans(() -> Set.copyOf(payloads.filesInUse()), payloads::fileDeleted);
            if (!removed.isEmpty()) {
                LOG.debug("removed from the spool: {}", removed);
            }
        } finally {
            busy.unlock();
        }
    }
}
