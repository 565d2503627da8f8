package org.heratio.offsite.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.text.SystemText;

/** Where one item of a request stands, as the command line sees it. */
public enum ItemProgress {
    /** Verified (or, for a sweep, found intact). */
    DONE,
    /** Ended otherwise: the item's error says why. */
    FAILED,
    /** Still on its way. */
    OPEN;

    /** Outcomes of checks that found damage, the one that was put right since included. */
    static final Set<String> DAMAGED = Set.of("CORRUPT", "MISSING", "REPAIRED");

    /** For {@code replicate}: verified is the end of the way. */
    static ItemProgress ofReplication(RequestStatus.Item item, boolean repairing) {
        if (item.unreadable()) {
            return FAILED;
        }
        if (item.versionId() == 0 || item.versionState() == null || item.copyState() == null) {
            return OPEN;
        }
        if (item.versionState() == VersionState.SUPERSEDED) {
            // the newer version takes its place in the request when it settles; a deleted file never does
            return SystemText.opens(item.path()) && Files.exists(Path.of(item.path())) ? OPEN : FAILED;
        }
        return ofCopy(item.copyState(), repairing && !item.givenUp());
    }

    /** For {@code verify-integrity}: the check has to be over, and the repair with it. */
    static ItemProgress ofCheck(RequestStatus.Item item, boolean repairing) {
        if (item.checkedAt() == null) {
            return OPEN;
        }
        if ("INTACT".equals(item.outcome()) || "REPAIRED".equals(item.outcome())) {
            return DONE;
        }
        boolean damaged = DAMAGED.contains(String.valueOf(item.outcome()));
        // until the check of the repaired copy is noted too, whatever state the copy has meanwhile
        return damaged && repairing && !item.givenUp() && item.copyState() != CopyState.FAILED ? OPEN : FAILED;
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
