package org.heratio.offsite.ledger;

import java.util.List;

/**
 * A version that was recorded.
 *
 * @param tasks its unfinished work, due or not
 */
public record Settled(Version version, List<PendingTask> tasks) {
    public Settled {
        tasks = List.copyOf(tasks);
    }
}
