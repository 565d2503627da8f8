package org.heratio.offsite.archive.gate;

import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The header of one gzip member, byte by byte. Names and comments may be of any length: nothing of them is kept. */
final class GzipHeader {
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xe0;

    private enum Field {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CRC,
        COMPLETE
    }

    private final CRC32 crc = new CRC32();
    private Field field = Field.FIXED;
    private int taken;
    private int flags;
    private int number;

    boolean complete() {
        return field == Field.COMPLETE;
    }

    /** Takes one byte; answers what is wrong with it, or null. */
    @Nullable
    String take(int b) {
        int crcSoFar = (int) crc.getValue() & 0xffff;
        crc.update(b);
        switch (field) {
            case FIXED -> {
                return takeFixed(b);
            }
            case EXTRA_LENGTH -> {
                number |= b << (8 * taken++);
                if (taken == 2) {
                    enter(number == 0 ? Field.NAME : Field.EXTRA);
                }
            }
            case EXTRA -> {
                if (--number == 0) {
                    enter(Field.NAME);
                }
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    enter(field == Field.NAME ? Field.COMMENT : Field.CRC);
                }
            }
            case CRC -> {
                return takeCrc(b, crcSoFar);
            }
            case COMPLETE -> throw new IllegalStateException("the header is complete");
        }
        return null;
    }

    private @Nullable String takeFixed(int b) {
        int at = taken++;
        if ((at == 0 && b != 0x1f) || (at == 1 && b != 0x8b)) {
            return "a gzip member begins with other bytes than 1f 8b";
        }
        if (at == 2 && b != 8) {
            return "its compression method " + b + " is not gzip's";
        }
        if (at == 3) {
            flags = b;
            if ((b & RESERVED) != 0) {
                return "its header has flags that gzip does not know";
            }
        }
        if (at == 9) {
            enter(Field.EXTRA_LENGTH);
        }
        return null;
    }

    private @Nullable String takeCrc(int b, int crcBefore) {
        if (taken == 0) {
            number = crcBefore;
        }
        int expected = (number >> (8 * taken++)) & 0xff;
        if (b != expected) {
            return "the CRC of its header is wrong";
        }
        if (taken == 2) {
            enter(Field.COMPLETE);
        }
        return null;
    }

    /** Goes on to a field, or past it when the flags say that it is not there. */
    private void enter(Field next) {
        taken = 0;
        field = next;
        switch (next) {
            case EXTRA_LENGTH -> {
                number = 0;
                skipUnless(FEXTRA, Field.NAME);
            }
            case NAME -> skipUnless(FNAME, Field.COMMENT);
            case COMMENT -> skipUnless(FCOMMENT, Field.CRC);
            case CRC -> skipUnless(FHCRC, Field.COMPLETE);
            case FIXED, EXTRA, COMPLETE -> {}
        }
    }

    private void skipUnless(int flag, Field next) {
        if ((flags & flag) == 0) {
            enter(next);
        }
    }
}
