package org.heratio.offsite.archive.gate;

/** Hints for operators about archives that do not pass a gate. */
final class Hints {
    private static final String FORCE = "; 'offsite replicate --force' ships the archive as it is";

    static final String INCOMPLETE =
            "the backup that wrote it was probably cut short: look at its log and run it again" + FORCE;
    static final String EMPTY =
            "the dump in front of the compression probably failed: look at its log and run it again" + FORCE;
    static final String NOT_GZIP = "correct the command that writes it, so that it compresses with gzip" + FORCE;
    static final String SPLIT =
            "let the backup write one file; or add *.z[0-9][0-9] to BACKUP_OFFSITE_INCLUDE for the other parts,"
                    + " and ship this one with 'offsite replicate --force'";

    static final String OUT_OF_ORDER = "write it anew with 'zip -r', or as several files" + FORCE;

    private Hints() {}

    /** For an archive of another format than its name says. */
    static String misnamed(String ending) {
        return "give it a name that ends in " + ending + ", which BACKUP_OFFSITE_INCLUDE has to match,"
                + " or correct the command that writes it" + FORCE;
    }
}
