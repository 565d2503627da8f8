package org.heratio.offsite.destination.s3;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * An upload that the store knows of.
 *
 * @param key where it is to end
 * @param id what the store calls it
 * @param plan how the payload is cut
 * @param checksums whether it was begun with CRC32C checksums
 * @param journal the note about it
 * @param there the parts that the store had when it was asked
 */
record OpenUpload(
        String key, String id, PartPlan plan, boolean checksums, UploadJournal journal, Map<Integer, Part> there) {

    /** The part of this number, if the store has it with exactly these bytes; else null. */
    @Nullable
    CompletedPart had(int number, RangeDigest digest) {
        Part part = there.get(number);
        if (part == null || part.eTag() == null || !matches(part, digest, journal.sent(number))) {
            return null;
        }
        return completed(number, part.eTag(), digest);
    }

    /** How a part is named when the upload is completed. */
    CompletedPart completed(int number, String eTag, RangeDigest digest) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(eTag)
                .checksumCRC32C(checksums ? digest.crc32cBase64() : null)
                .build();
    }

    /** Where an ETag is no MD5, as with KMS, our note or the checksum must tell. */
    static boolean matches(Part part, RangeDigest digest, UploadJournal.@Nullable Sent sent) {
        if (part.size() == null || part.size() != digest.length()) {
            return false;
        }
        String eTag = bare(part.eTag());
        boolean asNoted = sent != null
                && sent.md5Hex().equals(digest.md5Hex())
                && bare(sent.eTag()).equals(eTag);
        return asNoted || eTag.equals(digest.md5Hex()) || digest.crc32cBase64().equals(part.checksumCRC32C());
    }

    static String bare(String eTag) {
        return eTag.replace("\"", "").toLowerCase(Locale.ROOT);
    }
}
