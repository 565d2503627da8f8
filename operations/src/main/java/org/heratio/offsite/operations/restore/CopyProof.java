package org.heratio.offsite.operations.restore;

import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proof that a copy gives an archive back: the hashes of its payload, and of the archive that it holds. For one pass over the copy. */
final class CopyProof {
    private static final Logger LOG = LoggerFactory.getLogger(CopyProof.class);

    private final Copy copy;
    private final Version version;
    private final MessageDigest payload = Digests.sha256();
    private final MessageDigest archive = Digests.sha256();

    CopyProof(Copy copy, Version version) {
        this.copy = copy;
        this.version = version;
    }

    InputStream ofPayload(InputStream in) {
        return new DigestInputStream(in, payload);
    }

    OutputStream ofArchive(OutputStream out) {
        return new DigestOutputStream(out, archive);
    }

    /**
     * Fails unless all that has passed was right. The archive's hash proves everything. The payload's may be that of another encryption of the
     * same archive: one that was to be shipped again in its place, and never got there.
     */
    void require() throws FailureException {
        String expected = version.sha256();
        if (expected == null) {
            requirePayload(null);
            return;
        }
        String actual = Digests.hex(archive);
        if (!actual.equalsIgnoreCase(expected)) {
            requirePayload(null);
            throw corrupt(version.path(), actual, expected, null);
        }
        if (!Digests.hex(payload).equalsIgnoreCase(copy.sha256())) {
            LOG.warn(
                    "{} is not the payload that the ledger means, but holds the right archive: run 'offsite replicate'",
                    copy.remotePath());
        }
    }

    void requirePayload(@Nullable Throwable cause) throws FailureException {
        String expected = copy.sha256();
        String actual = Digests.hex(payload);
        if (expected != null && !actual.equalsIgnoreCase(expected)) {
            throw corrupt("the payload of " + copy.remotePath(), actual, expected, cause);
        }
    }

    FailureException tooLong(Throwable cause) {
        return new FailureException(
                ErrorCode.COPY_CORRUPT,
                copy.remotePath() + " has more than its " + copy.size() + " bytes",
                check(),
                cause);
    }

    private FailureException corrupt(String what, String actual, String expected, @Nullable Throwable cause) {
        return new FailureException(
                ErrorCode.COPY_CORRUPT,
                what + " has SHA-256 " + actual + ", the ledger says " + expected,
                check(),
                cause);
    }

    /** Without {@code --all} it reads only what was never proved, and this copy was. */
    private String check() {
        return "run 'offsite verify-integrity --all --driver=" + copy.driver()
                + "', which records the damage and repairs it; another destination may have a good copy (--driver)";
    }
}
