package org.heratio.offsite.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.files.Sizes;

/**
 * Turns archives into OpenPGP messages and back, as streams: memory does not grow with their size.
 *
 * <p><b>Threads</b>: one cipher serves any number of threads at once; a stream of its is for one thread at a time. <b>Passphrases</b> are
 * read before a method returns: the caller may clear the array then. <b>Errors</b> of the stream below come through as they are;
 * whatever the message itself is to blame for is a {@link FailureIOException}.
 */
public interface PayloadCipher {
    /** Returns the most bytes that a message has: two lengths and at most four tags of 16 bytes for each MiB of its archive, and headers. */
    static long mostBytes(long archiveBytes) {
        return Sizes.plus(archiveBytes, (archiveBytes >> 13) + 4096);
    }

    /**
     * Begins a message. Closing the stream that is returned ends the message and flushes {@code sink}, but does not close it; a
     * stream that is merely dropped leaves a message that nobody will open.
     *
     * @param expected bytes of the content, if they are known: a small message gets small buffers
     */
    OutputStream encrypt(OutputStream sink, char[] passphrase, long expected) throws IOException;

    /** Begins a message of unknown size. */
    default OutputStream encrypt(OutputStream sink, char[] passphrase) throws IOException {
        return encrypt(sink, passphrase, Long.MAX_VALUE);
    }

    /**
     * Begins to read a message that this cipher or gpg wrote for a passphrase: compressed or not, with MDC or OCB; without
     * integrity protection it is refused.
     *
     * <p>What is read counts only after {@code read} has answered -1: the integrity of the whole is checked then, and a message that is
     * damaged or cut off throws {@link org.heratio.offsite.failure.ErrorCode#PAYLOAD_CORRUPT} at that point at the latest. Write to a
     * temporary name. Closing the stream closes {@code payload}, which stays open when this method throws.
     *
     * @throws FailureIOException {@code PASSPHRASE_WRONG}, or {@code PAYLOAD_CORRUPT} when it is no such message
     */
    InputStream decrypt(InputStream payload, char[] passphrase) throws IOException;
}
