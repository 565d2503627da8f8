package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The bytes in front of the first entry that the directory names: none, or the program of a self-extracting zip. Entries of a zip
 * must not stand there. They do where a zip was cut off, or waits for its writer, right behind a whole zip that is stored in it:
 * the directory at the end belongs to the inner one then.
 */
final class ZipPrefix {
    private static final int LONGEST_PROGRAM = 16 << 20;
    private static final int WINDOW_BYTES = 1 << 18;
    // marks of a zip that was to be split and has one part
    private static final int SPLIT = 0x08074b50;
    private static final int NOT_SPLIT = 0x30304b50;

    private ZipPrefix() {}

    /**
     * Checks the bytes in front, and returns how many of them are a program.
     *
     * @param length where the first entry begins
     */
    static long check(FileChannel file, long length) throws IOException, Damaged {
        if (length == 0 || isMarkAlone(file, length)) {
            return 0;
        }
        long searched = Math.min(length, LONGEST_PROGRAM);
        for (long at = 0; at < searched; at += WINDOW_BYTES) {
            // a header may begin in this window and end in the next
            int wanted = (int) Math.min(WINDOW_BYTES + ZipHeader.FIXED_BYTES - 1, length - at);
            search(ZipBytes.read(file, at, wanted), at);
        }
        if (length > LONGEST_PROGRAM) {
            throw new Damaged("its central directory knows nothing of the first " + length + " bytes", length);
        }
        return length;
    }

    private static boolean isMarkAlone(FileChannel file, long length) throws IOException, Damaged {
        if (length != Integer.BYTES) {
            return false;
        }
        int mark = ZipBytes.read(file, 0, Integer.BYTES).getInt(0);
        return mark == SPLIT || mark == NOT_SPLIT;
    }

    private static void search(ByteBuffer bytes, long windowAt) throws Damaged {
        for (int in = 0; in <= bytes.limit() - ZipHeader.FIXED_BYTES; in++) {
            if (ZipHeader.plausibleAt(bytes, in)) {
                throw new Damaged(
                        "its central directory knows nothing of an entry in front of the first one that it names:"
                                + " it is cut off, or still being written, behind a zip that is stored in it",
                        windowAt + in);
            }
        }
    }
}
