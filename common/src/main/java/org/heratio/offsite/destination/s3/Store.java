package org.heratio.offsite.destination.s3;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The questions that are asked of the bucket, page by page where there are pages. */
final class Store {
    private final S3Calls calls;
    private final String bucket;

    Store(S3Calls calls, String bucket) {
        this.calls = calls;
        this.bucket = bucket;
    }

    S3Calls calls() {
        return calls;
    }

    String bucket() {
        return bucket;
    }

    /** Throws what is in the way of working with the bucket. */
    void requireBucket() throws FailureException, InterruptedException {
        try {
            calls.call("looking at the bucket " + bucket, () -> calls.client().headBucket(r -> r.bucket(bucket)));
        } catch (FailureException e) {
            throw S3Failures.status(e) == 404 ? calls.failures().noBucket() : inWords(e, "");
        }
    }

    /** The answer to HEAD has no body that says why it is a refusal: something is asked whose answer has one. */
    private FailureException inWords(FailureException refusal, String prefix) throws InterruptedException {
        int status = S3Failures.status(refusal);
        boolean wordless = S3Failures.storeCode(refusal).isEmpty() && (status == 400 || status == 403 || status == 503);
        if (!wordless) {
            return refusal;
        }
        try {
            calls.call(
                    listing(prefix),
                    () -> calls.client()
                            .listObjectsV2(r -> r.bucket(bucket).prefix(prefix).maxKeys(1)));
            return status == 400 ? S3Failures.unexplained(refusal) : refusal;
        } catch (FailureException e) {
            return e;
        }
    }

    /** Returns the headers of an object; empty when it is certain that there is none. */
    Optional<HeadObjectResponse> head(String key) throws FailureException, InterruptedException {
        String what = "looking at " + key;
        try {
            HeadObjectResponse head = calls.call(
                    what, () -> calls.client().headObject(r -> r.bucket(bucket).key(key)));
            if (head.eTag() == null || head.contentLength() == null) {
                throw calls.failures().notFromAStore(what);
            }
            return Optional.of(head);
        } catch (FailureException e) {
            if (S3Failures.status(e) != 404) {
                throw inWords(e, key);
            }
            // nor whether it is the object or its bucket that is missing
            requireBucket();
            return Optional.empty();
        }
    }

    void delete(String key) throws FailureException, InterruptedException {
        try {
            calls.call(
                    "deleting " + key,
                    () -> calls.client().deleteObject(r -> r.bucket(bucket).key(key)));
        } catch (FailureException e) {
            if (S3Failures.status(e) != 404) {
                throw e;
            }
            requireBucket();
        }
    }

    void list(String prefix, Consumer<S3Object> consumer) throws FailureException, InterruptedException {
        String token = null;
        do {
            String from = token;
            ListObjectsV2Response page = calls.call(
                    listing(prefix),
                    () -> calls.client()
                            .listObjectsV2(r -> r.bucket(bucket)
                                    .prefix(prefix)
                                    .continuationToken(from)
                                    // names may hold what XML can't
                                    .encodingType(EncodingType.URL)));
            if (page.name() == null && page.isTruncated() == null) {
                throw calls.failures().notFromAStore(listing(prefix));
            }
            page.contents().forEach(consumer);
            token = next(page, from);
        } while (token != null);
    }

    private String listing(String prefix) {
        return "listing " + (prefix.isEmpty() ? "the bucket " + bucket : prefix);
    }

    /** Throws rather than that it takes a part of a listing for all of it. */
    private @Nullable String next(ListObjectsV2Response page, @Nullable String from) throws FailureException {
        if (!Boolean.TRUE.equals(page.isTruncated())) {
            return null;
        }
        String next = page.nextContinuationToken();
        if (next == null || next.equals(from)) {
            throw new FailureException(
                    ErrorCode.DESTINATION_IO, "the store says that a listing goes on, and not from where");
        }
        return next;
    }

    /** The unfinished uploads of exactly this key, whoever began them. */
    List<MultipartUpload> uploads(String key) throws FailureException, InterruptedException {
        List<MultipartUpload> found = new ArrayList<>();
        String keyMarker = null;
        String idMarker = null;
        do {
            String fromKey = keyMarker;
            String fromId = idMarker;
            ListMultipartUploadsResponse page = calls.call(
                    "looking for unfinished uploads of " + key,
                    () -> calls.client()
                            .listMultipartUploads(r -> r.bucket(bucket)
                                    .prefix(key)
                                    .keyMarker(fromKey)
                                    .uploadIdMarker(fromId)
                                    .encodingType(EncodingType.URL)));
            page.uploads().stream().filter(u -> key.equals(u.key())).forEach(found::add);
            boolean stuck =
                    Objects.equals(page.nextKeyMarker(), fromKey) && Objects.equals(page.nextUploadIdMarker(), fromId);
            boolean more = Boolean.TRUE.equals(page.isTruncated()) && !stuck;
            keyMarker = more ? page.nextKeyMarker() : null;
            idMarker = more ? page.nextUploadIdMarker() : null;
        } while (keyMarker != null);
        return found;
    }

    /** The parts that an upload has, by number; empty when there is no such upload. */
    Optional<Map<Integer, Part>> parts(String key, String uploadId) throws FailureException, InterruptedException {
        Map<Integer, Part> found = new HashMap<>();
        Integer marker = null;
        do {
            Integer from = marker;
            ListPartsResponse page;
            try {
                page = calls.call(
                        "looking at the parts of " + key,
                        () -> calls.client()
                                .listParts(r -> r.bucket(bucket)
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumberMarker(from)));
            } catch (FailureException e) {
                if (S3Failures.status(e) != 404) {
                    throw e;
                }
                requireBucket();
                return Optional.empty();
            }
            page.parts().forEach(part -> found.put(part.partNumber(), part));
            marker = next(page, from);
        } while (marker != null);
        return Optional.of(found);
    }

    private static @Nullable Integer next(ListPartsResponse page, @Nullable Integer from) {
        Integer next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextPartNumberMarker() : null;
        return next == null || next.equals(from) ? null : next;
    }

    /** Removes an unfinished upload with its parts; none there is no failure. */
    void abort(String key, String uploadId) throws FailureException, InterruptedException {
        try {
            calls.call(
                    "aborting the upload of " + key,
                    () -> calls.client()
                            .abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(uploadId)));
        } catch (FailureException e) {
            if (S3Failures.status(e) != 404) {
                throw e;
            }
        }
    }
}
