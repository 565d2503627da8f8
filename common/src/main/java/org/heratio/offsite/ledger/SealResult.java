package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;

/**
 * The result of recording a payload.
 *
 * @param taken whether the payload is that of the version now
 * @param payload the one that the version has now; empty where it has none
 * @param tasks the copies of the version that wait to be shipped or proved now
 */
public record SealResult(boolean taken, Optional<Payload> payload, List<PendingTask> tasks) {
    public SealResult {
        tasks = List.copyOf(tasks);
    }
}
