package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Deflated data (RFC 1951), which is unpacked and passed on. Only its length and its CRC are kept. */
final class Inflation implements AutoCloseable {
    private static final int UNPACKED_BYTES = 1 << 16;

    private final Unpacked sink;
    private final Inflater inflater = new Inflater(true);
    private final byte[] unpacked = new byte[UNPACKED_BYTES];
    private final CRC32 crc = new CRC32();
    private long most;
    private @Nullable String wrong;

    /** Unpacks to nowhere. */
    Inflation() {
        this((bytes, offset, length) -> {});
    }

    Inflation(Unpacked sink) {
        this.sink = sink;
    }

    /** Begins with new data, which may unpack to so many bytes at most. */
    void begin(long mostBytes) {
        inflater.reset();
        crc.reset();
        wrong = null;
        most = mostBytes;
    }

    /**
     * Takes the next bytes and returns how many of them belong to the data: all, unless it ends or is wrong.
     *
     * @throws IOException when it cannot be passed on
     * @throws InterruptedException soon after an interrupt, wherever in the data: each byte may unpack to a thousand
     */
    int take(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        inflater.setInput(bytes, offset, length);
        try {
            while (wrong == null && !inflater.finished()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while an archive was unpacked");
                }
                // one byte more than there may be shows that there are more
                long room = Math.min(UNPACKED_BYTES, most - inflater.getBytesWritten() + 1);
                int n = inflater.inflate(unpacked, 0, (int) room);
                crc.update(unpacked, 0, n);
                sink.take(unpacked, 0, n);
                if (inflater.getBytesWritten() > most) {
                    wrong = "its compressed data unpacks to more than " + most + " bytes";
                } else if (inflater.needsDictionary()) {
                    wrong = "its compressed data asks for a dictionary";
                } else if (n == 0 && inflater.needsInput()) {
                    break;
                }
            }
        } catch (DataFormatException e) {
            wrong = "its compressed data is damaged (" + e.getMessage() + ")";
        }
        return length - inflater.getRemaining();
    }

    /** Returns what is wrong with the data, or null. */
    @Nullable
    String wrong() {
        return wrong;
    }

    boolean finished() {
        return inflater.finished();
    }

    /** Returns the CRC-32 of what was unpacked. */
    long crc() {
        return crc.getValue();
    }

    /** Returns the number of bytes that were unpacked. */
    long unpackedBytes() {
        return inflater.getBytesWritten();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
