package org.heratio.offsite.watcher;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** The decision of a scan about one archive. */
enum ScanDecision {
    /** Nothing: it is where it should be, or on its way there, or has failed for good. */
    SKIP,
    /** It is on its way: whoever asks is told how it ends. */
    FOLLOW,
    /** It is new or has changed: it is handed on once it is finished. */
    SETTLE,
    /** It is finished and known, but a destination is new to it. */
    ADD_DESTINATION,
    /** It is shipped again, because it failed or because somebody insists. */
    TAKE_UP;

    private static final Set<CopyState> WITHOUT_GOOD_COPY =
            EnumSet.of(CopyState.FAILED, CopyState.CORRUPT, CopyState.MISSING);
    private static final Set<ScanReason> UNATTENDED = EnumSet.of(ScanReason.START, ScanReason.INTERVAL);

    /** Returns what is done with an archive that would get copies, and may not yet: whoever asks is told so. */
    static ScanDecision withheld(ScanRequested request) {
        return request.requestId().isEmpty() ? SKIP : FOLLOW;
    }

    /**
     * @param known what the ledger has at the archive's path
     */
    static ScanDecision of(Candidate archive, @Nullable KnownArchive known, ScanRequested request) {
        if (known == null || !known.describes(archive.archive())) {
            return SETTLE;
        }
        // what takes up again what failed would otherwise do so once a minute, for ever
        boolean retry = request.retryFailed() && !UNATTENDED.contains(request.reason());
        List<CopyState> copies = request.drivers().stream()
                .map(known.copies()::get)
                .filter(Objects::nonNull)
                .toList();
        if (!archive.usable()) {
            return retry || request.force() ? FOLLOW : SKIP;
        }
        boolean failed = known.state() == VersionState.FAILED || copies.stream().anyMatch(WITHOUT_GOOD_COPY::contains);
        if (request.force() || (retry && failed)) {
            return TAKE_UP;
        }
        if (known.state() == VersionState.FAILED) {
            return SKIP;
        }
        if (copies.size() < request.drivers().size()) {
            return ADD_DESTINATION;
        }
        boolean onItsWay = request.drivers().stream().anyMatch(known::onItsWay);
        return onItsWay && !request.requestId().isEmpty() ? FOLLOW : SKIP;
    }
}
