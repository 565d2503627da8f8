package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** The central directory of a zip file, with or without zip64, and what stands before it (a self-extractor, say). */
final class ZipDirectory {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;

    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int WINDOW_BYTES = 1 << 18;

    private final FileChannel file;
    private final long entries;
    private final long start;
    private final long end;
    private final long prefix;

    private ZipDirectory(FileChannel file, long entries, long start, long end, long prefix) {
        this.file = file;
        this.entries = entries;
        this.start = start;
        this.end = end;
        this.prefix = prefix;
    }

    /** Something is not where it has to be. */
    static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;
        private final long at;

        Damaged(String what, long at) {
            super(what);
            this.at = at;
        }

        long at() {
            return at;
        }
    }

    long entries() {
        return entries;
    }

    /** Finds the directory from the end of the file. */
    static ZipDirectory locate(FileChannel file, long size) throws IOException, Damaged {
        int tail = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
        long tailAt = size - tail;
        ByteBuffer bytes = read(file, tailAt, tail);
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (bytes.getInt(at) == END && at + END_BYTES + u16(bytes, at + 20) == tail) {
                return fromEnd(file, tailAt + at, bytes.slice(at, END_BYTES).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        throw new Damaged("there is no end of a central directory", size);
    }

    private static ZipDirectory fromEnd(FileChannel file, long endAt, ByteBuffer end) throws IOException, Damaged {
        long entries = u16(end, 10);
        long length = u32(end, 12);
        long offset = u32(end, 16);
        long directoryEnd = endAt;
        if (entries == 0xffff || length == 0xffffffffL || offset == 0xffffffffL) {
            long end64At = end64(file, endAt);
            if (end64At >= 0) {
                ByteBuffer end64 = read(file, end64At, END64_BYTES);
                entries = end64.getLong(32);
                length = end64.getLong(40);
                offset = end64.getLong(48);
                directoryEnd = end64At;
            }
        } else if (u16(end, 4) != 0 || u16(end, 8) != entries) {
            throw new Damaged("it is one part of several", endAt);
        }
        long start = directoryEnd - length;
        if (length < 0 || offset < 0 || start < offset) {
            throw new Damaged("its central directory is said to lie outside the file", endAt);
        }
        return new ZipDirectory(file, entries, start, directoryEnd, start - offset);
    }

    /** Where the end record of zip64 is, or -1 without one: the large numbers are then meant literally. */
    private static long end64(FileChannel file, long endAt) throws IOException, Damaged {
        long locatorAt = endAt - LOCATOR64_BYTES;
        if (locatorAt < END64_BYTES || read(file, locatorAt, 4).getInt(0) != LOCATOR64) {
            return -1;
        }
        long said = read(file, locatorAt, LOCATOR64_BYTES).getLong(8);
        // with something in front of the zip, the record is not where it is said to be, but right before its locator
        for (long at : new long[] {said, locatorAt - END64_BYTES}) {
            if (at >= 0 && at <= locatorAt - END64_BYTES && read(file, at, 4).getInt(0) == END64) {
                return at;
            }
        }
        throw new Damaged("there is no end of a zip64 central directory", locatorAt);
    }

    /** Walks through all entries and looks whether each points at the beginning of one. */
    void check() throws IOException, Damaged {
        long at = start;
        long found = 0;
        long windowAt = start;
        ByteBuffer window = ByteBuffer.allocate(0);
        while (at < end) {
            if (at + CENTRAL_BYTES > end) {
                throw new Damaged("an entry of its central directory is cut off", at);
            }
            if (at + CENTRAL_BYTES > windowAt + window.capacity()) {
                windowAt = at;
                window = read(file, at, (int) Math.min(WINDOW_BYTES, end - at));
            }
            int in = (int) (at - windowAt);
            if (window.getInt(in) != CENTRAL) {
                if (found == entries) {
                    // a digital signature of the directory may stand here
                    break;
                }
                throw new Damaged("entry " + (found + 1) + " of its central directory is damaged", at);
            }
            checkLocal(u32(window, in + 42), found + 1);
            at += CENTRAL_BYTES + u16(window, in + 28) + u16(window, in + 30) + u16(window, in + 32);
            found++;
        }
        // the old end record counts modulo 65,536
        if (found != entries && (entries > 0xffff || (found & 0xffff) != entries)) {
            throw new Damaged("its central directory has " + found + " entries instead of " + entries, at);
        }
    }

    private void checkLocal(long offset, long number) throws IOException, Damaged {
        if (offset == 0xffffffffL) {
            // its offset is in a zip64 field; the directory that holds it was found whole
            return;
        }
        long at = prefix + offset;
        if (at + 30 > start || read(file, at, 4).getInt(0) != LOCAL) {
            throw new Damaged("entry " + number + " is not where its central directory says", at);
        }
    }

    private static ByteBuffer read(FileChannel file, long at, int length) throws IOException, Damaged {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new Damaged("it ends where its directory says more", at + buffer.position());
            }
        }
        return buffer.flip();
    }

    private static int u16(ByteBuffer buffer, int at) {
        return buffer.getShort(at) & 0xffff;
    }

    private static long u32(ByteBuffer buffer, int at) {
        return buffer.getInt(at) & 0xffffffffL;
    }
}
