package org.heratio.offsite.archive.gate;

import static org.heratio.offsite.archive.gate.ZipBytes.SENTINEL16;
import static org.heratio.offsite.archive.gate.ZipBytes.SENTINEL32;
import static org.heratio.offsite.archive.gate.ZipBytes.u16;
import static org.heratio.offsite.archive.gate.ZipBytes.u32;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.heratio.offsite.text.Printable;

/**
 * One entry as the central directory has it.
 *
 * @param number counted from 1, in the order of the directory
 * @param at where the record stands
 * @param bytes the length of the record
 * @param offset where the local header has to be in the file
 * @param packed the number of bytes that the entry takes
 * @param size the number of bytes that it unpacks to
 */
record ZipRecord(
        long number,
        long at,
        int bytes,
        long offset,
        int flags,
        int method,
        long crc,
        long packed,
        long size,
        ByteBuffer name) {
    static final int STORED = 0;
    static final int DEFLATED = 8;
    /** The bits of the flags that say whether, and how, an entry is encrypted. */
    static final int ENCRYPTION = 1 | 1 << 6;

    static final int FIXED_BYTES = 46;
    private static final int SIGNATURE = 0x02014b50;
    private static final int NEWEST_VERSION = 63;
    private static final int LONGEST_SHOWN = 100;

    static boolean startsIn(ByteBuffer record) {
        return record.getInt(0) == SIGNATURE;
    }

    /** Returns the length of the record that begins with these bytes. */
    static int bytes(ByteBuffer record) {
        return FIXED_BYTES + u16(record, 28) + u16(record, 30) + u16(record, 32);
    }

    /**
     * Reads a record.
     *
     * @param record all its bytes
     * @param end how the file says where things are
     */
    static ZipRecord of(ByteBuffer record, long number, long at, ZipEnd end) throws Damaged {
        byte[] name = new byte[u16(record, 28)];
        record.get(FIXED_BYTES, name);
        long size = u32(record, 24);
        long packed = u32(record, 20);
        long offset = u32(record, 42);
        int extraAt = FIXED_BYTES + name.length;
        ByteBuffer large = ZipExtra.zip64(record, extraAt, u16(record, 30));
        size = size == SENTINEL32 && large.remaining() >= Long.BYTES ? large.getLong() : size;
        packed = packed == SENTINEL32 && large.remaining() >= Long.BYTES ? large.getLong() : packed;
        offset = offset == SENTINEL32 && large.remaining() >= Long.BYTES ? large.getLong() : offset;
        int part = u16(record, 34);
        boolean elsewhere = part != 0 && part != SENTINEL16;
        boolean possible = ZipExtra.fit(record, extraAt, u16(record, 30))
                && size >= 0
                && packed >= 0
                && offset >= 0
                && offset <= end.start() - end.shift();
        if (elsewhere || !possible || (record.get(6) & 0xff) > NEWEST_VERSION) {
            throw new Damaged("entry " + number + " of its central directory is damaged", at);
        }
        return new ZipRecord(
                number,
                at,
                bytes(record),
                offset + end.shift(),
                u16(record, 8),
                u16(record, 10),
                u32(record, 16),
                packed,
                size,
                ByteBuffer.wrap(name));
    }

    boolean encrypted() {
        return (flags & ENCRYPTION) != 0;
    }

    /** Returns the entry as it stands in a message. */
    @Override
    public String toString() {
        String text = StandardCharsets.UTF_8.decode(name.duplicate()).toString();
        String shown = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
        return "entry " + number + " (" + Printable.of(shown) + ")";
    }
}
