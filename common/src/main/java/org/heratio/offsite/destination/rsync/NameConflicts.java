package org.heratio.offsite.destination.rsync;

import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The failures of work on a name that something or somebody else has. */
final class NameConflicts {
    private static final String APART = "give each installation a directory of its own (BACKUP_OFFSITE_RSYNC_PATH)";

    private final RsyncConfig config;
    private final DirectoryLayout layout;

    NameConflicts(RsyncConfig config, DirectoryLayout layout) {
        this.config = config;
        this.layout = layout;
    }

    /** Throws when a script answered that the name is not free. */
    void requireNone(String name, Answer answer) throws FailureException {
        switch (answer.word()) {
            case "other" -> throw noFile(inTheWay(name, answer.rest()));
            case "outside" -> throw leadsOut(answer.rest());
            case "torn" -> throw torn(name);
            case "taken" -> throw answer.rest().isBlank() ? unowned(name) : owned(name, answer.rest());
            default -> {}
        }
    }

    /** Returns the name of what is in the way of a copy. */
    private static String inTheWay(String name, String which) {
        return switch (which) {
            case "sidecar" -> Sha256Sidecar.nameFor(name);
            case "tag" -> OwnerTag.fileFor(name);
            case "above" -> name.substring(0, name.lastIndexOf('/'));
            default -> name;
        };
    }

    /** A directory is a link that leads out of the destination. */
    private FailureException leadsOut(String directory) {
        return new FailureException(
                ErrorCode.DESTINATION_DENIED,
                directory + " at " + config.where() + " is a symbolic link that leads out of the destination",
                "replace it by a directory");
    }

    FailureException noFile(String name) {
        return taken(
                layout.path(name) + " is at " + config.where() + ", but is no file of this destination",
                "move it out of the destination");
    }

    FailureException owned(String name, String installation) {
        return Taken.by(installation, layout.path(name) + " at " + config.where());
    }

    FailureException unowned(String name) {
        return Taken.byAStranger(layout.path(name) + " at " + config.where());
    }

    FailureException torn(String name) {
        String file = layout.path(OwnerTag.fileFor(name));
        return taken(
                layout.path(name) + " at " + config.where() + " may belong to another installation: its owner file "
                        + file + " names none",
                "delete that file if no other installation ships there, or " + APART);
    }

    private static FailureException taken(String reason, String hint) {
        return new FailureException(ErrorCode.DESTINATION_NAME_TAKEN, reason, hint);
    }
}
