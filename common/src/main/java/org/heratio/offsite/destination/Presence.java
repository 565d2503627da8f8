package org.heratio.offsite.destination;

import java.util.function.BooleanSupplier;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * Knows whether a directory is the destination that it was. A disk that is not mounted looks like an empty directory; a marker file
 * tells the two apart. One for each driver object, for all its threads.
 */
public final class Presence {
    private final String place;
    private final String remedy;
    private final BooleanSupplier holdsCopies;
    private volatile boolean markerSeen;

    /** The state of the directory, as the far side reports it. */
    public enum State {
        /** It has a marker. */
        MARKED,
        /** It has none, but other files. */
        UNMARKED,
        /** Nothing is in it. */
        EMPTY,
        /** It is not there, but the directory above it is. */
        ABSENT,
        /** Not even the directory above it is there. */
        NOWHERE
    }

    /**
     * @param place the directory, for messages
     * @param setting the name of the setting that says where it is
     * @param holdsCopies asked, when the directory is empty or missing, whether the ledger knows of copies there. May block.
     */
    public Presence(String place, String setting, BooleanSupplier holdsCopies) {
        this.place = place;
        this.remedy = "make the directory, mount the disk, or correct " + setting;
        this.holdsCopies = holdsCopies;
    }

    /** Returns what may be concluded from a state that is asked for after this call. */
    public View view() {
        return new View(markerSeen);
    }

    /** The conclusions from a state. They ignore what another thread sees meanwhile, since it may have created the marker itself. */
    public final class View {
        private final boolean seenBefore;

        private View(boolean seenBefore) {
            this.seenBefore = seenBefore;
        }

        /** Returns whether a directory with files and without marker may be taken for the destination, and marked. */
        public boolean mayMark() {
            return !seenBefore;
        }

        /** Returns whether an empty or missing directory may be taken for a new destination. */
        public boolean mayMakeAnew() {
            return !seenBefore && !holdsCopies.getAsBoolean();
        }

        /** Passes when a put or an announcement may make the directory and its marker, as far as they are missing. */
        public void requireWritable(State state) throws FailureException {
            boolean may = switch (state) {
                case MARKED -> true;
                case UNMARKED -> mayMark();
                case EMPTY, ABSENT -> mayMakeAnew();
                case NOWHERE -> false;
            };
            if (!may) {
                requirePresent(state);
            }
        }

        /** Notes that the directory has its marker now. */
        public void marked() {
            markerSeen = true;
        }

        /** Passes when what is not found there is certainly not there. */
        public void requirePresent(State state) throws FailureException {
            switch (state) {
                case MARKED -> marked();
                case UNMARKED -> requireNeverSeen();
                case EMPTY, ABSENT -> {
                    requireNeverSeen();
                    if (holdsCopies.getAsBoolean()) {
                        throw empty();
                    }
                }
                case NOWHERE -> {
                    requireNeverSeen();
                    throw holdsCopies.getAsBoolean() ? empty() : nowhere();
                }
            }
        }

        /** Passes under the same condition for a caller who knows of a copy there: to him an empty directory is no answer. */
        public void requireNotHollow(State state) throws FailureException {
            requirePresent(state);
            if (state == State.EMPTY || state == State.ABSENT) {
                throw empty();
            }
        }

        private void requireNeverSeen() throws FailureException {
            if (seenBefore) {
                throw unreachable(
                        " is not the directory that it was: its file " + DirectoryLayout.MARKER + " no longer exists");
            }
        }
    }

    private FailureException empty() {
        return unreachable(" is empty, or is not there at all, although copies were put there");
    }

    private FailureException unreachable(String how) {
        return new FailureException(
                ErrorCode.DESTINATION_UNREACHABLE,
                place + how,
                "mount the disk; if it is a new one, or was emptied on purpose, make an empty file "
                        + DirectoryLayout.MARKER + " there");
    }

    private FailureException nowhere() {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED, "neither " + place + " nor the directory above it exists", remedy);
    }
}
