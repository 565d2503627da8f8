package org.heratio.offsite.operations.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.report.UnreadableReport;

/**
 * The state of everything, in numbers. A state without members has no key.
 *
 * @param ok whether nothing is failed, corrupt, missing or unreadable, and every proof counts
 * @param archives versions by state
 * @param deletedUnshipped failed archives that were deleted here before any destination had a copy; no other number counts them
 * @param copies copies by driver and state
 * @param proofs verified and replicated copies whose proof does not count
 * @param archived copies in an archive tier of the store, by driver; {@code copies} counts them too
 * @param claimed copies that only Heratio says it shipped, by driver; {@code copies} counts them as replicated
 */
public record Status(
        boolean ok,
        Map<VersionState, Long> archives,
        @JsonProperty("gone") int deletedUnshipped,
        Safe safe,
        Map<String, Map<CopyState, Long>> copies,
        WeakProofs proofs,
        Map<String, Long> archived,
        Map<String, Long> claimed,
        UnreadableReport unreadable) {

    /**
     * The archives whose newest version has a verified copy at each configured destination, with a proof that counts.
     *
     * @param of all archives that the ledger knows
     */
    public record Safe(long archives, long of, List<String> drivers) {
        public Safe {
            drivers = List.copyOf(drivers);
        }
    }
}
