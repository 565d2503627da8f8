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
 * AES in OCB mode (RFC 7253) with nonces of 15 bytes and tags of 16, many blocks in one ECB pass: the JDK has no OCB, and BouncyCastle's
 * goes block by block. For one thread.
 *
 * <p>The offset of a block is that of the block before it, and the L of the number of zeros at the end of the block's number. These numbers
 * of zeros are the same in each segment, except for its last block. So are the differences to the offset before the segment.
 */
final class Ocb {
    static final int BLOCK = 16;
    static final int TAG = 16;
    static final int NONCE = 15;

    private static final int SEGMENT = 16 * 1024;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** For what is only added: XOR does not depend on the order of bytes, and this is the fast one. */
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Cipher encrypt;
    private final Cipher decrypt;
    /** L of the RFC, for blocks whose numbers end with so many zeros. */
    private final Block[] doubled = new Block[Integer.SIZE];

    private final Block lastFactor;
    private final Block tagFactor;
    /** The differences between the offset of each block of a segment and the offset before the segment. */
    private final byte[] steps = new byte[SEGMENT];

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
        Block step = Block.ZERO;
        for (int at = 0; at < SEGMENT; at += BLOCK) {
            step = step.xor(factor(at / BLOCK + 1));
            step.put(steps, at);
        }
    }

    @SuppressWarnings("InsecureCryptoUsage") // the raw block function, of which OCB is built here
    private static Cipher block(int mode, byte[] key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"));
        return cipher;
    }

    /**
     * Encrypts in place, and puts the tag behind the ciphertext.
     *
     * @param nonce never the same one twice with one key
     * @param associated what the tag covers, too
     * @param length of the plaintext at the beginning of {@code bytes}
     */
    void encrypt(byte[] nonce, byte[] associated, byte[] bytes, int length) throws GeneralSecurityException {
        Block offset = first(nonce);
        Block sum = Block.ZERO;
        int whole = length & -BLOCK;
        for (int at = 0; at < whole; at += SEGMENT) {
            int n = Math.min(SEGMENT, whole - at);
            sum = sum.xor(sum(bytes, at, n));
            offset = segment(encrypt, bytes, at, n, offset);
        }
        if (length > whole) {
            sum = sum.xor(Block.padded(bytes, whole, length - whole));
            offset = rest(bytes, whole, length, offset);
        }
        tag(sum, offset, associated).put(bytes, length);
    }

    /**
     * Decrypts in place.
     *
     * @param associated what the tag covers, too
     * @param bytes begin with the ciphertext, and its tag follows
     * @param length of the ciphertext
     * @return whether the tag is right; if not, what is in {@code bytes} means nothing
     */
    boolean decrypt(byte[] nonce, byte[] associated, byte[] bytes, int length) throws GeneralSecurityException {
        Block offset = first(nonce);
        Block sum = Block.ZERO;
        int whole = length & -BLOCK;
        for (int at = 0; at < whole; at += SEGMENT) {
            int n = Math.min(SEGMENT, whole - at);
            offset = segment(decrypt, bytes, at, n, offset);
            sum = sum.xor(sum(bytes, at, n));
        }
        if (length > whole) {
            offset = rest(bytes, whole, length, offset);
            sum = sum.xor(Block.padded(bytes, whole, length - whole));
        }
        Block tag = tag(sum, offset, associated);
        return MessageDigest.isEqual(tag.bytes(), Arrays.copyOfRange(bytes, length, length + TAG));
    }

    /** Converts whole blocks, and returns the offset of the last one. */
    private Block segment(Cipher cipher, byte[] bytes, int at, int length, Block before)
            throws GeneralSecurityException {
        int last = length - BLOCK;
        if (length == SEGMENT) {
            int number = (at + length) / BLOCK;
            Block.at(steps, last - BLOCK).xor(factor(number)).put(steps, last);
        }
        xorOffsets(bytes, at, length, before);
        cipher.update(bytes, at, length, bytes, at);
        xorOffsets(bytes, at, length, before);
        return before.xor(Block.at(steps, last));
    }

    private void xorOffsets(byte[] bytes, int at, int length, Block before) {
        byte[] base = before.bytes();
        long first = (long) NATIVE.get(base, 0);
        long second = (long) NATIVE.get(base, Long.BYTES);
        for (int i = 0; i < length; i += BLOCK) {
            int j = i + Long.BYTES;
            NATIVE.set(bytes, at + i, (long) NATIVE.get(bytes, at + i) ^ (long) NATIVE.get(steps, i) ^ first);
            NATIVE.set(bytes, at + j, (long) NATIVE.get(bytes, at + j) ^ (long) NATIVE.get(steps, j) ^ second);
        }
    }

    /** Adds up whole blocks. */
    private static Block sum(byte[] bytes, int at, int length) {
        long first = 0;
        long second = 0;
        for (int i = at; i < at + length; i += BLOCK) {
            first ^= (long) NATIVE.get(bytes, i);
            second ^= (long) NATIVE.get(bytes, i + Long.BYTES);
        }
        byte[] sum = new byte[BLOCK];
        NATIVE.set(sum, 0, first);
        NATIVE.set(sum, Long.BYTES, second);
        return Block.at(sum, 0);
    }

    /** Converts what is no whole block, and returns its offset. */
    private Block rest(byte[] bytes, int at, int end, Block before) throws GeneralSecurityException {
        Block offset = before.xor(lastFactor);
        byte[] pad = encrypted(offset).bytes();
        for (int i = at; i < end; i++) {
            bytes[i] ^= pad[i - at];
        }
        return offset;
    }

    private Block tag(Block sum, Block offset, byte[] associated) throws GeneralSecurityException {
        return encrypted(sum.xor(offset).xor(tagFactor)).xor(hash(associated));
    }

    private Block factor(int number) {
        return doubled[Integer.numberOfTrailingZeros(number)];
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
            offset = offset.xor(factor(i));
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
