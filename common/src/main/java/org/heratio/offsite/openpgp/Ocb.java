package org.heratio.offsite.openpgp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts AES in OCB mode (RFC 7253) with nonces of 15 bytes and tags of 16, many blocks in one ECB pass: the JDK has no OCB, and
 * BouncyCastle's goes block by block. For one thread.
 */
final class Ocb {
    static final int BLOCK = 16;
    static final int TAG = 16;
    static final int NONCE = 15;

    private static final int SEGMENT = 16 * 1024;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Cipher encrypt;
    private final Cipher decrypt;
    /** L of the RFC, for blocks whose numbers end with so many zeros. */
    private final Block[] doubled = new Block[Integer.SIZE];

    private final Block lastFactor;
    private final Block tagFactor;
    private final byte[] offsets = new byte[SEGMENT];

    /** A block as a number, its first bit is the highest one. */
    private record Block(long high, long low) {
        static final Block ZERO = new Block(0, 0);

        static Block at(byte[] bytes, int offset) {
            return new Block((long) LONGS.get(bytes, offset), (long) LONGS.get(bytes, offset + Long.BYTES));
        }

        /** Returns a part of a block, a one after it, and zeros. */
        static Block padded(byte[] bytes, int offset, int length) {
            byte[] block = Arrays.copyOf(Arrays.copyOfRange(bytes, offset, offset + length), BLOCK);
            block[length] = (byte) 0x80;
            return at(block, 0);
        }

        Block xor(Block other) {
            return new Block(high ^ other.high, low ^ other.low);
        }

        /** Doubles it in the field of 2^128 elements. */
        Block twice() {
            return new Block(high << 1 | low >>> 63, low << 1 ^ (high < 0 ? 0x87 : 0));
        }

        byte[] bytes() {
            byte[] bytes = new byte[BLOCK];
            put(bytes, 0);
            return bytes;
        }

        void put(byte[] bytes, int offset) {
            LONGS.set(bytes, offset, high);
            LONGS.set(bytes, offset + Long.BYTES, low);
        }
    }

    Ocb(byte[] key) throws GeneralSecurityException {
        encrypt = block(Cipher.ENCRYPT_MODE, key);
        decrypt = block(Cipher.DECRYPT_MODE, key);
        lastFactor = encrypted(Block.ZERO);
        tagFactor = lastFactor.twice();
        Block next = tagFactor.twice();
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] = next;
            next = next.twice();
        }
    }

    @SuppressWarnings("InsecureCryptoUsage") // the raw block function, of which OCB is built here
    private static Cipher block(int mode, byte[] key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"));
        return cipher;
    }

    /**
     * Decrypts in place.
     *
     * @param bytes begin with the ciphertext, and its tag follows
     * @param length of the ciphertext
     * @param associated what the tag covers, too
     * @return whether the tag is right; if not, what is in {@code bytes} means nothing
     */
    boolean decrypt(byte[] nonce, byte[] associated, byte[] bytes, int length) throws GeneralSecurityException {
        Block offset = first(nonce);
        Block sum = Block.ZERO;
        int whole = length & -BLOCK;
        for (int at = 0; at < whole; at += SEGMENT) {
            int n = Math.min(SEGMENT, whole - at);
            offset = offsets(offset, at / BLOCK, n);
            sum = sum.xor(segment(bytes, at, n));
        }
        if (length > whole) {
            offset = offset.xor(lastFactor);
            byte[] pad = encrypted(offset).bytes();
            for (int i = 0; i < length - whole; i++) {
                bytes[whole + i] ^= pad[i];
            }
            sum = sum.xor(Block.padded(bytes, whole, length - whole));
        }
        Block tag = encrypted(sum.xor(offset).xor(tagFactor)).xor(hash(associated));
        return MessageDigest.isEqual(tag.bytes(), Arrays.copyOfRange(bytes, length, length + TAG));
    }

    /** Writes the offsets of the blocks that follow, and returns the last one. */
    private Block offsets(Block before, int blocks, int length) {
        long high = before.high;
        long low = before.low;
        for (int i = 0; i < length; i += BLOCK) {
            Block factor = doubled[Integer.numberOfTrailingZeros(blocks + i / BLOCK + 1)];
            high ^= factor.high;
            low ^= factor.low;
            LONGS.set(offsets, i, high);
            LONGS.set(offsets, i + Long.BYTES, low);
        }
        return new Block(high, low);
    }

    /** Decrypts whole blocks with the offsets that were written, and returns the sum of what they hold. */
    private Block segment(byte[] bytes, int at, int length) throws GeneralSecurityException {
        xorOffsets(bytes, at, length);
        decrypt.update(bytes, at, length, bytes, at);
        xorOffsets(bytes, at, length);
        long high = 0;
        long low = 0;
        for (int i = at; i < at + length; i += BLOCK) {
            high ^= (long) LONGS.get(bytes, i);
            low ^= (long) LONGS.get(bytes, i + Long.BYTES);
        }
        return new Block(high, low);
    }

    private void xorOffsets(byte[] bytes, int at, int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            LONGS.set(bytes, at + i, (long) LONGS.get(bytes, at + i) ^ (long) LONGS.get(offsets, i));
        }
    }

    /** Returns the offset before the first block. */
    private Block first(byte[] nonce) throws GeneralSecurityException {
        byte[] block = new byte[BLOCK];
        block[0] = 1;
        System.arraycopy(nonce, 0, block, 1, NONCE);
        int shift = block[BLOCK - 1] & 0x3f;
        block[BLOCK - 1] &= (byte) 0xc0;
        Block top = encrypted(Block.at(block, 0));
        if (shift == 0) {
            return top;
        }
        long third = top.high ^ (top.high << 8 | top.low >>> 56);
        return new Block(top.high << shift | top.low >>> (64 - shift), top.low << shift | third >>> (64 - shift));
    }

    private Block hash(byte[] associated) throws GeneralSecurityException {
        Block sum = Block.ZERO;
        Block offset = Block.ZERO;
        int at = 0;
        for (int i = 1; at + BLOCK <= associated.length; at += BLOCK, i++) {
            offset = offset.xor(doubled[Integer.numberOfTrailingZeros(i)]);
            sum = sum.xor(encrypted(Block.at(associated, at).xor(offset)));
        }
        if (at < associated.length) {
            Block last = Block.padded(associated, at, associated.length - at);
            sum = sum.xor(encrypted(last.xor(offset).xor(lastFactor)));
        }
        return sum;
    }

    private Block encrypted(Block block) throws GeneralSecurityException {
        return Block.at(encrypt.update(block.bytes()), 0);
    }
}
