package org.heratio.offsite.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.CopyVerified;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Proofs;
import org.heratio.offsite.ledger.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records verdicts on copies in the ledger, and returns the messages that follow from them. All of it may be repeated. */
final class VerdictRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(VerdictRecorder.class);

    /** The hint where a repair follows. Only the repair finds out whether anything is left to make a new copy of. */
    private static final String REPAIR_BEGINS =
            "a repair begins by itself; if nothing is left to make it of, a line with 'given up' follows";

    private static final String NO_REPAIR =
            "it is not repaired by itself; while its archive is here, ship it again: offsite replicate --force";

    private final Copies copies;
    private final Proofs proofs;
    private final Requests requests;
    private final boolean repair;

    /** @param repair whether damaged copies are put right without being asked */
    VerdictRecorder(Ledger ledger, boolean repair) {
        this.copies = ledger.copies();
        this.proofs = ledger.proofs();
        this.requests = ledger.requests();
        this.repair = repair;
    }

    List<Event> proved(Copy copy, long size, String sha256) throws FailureException {
        if (!proofs.record(copy.id(), sha256)) {
            return List.of(); // shipped again meanwhile: what was read is no longer the copy
        }
        LOG.info("Verified copy={} driver={} at {}", copy.id(), copy.driver(), copy.remotePath());
        return List.of(new CopyVerified(copy.id(), copy.driver(), size));
    }

    List<Event> provedBefore(Copy copy) throws FailureException {
        requests.proved(copy.id());
        return List.of(new CopyVerified(copy.id(), copy.driver(), copy.size()));
    }

    /** Records damage, and asks for the repair unless that is left to people. */
    List<Event> damaged(Copy copy, CopyState state, CopyReader.Finding finding) throws FailureException {
        ErrorCode code = state == CopyState.MISSING ? ErrorCode.COPY_MISSING : ErrorCode.COPY_CORRUPT;
        // this damage counts too
        boolean repairs = repair && copy.repairs() + 1 < Copy.MAX_REPAIRS;
        Failure failure = new Failure(
                code,
                "the copy at " + copy.remotePath() + " is " + state + ": " + finding.reason(),
                repairs ? REPAIR_BEGINS : NO_REPAIR);
        if (!copies.damaged(copy, state, failure) && !isDamaged(copy, state)) {
            return List.of(); // shipped or proved meanwhile: what was read is no longer the copy
        }
        requests.checked(copy.id(), state.name(), failure.reason());
        LOG.error("DAMAGED COPY copy={} driver={}: {}", copy.id(), copy.driver(), failure.oneLine());
        List<Event> events = new ArrayList<>();
        events.add(new CopyFailed(copy.id(), copy.driver(), code, failure.reason()));
        if (repairs) {
            events.add(new RepairRequested(copy.id(), copy.driver()));
        }
        return events;
    }

    /** Returns whether this very damage is recorded: the step is repeated when the ledger failed in its middle. */
    private boolean isDamaged(Copy read, CopyState state) throws FailureException {
        return copies.find(read.id())
                .filter(now -> now.state() == state
                        && now.repairs() == read.repairs() + 1
                        && Objects.equals(now.sha256(), read.sha256())
                        && Objects.equals(now.replicatedAt(), read.replicatedAt())
                        && Objects.equals(now.provedAt(), read.provedAt()))
                .isPresent();
    }

    /** Records that a copy cannot be read before a person has restored it at the store. That is told once, and is no failure. */
    List<Event> archived(Copy copy, CopyReader.Finding finding) throws FailureException {
        Failure failure = new Failure(
                ErrorCode.COPY_ARCHIVED,
                finding.reason(),
                "restore it from the archive tier at the store to read it; nothing is wrong with it");
        if (proofs.archived(copy, failure)) {
            LOG.warn(
                    "Archived copy={} driver={} at {}: {}",
                    copy.id(),
                    copy.driver(),
                    copy.remotePath(),
                    failure.oneLine());
        }
        return List.of();
    }

    List<Event> unverifiable(Copy copy, String why) throws FailureException {
        requests.checked(copy.id(), Verdict.UNVERIFIABLE.name(), why);
        return List.of();
    }
}
