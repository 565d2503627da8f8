package org.heratio.offsite.app.adopt;

import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.ReplicationRow;
import org.jspecify.annotations.Nullable;

/**
 * A row of Heratio's, and what was found of it.
 *
 * @param detail what is wrong, or empty
 * @param local the archive in the backup directory, or null when it is not there (any more)
 * @param localChanged whether that was rewritten since it was shipped
 */
public record Claim(
        ReplicationRow row,
        Verdict verdict,
        String detail,
        @Nullable ArchiveFile local,
        boolean localChanged) {
    /** What the destination says. */
    public enum Verdict {
        /** Name and size are right; nobody has read it. */
        UNPROVED,
        /** Its bytes were read, and are those of the row. */
        INTACT,
        /** Heratio claims it, and nothing is there. */
        MISSING,
        /** Something else than the row says is there. */
        DIFFERENT,
        /** Heratio says itself that it failed, and nothing that would do is there. */
        FAILED,
        /** Its destination is not configured, or was configured elsewhere. */
        ELSEWHERE,
        /** Its destination cannot be asked now. */
        UNREACHABLE
    }

    /** Whether what is there is as the row says, as far as anybody looked. */
    public boolean fits() {
        return verdict == Verdict.UNPROVED || verdict == Verdict.INTACT;
    }

    /** Whether somebody has to know. */
    public boolean bad() {
        return verdict == Verdict.MISSING || verdict == Verdict.DIFFERENT || verdict == Verdict.UNREACHABLE;
    }

    boolean calledFailed() {
        return row.status().equals("failed");
    }

    /**
     * Whether it becomes a copy of the ledger's. One that Heratio calls failed only where the archive is gone, and it may be all that is
     * left; without a hash nothing could ever prove it, so that an archive that is there is rather shipped again.
     */
    public boolean adoptable() {
        boolean replaceable = local != null && !localChanged;
        return fits() && !(replaceable && (calledFailed() || row.sha256() == null));
    }
}
