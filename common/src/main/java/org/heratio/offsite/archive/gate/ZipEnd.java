package org.heratio.offsite.archive.gate;

import static org.heratio.offsite.archive.gate.ZipBytes.SENTINEL16;
import static org.heratio.offsite.archive.gate.ZipBytes.SENTINEL32;
import static org.heratio.offsite.archive.gate.ZipBytes.u16;
import static org.heratio.offsite.archive.gate.ZipBytes.u32;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The end record of a zip file, with or without zip64. The central directory ends where the record begins.
 *
 * @param entries the number of entries; of a file without zip64 modulo 65,536
 * @param counted whether the number of entries is exact
 * @param start where the central directory begins
 * @param end where the central directory ends
 * @param shift how much farther back everything is than the records say, since something stands in front of the zip
 */
record ZipEnd(long entries, boolean counted, long start, long end, long shift) {
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;

    private static final int END_BYTES = 22;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LONGEST_PADDING = 1 << 16;

    /** Finds the record from the end of the file. Zeros, line ends and Ctrl-Z may follow it, up to 64 KiB. */
    static ZipEnd locate(FileChannel file, long size) throws IOException, Damaged {
        int tail = (int) Math.min(size, END_BYTES + LONGEST_COMMENT + LONGEST_PADDING);
        long tailAt = size - tail;
        ByteBuffer bytes = ZipBytes.read(file, tailAt, tail);
        int padding = tail;
        while (padding > 0 && isPadding(bytes.get(padding - 1))) {
            padding--;
        }
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (bytes.getInt(at) == END) {
                int recordEnd = at + END_BYTES + u16(bytes, at + 20);
                if (recordEnd <= tail && recordEnd >= Math.max(padding, tail - LONGEST_PADDING)) {
                    return of(file, tailAt + at, bytes.slice(at, END_BYTES).order(ByteOrder.LITTLE_ENDIAN));
                }
            }
        }
        throw new Damaged("there is no end of a central directory", size);
    }

    private static boolean isPadding(byte b) {
        return b == 0 || b == '\r' || b == '\n' || b == 0x1a;
    }

    private static ZipEnd of(FileChannel file, long endAt, ByteBuffer end) throws IOException, Damaged {
        End64 end64 = End64.before(file, endAt);
        requireOnePart(u16(end, 4) | u16(end, 6), u16(end, 8) != u16(end, 10), end64 != null, endAt);
        if (end64 == null) {
            return of(u16(end, 10), false, u32(end, 12), u32(end, 16), endAt);
        }
        ByteBuffer large = end64.bytes;
        boolean same = agrees(u16(end, 10), SENTINEL16, large.getLong(32))
                && agrees(u32(end, 12), SENTINEL32, large.getLong(40))
                && agrees(u32(end, 16), SENTINEL32, large.getLong(48));
        if (!same) {
            throw new Damaged("its two end records contradict each other", endAt);
        }
        requireOnePart(u32(large, 16) | u32(large, 20), large.getLong(24) != large.getLong(32), false, end64.at);
        ZipEnd found = of(large.getLong(32), true, large.getLong(40), large.getLong(48), end64.at);
        if (end64.said + found.shift != end64.at) {
            throw new Damaged("its end record of zip64 is not where it is said to be", end64.at);
        }
        return found;
    }

    private static boolean agrees(long small, long sentinel, long large) {
        return small == sentinel || small == large;
    }

    private static void requireOnePart(long parts, boolean otherCount, boolean unknown, long at) throws Damaged {
        if (otherCount || (parts != 0 && !(unknown && parts == SENTINEL16))) {
            throw new Damaged("it is the last part of a split zip", at, Hints.SPLIT);
        }
    }

    private static ZipEnd of(long entries, boolean counted, long length, long offset, long end) throws Damaged {
        long start = end - length;
        if (entries < 0 || length < 0 || offset < 0 || start < offset) {
            throw new Damaged("its central directory is said to lie outside the file", end);
        }
        return new ZipEnd(entries, counted, start, end, start - offset);
    }

    /** The end record of zip64, which stands before the other one. */
    private record End64(long at, long said, ByteBuffer bytes) {
        /** Returns the record that the locator before the other record names, or null without a locator. */
        static @Nullable End64 before(FileChannel file, long endAt) throws IOException, Damaged {
            long locatorAt = endAt - LOCATOR64_BYTES;
            if (locatorAt < END64_BYTES) {
                return null;
            }
            ByteBuffer locator = ZipBytes.read(file, locatorAt, LOCATOR64_BYTES);
            if (locator.getInt(0) != LOCATOR64) {
                return null;
            }
            requireOnePart(u32(locator, 4), u32(locator, 16) > 1, false, locatorAt);
            long said = locator.getLong(8);
            // with something in front of the zip, the record is not where it is said to be, but right before its
            // locator
            for (long at : new long[] {said, locatorAt - END64_BYTES}) {
                if (at >= 0 && at <= locatorAt - END64_BYTES) {
                    ByteBuffer bytes = ZipBytes.read(file, at, END64_BYTES);
                    if (bytes.getInt(0) == END64 && bytes.getLong(4) == locatorAt - at - 12) {
                        return new End64(at, said, bytes);
                    }
                }
            }
            throw new Damaged("there is no end of a zip64 central directory", locatorAt);
        }
    }
}
