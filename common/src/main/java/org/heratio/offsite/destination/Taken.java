package org.heratio.offsite.destination;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The failures of a put whose name belongs to someone else. */
public final class Taken {
    private static final String MOVE = "move it out of the destination";

    private Taken() {}

    /** A directory has the name of the copy, or of a file that belongs to it. */
    public static FailureException byADirectory(String path) {
        return new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN, path + " is there, but is no file of this destination", MOVE);
    }

    /** A file has the name of a directory in which the copy would be. */
    public static FailureException byAFileAbove(String path) {
        return new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN, path + " is a file, so that nothing can be below it", MOVE);
    }

    /** The name belongs to another installation. */
    public static FailureException by(String installation, String path) {
        return new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN,
                path + " is a copy of another installation, " + installation,
                "give each installation a directory or prefix of its own");
    }

    /** A file without an owner has the name. */
    public static FailureException byAStranger(String path) {
        return new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN,
                path + " is there, and is no copy of this installation",
                "move it out of the destination, or give offsite a directory or prefix of its own");
    }
}
