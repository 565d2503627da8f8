package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.gate.CompletenessGate;
import org.heratio.offsite.files.Sizes;

/** The one time that an archive is read: gate, hash and encryption see each byte as it passes. */
final class Pass {
    private static final int BUFFER_BYTES = 1 << 20;

    private final OpenArchive archive;
    private final CompletenessGate gate;
    private final boolean strict;
    private final LongConsumer progress;
    private final MessageDigest digest = Digests.sha256();

    /**
     * @param strict whether the pass may end at the first fault, since nothing will be made of the archive then
     */
    Pass(OpenArchive archive, CompletenessGate gate, boolean strict, LongConsumer progress) {
        this.archive = archive;
        this.gate = gate;
        this.strict = strict;
        this.progress = progress;
    }

    /** Reads to the end, or one byte beyond the size that it had when it was opened: it is growing then. Returns the bytes read. */
    long run(OutputStream out) throws IOException, InterruptedException {
        byte[] bytes = new byte[(int) Math.min(BUFFER_BYTES, Sizes.plus(archive.size(), 1))];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long read = 0;
        while (read <= archive.size()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("while " + archive.path() + " was read");
            }
            // a growing archive must not fill more than was reserved for its payload
            buffer.clear().limit((int) Math.min(bytes.length - 1, archive.size() - read) + 1);
            int n = archive.channel().read(buffer);
            if (n < 0) {
                break;
            }
            read += n;
            gate.update(bytes, 0, n);
            if (strict && gate.fault() != null) {
                break;
            }
            digest.update(bytes, 0, n);
            out.write(bytes, 0, n);
            progress.accept(read);
        }
        return read;
    }

    /** Hex SHA-256 of all that was read; once. */
    String sha256() {
        return Digests.hex(digest);
    }
}
