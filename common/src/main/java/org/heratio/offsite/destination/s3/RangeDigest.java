package org.heratio.offsite.destination.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.failure.FailureException;

/** The checksum of a range of a payload, in the form that the store expects. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record RangeDigest(long length, byte[] md5, int crc32c) {
    private static final int BUFFER = 256 << 10;

    /** Returns the checksum of bytes in memory. */
    static RangeDigest of(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new RangeDigest(bytes.length, md5Digest().digest(bytes), (int) crc.getValue());
    }

    /** Reads on in a payload, just ahead of the upload: the store is told what the range must be, so that only what was hashed here is stored. */
    static RangeDigest next(PayloadReader payload, long length) throws FailureException, InterruptedException {
        MessageDigest md5 = md5Digest();
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
        for (long left = length; left > 0; ) {
            int read = payload.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                payload.requireWhole();
            }
            md5.update(buffer, 0, read);
            crc.update(buffer, 0, read);
            left -= read;
        }
        return new RangeDigest(length, md5.digest(), (int) crc.getValue());
    }

    static MessageDigest md5Digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }

    /** For {@code Content-MD5}. */
    String md5Base64() {
        return Base64.getEncoder().encodeToString(md5);
    }

    /** As an ETag has it, where an ETag is an MD5. */
    String md5Hex() {
        return HexFormat.of().formatHex(md5);
    }

    /** For {@code x-amz-checksum-crc32c}. */
    String crc32cBase64() {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt(crc32c).array());
    }
}
