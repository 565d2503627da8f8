package org.heratio.offsite.destination.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;

/** What a range of a payload must be, as the store wants to be told it. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record RangeDigest(long length, byte[] md5, int crc32c) {

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
