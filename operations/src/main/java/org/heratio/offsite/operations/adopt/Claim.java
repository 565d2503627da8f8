package org.heratio.offsite.operations.adopt;

import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/**
 * A row of Heratio's, and what was found of it.
 *
 * @param detail what is wrong, or cannot be known; or empty
 * @param size bytes that the copy should have: those that are there, where the row does not say
 * @param local the archive in the backup directory, or null when it is not there (any more)
 * @param change what became of that since it was shipped
 */
public record Claim(
        ReplicationRow row,
        Verdict verdict,
        String detail,
        long size,
        @Nullable ArchiveFile local,
        Change change) {
    /** The result of the comparison with the destination. */
    public enum Verdict {
        /** Name and size are right; nobody has read it, or the row has no hash to hold it against. */
        UNPROVED,
        /** Its bytes were read, and are those of the row. */
        INTACT,
        /** Heratio claims it, and nothing is there. */
        MISSING,
        /** Something else than the row says is there. */
        DIFFERENT,
        /** A copy of another installation of this program is there. */
        FOREIGN,
        /** Heratio does not say that it was shipped, and nothing that would do is there. */
        FAILED,
        /** Its destination is not configured, or was configured elsewhere. */
        ELSEWHERE,
        /** Its destination cannot be asked now. */
        UNREACHABLE
    }

    /** The relation of the local archive to the one that was shipped. In doubt it is shipped again: that loses nothing. */
    public enum Change {
        /** It is, or none is here. */
        NONE(""),
        REWRITTEN("the archive was rewritten since"),
        /** The row has no time. */
        UNTIMED("the row does not say when it was shipped, so that the archive may have been rewritten since"),
        /** The row's time is too near to that of the archive to tell, as long as nobody says in which zone it is. */
        UNZONED(
                "the archive may have been rewritten since: APP_TIMEZONE is not set, so that the row's time may be another");

        private final String text;

        Change(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        boolean unsure() {
            return this == UNTIMED || this == UNZONED;
        }
    }

    /** Returns whether what is there is as the row says, as far as anybody looked. */
    public boolean fits() {
        return verdict == Verdict.UNPROVED || verdict == Verdict.INTACT;
    }

    /** Returns whether somebody has to know. */
    public boolean bad() {
        return switch (verdict) {
            case MISSING, DIFFERENT, FOREIGN, UNREACHABLE -> true;
            case UNPROVED, INTACT, FAILED, ELSEWHERE -> false;
        };
    }

    /** Returns whether the archive that is here was, or may have been, rewritten since it was shipped. */
    boolean localChanged() {
        return change != Change.NONE;
    }

    /**
     * Returns whether it becomes a copy of the ledger's. Where the archive is gone, whatever is there or not: it may be all that is left, and what is
     * damaged or missing the sweeps have to tell. Where the archive is here, only what fits; what Heratio does not claim, or without a hash
     * nothing could ever prove, is rather shipped again.
     */
    public boolean adoptable() {
        if (verdict == Verdict.ELSEWHERE
                || verdict == Verdict.UNREACHABLE
                || verdict == Verdict.FOREIGN
                || row.remotePath().isEmpty()) {
            return false;
        }
        if (local == null) {
            return true;
        }
        return fits() && (localChanged() || (row.claims() && row.sha256() != null));
    }
}
