package org.heratio.offsite.operations.status;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.jspecify.annotations.Nullable;

/**
 * The state of everything, in numbers. A state without members has no key.
 *
 * @param ok whether there is no alarm beyond a warning
 * @param archives versions by state
 * @param deletedUnshipped failed archives that were deleted here before any destination had a copy; no other number counts them
 * @param deletedArchives archives whose newest version is one of them
 * @param copies copies by driver and state, also at destinations that are no longer configured, which raise no alarm
 * @param proofs verified and replicated copies whose proof does not count
 * @param archived copies in an archive tier of the store, by driver; {@code copies} counts them too
 * @param claimed copies that only Heratio says it shipped, by driver; {@code copies} counts them as replicated
 * @param lastScan when any process looked through the backup directory last; null if none did
 * @param alarms what is not as it should be
 */
public record Status(
        boolean ok,
        Map<VersionState, Long> archives,
        @JsonProperty("gone") int deletedUnshipped,
        @JsonIgnore long deletedArchives,
        Safe safe,
        Map<String, Map<CopyState, Long>> copies,
        WeakProofs proofs,
        Map<String, Long> archived,
        Map<String, Long> claimed,
        UnreadableReport unreadable,
        WaitingArchives waiting,
        @Nullable Instant lastScan,
        List<Alarm> alarms) {
    public Status {
        alarms = List.copyOf(alarms);
    }

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
