package org.heratio.offsite.archive.gate;

/** What the operator can do about an archive that does not pass. */
final class Hints {
    static final String INCOMPLETE =
            "the backup that wrote it was probably cut short: look at its log and run it again;"
                    + " 'offsite replicate --force' ships the archive as it is";
    static final String EMPTY =
            "the dump in front of the compression probably failed: look at its log and run it again;"
                    + " 'offsite replicate --force' ships the archive as it is";

    private Hints() {}
}
