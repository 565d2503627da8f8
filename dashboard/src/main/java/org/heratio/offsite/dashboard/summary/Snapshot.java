package org.heratio.offsite.dashboard.summary;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The knowledge of this process about the pipeline at one time.
 *
 * @param facts the last that the ledger said; null before its first answer
 * @param queues the last that the broker said; null while it is away, and before its first answer
 */
public record Snapshot(
        @Nullable Facts facts,
        @Nullable List<Queues.Depth> queues,
        Up ledger,
        Up broker,
        List<Transfers.Transfer> transfers) {
    /**
     * The reachability of a server.
     *
     * @param since when that began
     * @param error why it does not, or null
     */
    public record Up(boolean up, Instant since, @Nullable String error) {
        Up with(boolean now, Instant at, @Nullable String reason) {
            return now == up ? new Up(up, since, reason) : new Up(now, at, reason);
        }
    }

    /** Returns the facts if the ledger still stands by them. */
    public Optional<Facts> currentFacts() {
        return ledger.up() ? Optional.ofNullable(facts) : Optional.empty();
    }
}
