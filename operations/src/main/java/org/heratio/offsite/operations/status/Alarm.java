package org.heratio.offsite.operations.status;

import org.heratio.offsite.finding.Finding;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is not as it should be.
 *
 * @param text what is wrong, on what; one sentence, not yet safe for a terminal
 * @param hint what to do about it, if anything is known
 */
public record Alarm(
        Code code, Severity severity, String text, @Nullable String hint) {

    /** The stable names of alarms. None is ever renamed, nor used for something else. */
    public enum Code {
        BACKUP_DIRECTORY_UNAVAILABLE,
        BACKUP_DIRECTORY_EMPTY,
        /** Files are there, and the patterns include none of them. */
        NOTHING_INCLUDED,
        PLACES_UNREADABLE,
        /** Nothing was ever scanned or shipped with this ledger. */
        LEDGER_UNUSED,
        NOT_SCANNED,
        /** A service made scans by itself until a short time ago. */
        PIPELINE_STOPPED,
        ARCHIVES_WAITING,
        ARCHIVES_FAILED,
        COPIES_FAILED,
        COPIES_DAMAGED,
        PROOFS_DOUBTED,
        PROOFS_FAILING,
        PROOFS_OLD,
        /** Copies that none of the passphrases opens. */
        PASSPHRASE_UNKNOWN,
        /** People are not told what happens. */
        NOTIFIER_FAILING
    }

    /** How bad it is. */
    public enum Severity {
        /** Worth a look; {@code offsite status} still exits with 0. */
        WARNING,
        CRITICAL
    }

    static Alarm critical(Code code, String text, @Nullable String hint) {
        return new Alarm(code, Severity.CRITICAL, text, hint);
    }

    static Alarm warning(Code code, String text, @Nullable String hint) {
        return new Alarm(code, Severity.WARNING, text, hint);
    }

    /** Returns whether no other part of a status tells it: nothing has failed, and yet nothing goes on. */
    public boolean ofStandstill() {
        return switch (code) {
            case BACKUP_DIRECTORY_EMPTY,
                    NOTHING_INCLUDED,
                    LEDGER_UNUSED,
                    NOT_SCANNED,
                    PIPELINE_STOPPED,
                    ARCHIVES_WAITING -> true;
            case BACKUP_DIRECTORY_UNAVAILABLE,
                    PLACES_UNREADABLE,
                    ARCHIVES_FAILED,
                    COPIES_FAILED,
                    COPIES_DAMAGED,
                    PROOFS_DOUBTED,
                    PROOFS_FAILING,
                    PROOFS_OLD,
                    PASSPHRASE_UNKNOWN,
                    NOTIFIER_FAILING -> false;
        };
    }

    /** Returns the same as a finding of {@code offsite doctor}. A new installation has nothing in its directory and its ledger yet. */
    public Finding finding() {
        boolean mayBeNew = code == Code.BACKUP_DIRECTORY_EMPTY || code == Code.LEDGER_UNUSED;
        return mayBeNew ? Finding.warn(text, hint) : Finding.fail(text, hint);
    }
}
