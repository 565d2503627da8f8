package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.heratio.offsite.destination.OwnerTag;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The headers of each new object: hash, owner, storage class, encryption at the store, lock. */
final class ObjectHeaders {
    static final String SHA256 = "sha256";
    static final String INSTALLATION = "offsite-installation";
    static final String TRANSFER = "offsite-transfer";

    private static final String TYPE = "application/octet-stream";

    private final S3Config.ObjectSettings settings;
    private final Clock clock;

    ObjectHeaders(S3Config.ObjectSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    void addTo(PutObjectRequest.Builder to, String sha256, @Nullable OwnerTag tag) {
        to.metadata(metadata(sha256, tag)).contentType(TYPE).storageClass(settings.storageClass());
        to.serverSideEncryption(encryption()).ssekmsKeyId(settings.kmsKey());
        var lock = settings.lock();
        if (lock != null) {
            to.objectLockMode(lock.mode().name()).objectLockRetainUntilDate(until(lock));
        }
    }

    void addTo(CreateMultipartUploadRequest.Builder to, String sha256, @Nullable OwnerTag tag) {
        to.metadata(metadata(sha256, tag)).contentType(TYPE).storageClass(settings.storageClass());
        to.serverSideEncryption(encryption()).ssekmsKeyId(settings.kmsKey());
        var lock = settings.lock();
        if (lock != null) {
            to.objectLockMode(lock.mode().name()).objectLockRetainUntilDate(until(lock));
        }
    }

    /** All that is given beside the hash, as a text: an unfinished upload keeps what it was begun with, whatever is configured since. */
    String settings() {
        var lock = settings.lock();
        return "class=" + settings.storageClass() + " encryption=" + settings.encryption() + " key=" + settings.kmsKey()
                + " tagged lock=" + (lock == null ? null : lock.mode() + "/" + lock.days());
    }

    private static Map<String, String> metadata(String sha256, @Nullable OwnerTag tag) {
        return tag == null
                ? Map.of(SHA256, sha256)
                : Map.of(SHA256, sha256, INSTALLATION, tag.installation(), TRANSFER, tag.transferId());
    }

    private @Nullable String encryption() {
        return switch (settings.encryption()) {
            case BUCKET_DEFAULT -> null;
            case AES256 -> "AES256";
            case KMS -> "aws:kms";
        };
    }

    private Instant until(S3Config.Lock lock) {
        return clock.instant().plus(Duration.ofDays(lock.days()));
    }
}
