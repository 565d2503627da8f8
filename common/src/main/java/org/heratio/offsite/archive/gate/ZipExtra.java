package org.heratio.offsite.archive.gate;

import static org.heratio.offsite.archive.gate.ZipBytes.u16;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The extra fields of an entry, of which zip64's alone is read. */
final class ZipExtra {
    private static final int ZIP64 = 1;
    private static final int HEADER_BYTES = 4;

    private ZipExtra() {}

    /** Returns whether each field ends where the next one begins. Up to three bytes of padding may be left. */
    static boolean fit(ByteBuffer record, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at + HEADER_BYTES <= end) {
            at += HEADER_BYTES + u16(record, at + 2);
        }
        return at <= end;
    }

    /** Returns the field of zip64, from which large numbers are taken in order; empty without one. */
    static ByteBuffer zip64(ByteBuffer record, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at + HEADER_BYTES <= end) {
            int bytes = u16(record, at + 2);
            int next = at + HEADER_BYTES + bytes;
            if (u16(record, at) == ZIP64 && next <= end) {
                return record.slice(at + HEADER_BYTES, bytes).order(ByteOrder.LITTLE_ENDIAN);
            }
            at = next;
        }
        return ByteBuffer.allocate(0);
    }
}
