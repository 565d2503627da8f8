package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.spool.SpoolPart;

/** Writes bytes into the spool whose hash is known already. */
final class SpoolWriter {
    private final Sealer sealer;

    SpoolWriter(Sealer sealer) {
        this.sealer = sealer;
    }

    /** Opens the bytes. */
    interface Source {
        InputStream open() throws FailureException, IOException, InterruptedException;
    }

    /** Makes a payload of what was written, and may refuse it. */
    interface Verdict {
        /**
         * @param sha256 of the bytes that were read
         * @param payloadSha256 of those that were written
         */
        Sealing.Sealed of(String sha256, SpoolPart part, String payloadSha256)
                throws FailureException, IOException, InterruptedException;
    }

    /**
     * Reads bytes to their end, encrypted on their way if asked for. Nothing is left in the spool unless they become a payload.
     *
     * @param versionId the version whose payload it is
     * @param from where the bytes are, for people
     * @return what the verdict made, or {@link Sealing.NoRoom}
     */
    Sealing write(long versionId, long size, String from, boolean encrypt, Source source, Verdict verdict)
            throws FailureException, IOException, InterruptedException {
        long bytes = encrypt ? PayloadCipher.mostBytes(size) : size;
        Optional<SpoolPart> room = sealer.spool().reserve(versionId, bytes, sealer.patience());
        if (room.isEmpty()) {
            return new Sealing.NoRoom("the spool has no room for " + bytes + " bytes from " + from);
        }
        MessageDigest payload = Digests.sha256();
        try (SpoolPart part = room.get();
                InputStream in = source.open()) {
            OutputStream sink = new DigestOutputStream(part, payload);
            String sha256 = encrypt
                    ? sealer.encrypted(sink, size, message -> HashingCopy.copy(in, message))
                    : HashingCopy.copy(in, sink);
            return verdict.of(sha256, part, Digests.hex(payload));
        } catch (FailureIOException e) {
            if (e.failure().code() == ErrorCode.SPOOL_FULL) {
                return new Sealing.NoRoom(e.failure().oneLine());
            }
            throw e.unwrap();
        }
    }
}
