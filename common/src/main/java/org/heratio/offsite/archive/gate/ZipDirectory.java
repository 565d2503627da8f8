package org.heratio.offsite.archive.gate;

import static org.heratio.offsite.archive.gate.ZipBytes.u16;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** The central directory of a zip file. It is read in windows, so that memory does not grow with the number of entries. */
final class ZipDirectory {
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int SIGNATURE = 0x05054b50;
    private static final int SIGNATURE_BYTES = 6;
    private static final int WINDOW_BYTES = 1 << 18;
    private static final int SMALL_WINDOW_BYTES = 1 << 12;

    /** Each 65,536 of them cost another pass over the directory. */
    private static final int MOST_OUT_OF_ORDER = 1 << 20;

    private final FileChannel file;
    private final ZipEnd end;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;
    private int windowBytes = WINDOW_BYTES;

    private long entries;
    private long first = Long.MAX_VALUE;
    private boolean inOrder = true;

    private ZipDirectory(FileChannel file, ZipEnd end) {
        this.file = file;
        this.end = end;
    }

    /** Reads the directory through, and checks it against its end record. */
    static ZipDirectory read(FileChannel file, long size) throws IOException, Damaged {
        ZipDirectory directory = new ZipDirectory(file, ZipEnd.locate(file, size));
        directory.readThrough();
        return directory;
    }

    private void readThrough() throws IOException, Damaged {
        long at = end.start();
        long previous = -1;
        while (at < end.end() && !isSignature(at)) {
            ZipRecord entry = entry(at, entries + 1);
            if (entry.offset() + LOCAL_HEADER_BYTES > end.start()) {
                throw new Damaged("entry " + entry.number() + " is not where its central directory says", at);
            }
            inOrder &= entry.offset() > previous;
            previous = entry.offset();
            first = Math.min(first, previous);
            at += entry.bytes();
            entries++;
        }
        if (!inOrder && entries > MOST_OUT_OF_ORDER) {
            throw new Damaged(
                    "its central directory has " + entries + " entries, and not in the order of the file; more than "
                            + MOST_OUT_OF_ORDER + " are not put in order",
                    at,
                    Hints.OUT_OF_ORDER);
        }
        boolean counted = end.counted() ? entries == end.entries() : (entries & 0xffff) == end.entries();
        if (!counted) {
            throw new Damaged("its central directory has " + entries + " entries instead of " + end.entries(), at);
        }
    }

    /** A digital signature may stand behind the last entry. */
    private boolean isSignature(long at) throws IOException, Damaged {
        long left = end.end() - at;
        if (left < SIGNATURE_BYTES) {
            return false;
        }
        ByteBuffer bytes = bytes(at, SIGNATURE_BYTES);
        return bytes.getInt(0) == SIGNATURE && SIGNATURE_BYTES + u16(bytes, 4) == left;
    }

    /** Returns the entry whose record stands at a place. */
    ZipRecord entry(long at, long number) throws IOException, Damaged {
        if (at + ZipRecord.FIXED_BYTES > end.end()) {
            throw new Damaged("an entry of its central directory is cut off", at);
        }
        ByteBuffer fixed = bytes(at, ZipRecord.FIXED_BYTES);
        if (!ZipRecord.startsIn(fixed)) {
            throw new Damaged("entry " + number + " of its central directory is damaged", at);
        }
        int length = ZipRecord.bytes(fixed);
        if (at + length > end.end()) {
            throw new Damaged("an entry of its central directory is cut off", at);
        }
        return ZipRecord.of(bytes(at, length), number, at, end);
    }

    private ByteBuffer bytes(long at, int length) throws IOException, Damaged {
        if (at < windowAt || at + length > windowAt + window.capacity()) {
            window = ZipBytes.read(file, at, (int) Math.min(Math.max(length, windowBytes), end.end() - at));
            windowAt = at;
        }
        return window.slice((int) (at - windowAt), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the number of entries. */
    long entries() {
        return entries;
    }

    /** Returns where the directory begins. */
    long start() {
        return end.start();
    }

    /** Returns where the first entry of the file begins; where the directory begins if there is none. */
    long first() {
        return Math.min(first, end.start());
    }

    /** Returns the entries in the order in which they stand in the file. */
    ZipEntries inOrderOfTheFile() {
        windowBytes = inOrder ? WINDOW_BYTES : SMALL_WINDOW_BYTES;
        return new ZipEntries(this, inOrder);
    }
}
