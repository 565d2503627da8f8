package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads the numbers of a zip file, which are little-endian and unsigned. */
final class ZipBytes {
    static final long SENTINEL32 = 0xffffffffL;
    static final int SENTINEL16 = 0xffff;

    private ZipBytes() {}

    /** Reads exactly {@code length} bytes at a position of the file. */
    static ByteBuffer read(FileChannel file, long at, int length) throws IOException, Damaged {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new Damaged("it ends where its directory says more", at + buffer.position());
            }
        }
        return buffer.flip();
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int u16(ByteBuffer buffer, int at) {
        return buffer.getShort(at) & 0xffff;
    }

    static long u32(ByteBuffer buffer, int at) {
        return buffer.getInt(at) & 0xffffffffL;
    }
}
