package org.heratio.offsite.operations.request;

import java.nio.file.Path;
import java.util.Set;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.text.SystemText;

/** The progress of one item of a request, as people see it. */
public enum ItemProgress {
    /** Verified, or found intact by a sweep. */
    DONE,
    /** In an archive tier of the store. It cannot be read, and is no failure: its last proof stands, if it has one. */
    ARCHIVED,
    /** Ended otherwise: the item's error says why. */
    FAILED,
    /** Not finished yet. */
    OPEN;

    /** Outcomes of checks that found damage, including damage that was repaired since. */
    static final Set<String> DAMAGED = Set.of("CORRUPT", "MISSING", "REPAIRED", "REPLACED");

    /** Outcomes of checks that found an archive tier. */
    private static final Set<String> IN_A_TIER = Set.of("ARCHIVED", "REPLACED");

    /** Returns the progress of a replication, which ends when the copy is verified. */
    static ItemProgress ofReplication(RequestStatus.Item item, boolean repairing) {
        if (item.unreadable()) {
            return FAILED;
        }
        if (item.versionId() == 0 || item.versionState() == null || item.copyState() == null) {
            return OPEN;
        }
        if (item.versionState() == VersionState.SUPERSEDED) {
            // the newer version takes its place in the request when it settles; a deleted file never does
            boolean deleted = !SystemText.opens(item.path()) || Look.at(Path.of(item.path())) == Look.NOT_THERE;
            return deleted ? FAILED : OPEN;
        }
        return isArchived(item) ? ARCHIVED : ofCopy(item.copyState(), repairing && !item.givenUp());
    }

    /** Returns the progress of a check, which ends with the check and its repair. */
    static ItemProgress ofCheck(RequestStatus.Item item, boolean repairing) {
        if (item.checkedAt() == null) {
            return OPEN;
        }
        if (isArchived(item)) {
            return ARCHIVED;
        }
        if ("INTACT".equals(item.outcome()) || "REPAIRED".equals(item.outcome())) {
            return DONE;
        }
        boolean damaged = DAMAGED.contains(String.valueOf(item.outcome()));
        // until the check of the repaired copy is noted too, whatever state the copy has meanwhile
        return damaged && repairing && !item.givenUp() && item.copyState() != CopyState.FAILED ? OPEN : FAILED;
    }

    /** Returns whether it was found in an archive tier, and nothing else is known against it. */
    private static boolean isArchived(RequestStatus.Item item) {
        boolean well = item.copyState() == CopyState.VERIFIED || item.copyState() == CopyState.REPLICATED;
        return well && IN_A_TIER.contains(String.valueOf(item.outcome()));
    }

    private static ItemProgress ofCopy(CopyState state, boolean repairing) {
        return switch (state) {
            case VERIFIED -> DONE;
            case FAILED -> FAILED;
            case CORRUPT, MISSING -> repairing ? OPEN : FAILED;
            case PENDING, REPLICATED -> OPEN;
        };
    }
}
