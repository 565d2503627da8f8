package org.heratio.offsite.encryptor;

import java.util.Optional;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownBytes;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.stage.ProgressSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises an archive whose bytes are off-site already: it was touched, renamed, linked or copied. Reads it only if a sealed version has
 * its size, and makes nothing of it.
 */
final class SameBytesCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SameBytesCheck.class);

    private final KnownBytes known;
    private final Sealer sealer;

    SameBytesCheck(KnownBytes known, Sealer sealer) {
        this.known = known;
        this.sealer = sealer;
    }

    /** What is to become of a version. */
    enum Answer {
        /** The copies of another version serve it, and the ledger has recorded that. */
        SERVED,
        /** It has to be sealed. */
        UNKNOWN,
        /** It is being written to. */
        CHANGED
    }

    /** Looks at a settled version. */
    Answer look(VersionWork work, ProgressSink progress) throws FailureException, InterruptedException {
        Version version = work.version();
        if (!work.sizeKnown()
                || version.overwrite()
                || work.copies().stream().noneMatch(SameBytesCheck::waitsForTheFirstTime)) {
            return Answer.UNKNOWN;
        }
        Sealer.Hashed hashed = sealer.hash(version, progress);
        String sha256 = hashed.sha256();
        if (sha256 == null || hashed.fate() != OpenArchive.Fate.SAME) {
            return hashed.fate() == OpenArchive.Fate.CHANGED ? Answer.CHANGED : Answer.UNKNOWN;
        }
        Optional<Version> other = known.record(version.id(), sha256, sealer.encrypts(version));
        other.ifPresent(same -> LOG.info(
                "has the bytes of version {}, {}: nothing is shipped archive={} version={}",
                same.id(),
                same.path(),
                version.path(),
                version.id()));
        return other.isPresent() ? Answer.SERVED : Answer.UNKNOWN;
    }

    private static boolean waitsForTheFirstTime(Copy copy) {
        return copy.state() == CopyState.PENDING && !copy.shipped();
    }
}
