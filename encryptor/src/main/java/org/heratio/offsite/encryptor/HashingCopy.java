package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.heratio.offsite.archive.Digests;

/** SHA-256, as it stands in the ledger. */
final class HashingCopy {
    private static final int BUFFER_BYTES = 1 << 17;

    private HashingCopy() {}

    /** The digest of a stream, read to its end and copied on the way. */
    static String copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n != -1; n = in.read(buffer)) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while a payload was read");
            }
            digest.update(buffer, 0, n);
            out.write(buffer, 0, n);
        }
        return Digests.hex(digest);
    }
}
