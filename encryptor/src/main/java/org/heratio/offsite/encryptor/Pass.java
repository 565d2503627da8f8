package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.gate.CompletenessGate;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Sizes;
import org.jspecify.annotations.Nullable;

/** The time that an archive is read: gate, hash and encryption see each byte as it passes. */
final class Pass {
    private static final int BUFFER_BYTES = 1 << 20;

    private final OpenArchive archive;
    private final CompletenessGate gate;
    private final boolean strict;
    private final LongConsumer progress;
    private final MessageDigest digest = Digests.sha256();
    private long read;
    private @Nullable String sha256;

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

    /** Returns the hex SHA-256 of all that was read; call it when the pass is over. */
    String sha256() {
        if (sha256 == null) {
            sha256 = Digests.hex(digest);
        }
        return sha256;
    }

    /**
     * Returns the fate of the archive while it was read. One whose time of the last change alone differs is read once more: two equal
     * passes have read what it was between them, and it is the same.
     */
    OpenArchive.Fate fate() throws FailureException, InterruptedException {
        OpenArchive.Fate fate = archive.fate();
        if (fate != OpenArchive.Fate.TOUCHED) {
            return fate;
        }
        if (!sha256OfTheSameBytes().equals(sha256())) {
            return OpenArchive.Fate.CHANGED;
        }
        OpenArchive.Fate since = archive.fate();
        return since == OpenArchive.Fate.TOUCHED ? OpenArchive.Fate.SAME : since;
    }

    /** Reads as much as the pass did, from the beginning. */
    private String sha256OfTheSameBytes() throws FailureException, InterruptedException {
        MessageDigest again = Digests.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            long position = 0;
            while (position < read) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while " + archive.path() + " was read again");
                }
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, read - position));
                int n = archive.channel().read(buffer, position);
                if (n < 0) {
                    break;
                }
                again.update(buffer.flip());
                position += n;
            }
            return Digests.hex(again);
        } catch (IOException e) {
            throw SealFailures.reading(archive.path(), e);
        }
    }
}
