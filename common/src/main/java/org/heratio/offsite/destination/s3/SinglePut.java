package org.heratio.offsite.destination.s3;

import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Puts small payloads in one piece. */
final class SinglePut {
    private final Store store;
    private final ObjectHeaders headers;
    private final StoreFeatures features;
    private final GuardedWrite guard;
    private final RateLimit limit;

    SinglePut(Store store, ObjectHeaders headers, StoreFeatures features, ObjectCheck check, RateLimit limit) {
        this.store = store;
        this.headers = headers;
        this.features = features;
        this.guard = new GuardedWrite(check, features.puts());
        this.limit = limit;
    }

    /**
     * A store's answer to a put.
     *
     * @param eTag what the store calls the object, or null when it does not say
     * @param isMd5 whether that is the MD5 of the payload: then the store has exactly these bytes
     */
    record Answer(@Nullable String eTag, boolean isMd5) {}

    /** Puts the object, which is there when it returns. */
    Answer put(PutRequest request, String key) throws FailureException, InterruptedException {
        RangeDigest digest;
        try (PayloadReader reader = new PayloadReader(request)) {
            digest = RangeDigest.next(reader, request.size());
            reader.requireWhole();
        }
        String eTag = guard.writeNew(request, key, condition -> put(request, key, digest, condition));
        return new Answer(eTag, eTag != null && OpenUpload.bare(eTag).equals(digest.md5Hex()));
    }

    private @Nullable String put(PutRequest request, String key, RangeDigest digest, Condition condition)
            throws FailureException, InterruptedException {
        boolean checksums = features.checksums();
        try {
            return put(request, key, digest, condition, checksums);
        } catch (FailureException e) {
            if (!StoreFeatures.mayComeFromChecksums(e, checksums)) {
                throw e;
            }
            String eTag = put(request, key, digest, condition, false);
            features.doWithoutChecksums(e);
            return eTag;
        }
    }

    private @Nullable String put(
            PutRequest request, String key, RangeDigest digest, Condition condition, boolean checksums)
            throws FailureException, InterruptedException {
        PartBody body = new PartBody(request.file(), 0, request.size(), new AtomicLong(), limit);
        try {
            return send(request, key, digest, condition, checksums, body);
        } finally {
            body.end();
        }
    }

    private @Nullable String send(
            PutRequest request, String key, RangeDigest digest, Condition condition, boolean checksums, PartBody body)
            throws FailureException, InterruptedException {
        return store.calls()
                .call(
                        "putting " + key,
                        () -> store.calls()
                                .client()
                                .putObject(
                                        r -> {
                                            r.bucket(store.bucket()).key(key).contentLength(request.size());
                                            headers.addTo(r, request.sha256(), OwnerTag.of(request));
                                            condition.addTo(r::ifNoneMatch, r::ifMatch);
                                            r.contentMD5(digest.md5Base64());
                                            r.checksumCRC32C(checksums ? digest.crc32cBase64() : null);
                                        },
                                        body))
                .eTag();
    }
}
