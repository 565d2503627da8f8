package org.heratio.offsite.member;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** A block of 512 bytes that describes a member of a tarball: ustar (POSIX.1-1988), and GNU's format. */
final class TarHeader {
    static final int BYTES = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block;
    }

    boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether its checksum is right; some old programs have added up signed bytes. */
    boolean isValid() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BYTES; i++) {
            boolean ofChecksum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;
            unsigned += ofChecksum ? ' ' : block[i] & 0xff;
            signed += ofChecksum ? ' ' : block[i];
        }
        long said = number(CHECKSUM, CHECKSUM_BYTES);
        return said == unsigned || said == signed;
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    byte[] name() {
        byte[] name = text(0, 100);
        byte[] prefix = isPosix() ? text(345, 155) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] all = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        all[prefix.length] = '/';
        System.arraycopy(name, 0, all, prefix.length + 1, name.length);
        return all;
    }

    /** GNU's format has other things where POSIX has a prefix. */
    private boolean isPosix() {
        return new String(block, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
    }

    byte[] link() {
        return text(157, 100);
    }

    /** Returns the size of the content; negative if it is none. */
    long size() {
        return number(124, 12);
    }

    int mode() {
        return (int) (Math.max(0, number(100, 8)) & 07777);
    }

    Instant modified() {
        long seconds = number(136, 12);
        return Math.abs(seconds) > Integer.MAX_VALUE * 1000L ? Instant.EPOCH : Instant.ofEpochSecond(seconds);
    }

    /** Returns whether more of the map of a sparse file follows, in GNU's old format. */
    boolean hasMoreOfMap(boolean first) {
        return block[first ? 482 : 504] != 0;
    }

    private byte[] text(int at, int most) {
        int end = at;
        while (end < at + most && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, at, end);
    }

    /** Returns an octal number or, with the highest bit set, GNU's binary one; negative if it is too large for a long, or no number. */
    private long number(int at, int length) {
        if ((block[at] & 0x80) != 0) {
            return binary(at, length);
        }
        long value = 0;
        boolean begun = false;
        for (int i = at; i < at + length; i++) {
            byte b = block[i];
            if (b >= '0' && b <= '7') {
                begun = true;
                value = value * 8 + (b - '0');
            } else if (begun) {
                break;
            } else if (b != ' ' && b != 0) {
                return -1;
            }
        }
        return value;
    }

    private long binary(int at, int length) {
        long value = (block[at] & 0x40) == 0 ? block[at] & 0x3f : -1;
        for (int i = at + 1; i < at + length; i++) {
            if (value != -1 && value >>> 55 != 0) {
                return -1;
            }
            value = (value << 8) | (block[i] & 0xff);
        }
        return value;
    }

    static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
