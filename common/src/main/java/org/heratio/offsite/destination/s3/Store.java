package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.ListedBytes;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
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
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    /** Entries of a listing; one with more is made up. */
    private static final int MOST_OBJECTS = 10_000_000;

    private static final int MOST_UPLOADS = 100_000;
    /** No upload has more. */
    private static final int MOST_PARTS = 10_000;

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
            if (head.eTag() == null || head.contentLength() == null || head.contentLength() < 0) {
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

    /** Deletes an object only if it is still the one that was looked at. A store that refuses the condition keeps the object. */
    void deleteUnchanged(String key, HeadObjectResponse seen) throws FailureException, InterruptedException {
        try {
            calls.call(
                    "deleting " + key,
                    () -> calls.client()
                            .deleteObject(r -> r.bucket(bucket).key(key).ifMatch(seen.eTag())));
        } catch (FailureException e) {
            LOG.warn(
                    "{} is left as it is: it was replaced meanwhile, or the store does not delete on a condition driver=s3 reason={}",
                    key,
                    e.failure().oneLine());
        }
    }

    /** Returns the beginning of an object, however long it is; empty when it is certain that there is none. */
    Optional<byte[]> beginning(String key, int most) throws FailureException, InterruptedException {
        String what = "reading " + key;
        try {
            var response = calls.call(
                    what,
                    () -> calls.client()
                            .getObject(
                                    r -> r.bucket(bucket).key(key), AsyncResponseTransformer.toBlockingInputStream()));
            CopyStream.Part all = new CopyStream.Part(0, CopyStream.UNKNOWN);
            try (InputStream in = ResponseSource.stream(response, all, calls.failures(), what)) {
                return Optional.of(in.readNBytes(most));
            }
        } catch (IOException e) {
            throw failure(what, e);
        } catch (FailureException e) {
            if (S3Failures.status(e) != 404) {
                throw e;
            }
            requireBucket();
            return Optional.empty();
        }
    }

    private FailureException failure(String what, IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw (InterruptedException) new InterruptedException().initCause(e);
        }
        @Nullable Throwable cause = e.getCause();
        return calls.failures().of(what, cause == null ? e : cause);
    }

    /** Takes what a listing shows. */
    interface ListedObjects {
        void take(S3Object object) throws FailureException;
    }

    /** Lists the objects whose keys begin with a prefix. What else a store shows is passed over. */
    void list(String prefix, ListedObjects objects) throws FailureException, InterruptedException {
        Pages pages = new Pages(listing(prefix), MOST_OBJECTS);
        long outside = 0;
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
            pages.next(page.contents().size());
            for (S3Object object : page.contents()) {
                if (object.key() == null || object.size() == null) {
                    throw calls.failures().notFromAStore(listing(prefix));
                }
                if (object.key().startsWith(prefix)) {
                    objects.take(object);
                } else {
                    outside++;
                }
            }
            token = next(page, from);
        } while (token != null);
        if (outside > 0) {
            LOG.warn("{} shows {} keys that do not begin so; they are passed over driver=s3", listing(prefix), outside);
        }
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
        String what = "looking for unfinished uploads of " + key;
        Pages pages = new Pages(what, MOST_UPLOADS);
        ListedBytes bytes = new ListedBytes(what);
        List<MultipartUpload> found = new ArrayList<>();
        String keyMarker = null;
        String idMarker = null;
        do {
            String fromKey = keyMarker;
            String fromId = idMarker;
            ListMultipartUploadsResponse page = calls.call(
                    what,
                    () -> calls.client()
                            .listMultipartUploads(r -> r.bucket(bucket)
                                    .prefix(key)
                                    .keyMarker(fromKey)
                                    .uploadIdMarker(fromId)
                                    .encodingType(EncodingType.URL)));
            pages.next(page.uploads().size());
            for (MultipartUpload upload : page.uploads()) {
                if (key.equals(upload.key())) {
                    bytes.hold(String.valueOf(upload.uploadId()));
                    bytes.require();
                    found.add(upload);
                }
            }
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
        String what = "looking at the parts of " + key;
        Pages pages = new Pages(what, MOST_PARTS);
        ListedBytes bytes = new ListedBytes(what);
        Map<Integer, Part> found = new HashMap<>();
        Integer marker = null;
        do {
            Integer from = marker;
            ListPartsResponse page;
            try {
                page = calls.call(
                        what,
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
            pages.next(page.parts().size());
            for (Part part : page.parts()) {
                bytes.hold(String.valueOf(part.eTag()));
                bytes.require();
                found.put(part.partNumber(), part);
            }
            marker = next(page, from);
        } while (marker != null);
        return Optional.of(found);
    }

    private static @Nullable Integer next(ListPartsResponse page, @Nullable Integer from) {
        Integer next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextPartNumberMarker() : null;
        return next == null || (from != null && next <= from) ? null : next;
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
