package org.heratio.offsite.openpgp;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;

/** Reads messages with the passphrase that it is given and, where that is the wrong one, with former ones. It never writes with those. */
public final class FormerPassphrases implements PayloadCipher {
    /** The most bytes that a cipher reads before it knows that the passphrase is wrong; usually far fewer stay in memory. */
    private static final int HEAD_BYTES = 4 << 20;

    private final PayloadCipher cipher;
    private final List<Passphrase> former;

    /** @param former in the order in which they are tried */
    public FormerPassphrases(PayloadCipher cipher, List<Passphrase> former) {
        this.cipher = cipher;
        this.former = List.copyOf(former);
    }

    @Override
    public OutputStream encrypt(OutputStream sink, char[] passphrase, long expected) throws IOException {
        return cipher.encrypt(sink, passphrase, expected);
    }

    @Override
    public InputStream decrypt(InputStream payload, char[] passphrase) throws IOException {
        if (former.isEmpty()) {
            return cipher.decrypt(payload, passphrase);
        }
        BufferedInputStream head = new BufferedInputStream(payload, 1 << 16);
        head.mark(HEAD_BYTES);
        List<char[]> candidates = new ArrayList<>(List.of(passphrase.clone()));
        former.forEach(one -> candidates.add(one.copy()));
        try {
            return first(head, candidates);
        } finally {
            candidates.forEach(chars -> Arrays.fill(chars, '\0'));
        }
    }

    private InputStream first(BufferedInputStream head, List<char[]> candidates) throws IOException {
        FailureIOException wrong = null;
        for (char[] candidate : candidates) {
            try {
                Unclosed again = new Unclosed(head);
                InputStream opened = cipher.decrypt(again, candidate);
                again.opened = true;
                return opened;
            } catch (FailureIOException e) {
                if (e.failure().code() != ErrorCode.PASSPHRASE_WRONG) {
                    throw e;
                }
                wrong = wrong == null ? e : wrong;
                head.reset();
            }
        }
        throw Objects.requireNonNull(wrong);
    }

    /** Keeps the payload open while passphrases are tried on it. */
    private static final class Unclosed extends FilterInputStream {
        private volatile boolean opened;

        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            if (opened) {
                super.close();
            }
        }
    }
}
