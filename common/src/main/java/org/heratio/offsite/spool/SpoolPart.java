package org.heratio.offsite.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;

/**
 * A payload that is being written into the spool. It cannot grow beyond the room that was reserved for it. It is removed on {@link #close()} unless it was
 * sealed. For one thread at a time; an interrupt ends it with {@link ClosedByInterruptException}, other trouble is a
 * {@link FailureIOException} with {@code SPOOL_FULL} or {@code SPOOL_IO}.
 */
public final class SpoolPart extends OutputStream {
    private final Spool spool;
    private final SpoolFiles files;
    private final SpoolName name;
    private final FileChannel channel;
    private long size;
    private boolean ended;

    SpoolPart(Spool spool, SpoolFiles files, SpoolName name, FileChannel channel) {
        this.spool = spool;
        this.files = files;
        this.name = name;
        this.channel = channel;
    }

    /** The bytes written so far. */
    public long size() {
        return size;
    }

    /** The file name that it has once it is sealed. */
    public String spoolFile() {
        return name.sealed();
    }

    /** The file name that it has until then. */
    String fileName() {
        return name.fileName();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > name.reserved() - size) {
            throw new FailureIOException(
                    ErrorCode.SPOOL_IO,
                    "a payload has more than the " + name.reserved() + " bytes that the spool reserved for it",
                    "look at the archive, or at the copy that it is made from: it has more bytes than the ledger records",
                    null);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw files.classify(e, buffer.remaining());
        }
    }

    /**
     * Makes it durable under its final name. It stays safe from {@link Spool#removeOrphans} until {@link Spool#recorded} or
     * {@link Spool#remove} is called with that name.
     *
     * @return the file name
     */
    public String seal() throws IOException {
        try {
            channel.force(true);
            channel.close();
            files.rename(name.fileName(), name.sealed());
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw files.classify(e, 0);
        }
        ended = true;
        spool.sealed(name);
        return name.sealed();
    }

    /** Removes it unless it was sealed. Idempotent. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            spool.discard(name, channel);
        }
    }
}
