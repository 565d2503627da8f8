package org.heratio.offsite.archive.gate;

import static org.heratio.offsite.archive.gate.ZipBytes.SENTINEL32;
import static org.heratio.offsite.archive.gate.ZipBytes.u16;
import static org.heratio.offsite.archive.gate.ZipBytes.u32;

import java.nio.ByteBuffer;

/** The local header in front of the data of an entry, and the data descriptor behind it. */
final class ZipHeader {
    static final int FIXED_BYTES = 30;
    static final int SHORTEST_DESCRIPTOR = 12;
    static final int LONGEST_DESCRIPTOR = 24;
    private static final int SIGNATURE = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int DESCRIBED_BEHIND = 1 << 3;
    private static final int NEWEST_VERSION = 63;
    private static final int NEWEST_HOST = 20;
    private static final int NEWEST_METHOD = 99;

    private ZipHeader() {}

    static boolean startsAt(ByteBuffer bytes, int at) {
        return bytes.getInt(at) == SIGNATURE;
    }

    /** Returns whether the bytes can be a header: the mere signature is in each program that reads zips. */
    static boolean plausibleAt(ByteBuffer bytes, int at) {
        return startsAt(bytes, at)
                && (bytes.get(at + 4) & 0xff) <= NEWEST_VERSION
                && (bytes.get(at + 5) & 0xff) <= NEWEST_HOST
                && u16(bytes, at + 8) <= NEWEST_METHOD
                && u16(bytes, at + 26) > 0;
    }

    /** Returns the length of name and extra fields, which follow the fixed bytes. */
    static int variableBytes(ByteBuffer header) {
        return u16(header, 26) + u16(header, 28);
    }

    /** Returns whether CRC and sizes are in a descriptor behind the data. */
    static boolean describedBehind(ByteBuffer header) {
        return (u16(header, 6) & DESCRIBED_BEHIND) != 0;
    }

    /** Returns whether a whole header is about an entry: the same name, method and encryption. */
    static boolean names(ByteBuffer header, ZipRecord entry) {
        return ((u16(header, 6) ^ entry.flags()) & ZipRecord.ENCRYPTION) == 0
                && u16(header, 8) == entry.method()
                && header.slice(FIXED_BYTES, u16(header, 26)).equals(entry.name());
    }

    /** Returns whether a whole header has the CRC and the sizes of an entry. */
    static boolean describes(ByteBuffer header, ZipRecord entry) {
        ByteBuffer large = ZipExtra.zip64(header, FIXED_BYTES + u16(header, 26), u16(header, 28));
        long size = u32(header, 22);
        long packed = u32(header, 18);
        size = size == SENTINEL32 && large.remaining() >= Long.BYTES ? large.getLong() : size;
        packed = packed == SENTINEL32 && large.remaining() >= Long.BYTES ? large.getLong() : packed;
        return u32(header, 14) == entry.crc() && packed == entry.packed() && size == entry.size();
    }

    /**
     * Returns the length of the descriptor that these bytes begin with, or -1 when they are none of this entry. Its signature is
     * optional, and its sizes are of 4 or 8 bytes.
     */
    static int descriptorBytes(ByteBuffer bytes, ZipRecord entry) {
        int signature = bytes.remaining() >= Integer.BYTES && bytes.getInt(0) == DESCRIPTOR ? Integer.BYTES : 0;
        for (int crcAt : new int[] {signature, 0}) {
            int sizesAt = crcAt + Integer.BYTES;
            int left = bytes.remaining() - sizesAt;
            if (left < 2 * Integer.BYTES || u32(bytes, crcAt) != entry.crc()) {
                continue;
            }
            if (left >= 2 * Long.BYTES
                    && bytes.getLong(sizesAt) == entry.packed()
                    && bytes.getLong(sizesAt + Long.BYTES) == entry.size()) {
                return sizesAt + 2 * Long.BYTES;
            }
            if (u32(bytes, sizesAt) == entry.packed() && u32(bytes, sizesAt + Integer.BYTES) == entry.size()) {
                return sizesAt + 2 * Integer.BYTES;
            }
        }
        return -1;
    }
}
