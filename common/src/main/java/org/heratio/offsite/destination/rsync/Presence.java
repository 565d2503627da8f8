package org.heratio.offsite.destination.rsync;

import java.util.function.BooleanSupplier;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * Whether the directory at the host is really the destination. A disk that is not mounted there looks like an empty directory;
 * a marker file tells the two apart.
 */
final class Presence {
    private static final String REMEDY =
            "mount the disk there; if its contents were really removed, make an empty file " + Names.MARKER + " in it";

    private final RsyncConfig config;
    private final BooleanSupplier holdsCopies;
    private volatile boolean markerSeen;

    /** What the host says about the directory, as {@link Scripts} prints it. */
    enum State {
        MARKED,
        UNMARKED,
        EMPTY,
        ABSENT,
        NOWHERE;

        static State of(String word) throws FailureException {
            for (State state : values()) {
                if (state.name().equalsIgnoreCase(word)) {
                    return state;
                }
            }
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "the account at the host says \"" + word + "\" instead of running what it is asked to",
                    "it must be allowed to run sh and rsync, and .bashrc there must print nothing");
        }
    }

    Presence(RsyncConfig config, BooleanSupplier holdsCopies) {
        this.config = config;
        this.holdsCopies = holdsCopies;
    }

    /** Whether a directory without marker may be taken for a new destination. */
    boolean mayMark() {
        return !markerSeen;
    }

    /** Whether even an empty or missing one may. */
    boolean mayMakeAnew() {
        return !markerSeen && !holdsCopies.getAsBoolean();
    }

    /** What may be concluded when nothing is found: passes when it is certainly the directory that it was. */
    void requirePresent(State state) throws FailureException {
        switch (state) {
            case MARKED -> markerSeen = true;
            case UNMARKED -> requireMarkerNeverSeen();
            case EMPTY, ABSENT -> {
                requireMarkerNeverSeen();
                if (holdsCopies.getAsBoolean()) {
                    throw unreachable(" is empty, or is not there at all");
                }
            }
            case NOWHERE -> {
                requireMarkerNeverSeen();
                throw nowhere();
            }
        }
    }

    /** The same for someone who knows of a copy there: an empty directory is no answer then. */
    void requireNotHollow(State state) throws FailureException {
        requirePresent(state);
        if (state == State.EMPTY || state == State.ABSENT) {
            throw unreachable(" is empty, or is not there at all");
        }
    }

    private void requireMarkerNeverSeen() throws FailureException {
        if (markerSeen) {
            throw unreachable(" is not the directory that it was: its file " + Names.MARKER + " is gone");
        }
    }

    private FailureException unreachable(String how) {
        return new FailureException(
                ErrorCode.DESTINATION_UNREACHABLE, config.path() + " at " + config.where() + how, REMEDY);
    }

    private FailureException nowhere() {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                "at " + config.where() + " there is neither " + config.path() + " nor the directory above it",
                "make it there, mount the disk, or correct BACKUP_OFFSITE_RSYNC_PATH");
    }
}
