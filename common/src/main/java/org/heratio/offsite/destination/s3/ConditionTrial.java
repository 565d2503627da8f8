package org.heratio.offsite.destination.s3;

import java.nio.charset.StandardCharsets;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Finds out whether a store refuses an object where one is already. It writes the same small object over and over, so that a store
 * that does not refuse it loses nothing.
 */
final class ConditionTrial {
    private static final Logger LOG = LoggerFactory.getLogger(ConditionTrial.class);

    private final Store store;
    private final S3Calls calls;
    private final ObjectHeaders headers;
    private final String key;
    private final byte[] bytes;
    private final String sha256;
    private final RangeDigest digest;

    /** @param headers without a lock where the bucket allows that: each put of a locked object is kept until its lock ends */
    ConditionTrial(Store store, ObjectHeaders headers, String key, String content) {
        this.store = store;
        this.calls = store.calls();
        this.headers = headers;
        this.key = key;
        this.bytes = content.getBytes(StandardCharsets.UTF_8);
        this.sha256 = Digests.ofText(content);
        this.digest = RangeDigest.of(bytes);
    }

    /** Puts the object. */
    void put(Condition condition) throws FailureException, InterruptedException {
        var unused = calls.call(
                "putting " + key,
                () -> calls.client()
                        .putObject(
                                r -> {
                                    r.bucket(store.bucket()).key(key).contentMD5(digest.md5Base64());
                                    headers.addTo(r, sha256, null);
                                    condition.addTo(r::ifNoneMatch, r::ifMatch);
                                },
                                AsyncRequestBody.fromBytes(bytes)));
    }

    /** Puts the object where nothing is, and returns false; returns true when the store refuses because something is there. */
    boolean putIsRefused() throws FailureException, InterruptedException {
        try {
            put(Condition.NOTHING_THERE);
            return false;
        } catch (FailureException e) {
            return isRefusal(e);
        }
    }

    /** The same for an upload in parts; something has to be there already. What was refused is aborted. */
    boolean completionIsRefused() throws FailureException, InterruptedException {
        String what = "trying an upload in parts of " + key;
        String id = calls.call(
                        what,
                        () -> calls.client().createMultipartUpload(r -> {
                            r.bucket(store.bucket()).key(key);
                            headers.addTo(r, sha256, null);
                        }))
                .uploadId();
        if (id == null) {
            throw calls.failures().notFromAStore(what);
        }
        boolean complete = false;
        try {
            complete(what, id);
            complete = true;
            return false;
        } catch (FailureException e) {
            return isRefusal(e);
        } finally {
            if (!complete) {
                abort(id);
            }
        }
    }

    private void complete(String what, String id) throws FailureException, InterruptedException {
        String eTag = calls.call(
                        what,
                        () -> calls.client()
                                .uploadPart(
                                        r -> r.bucket(store.bucket())
                                                .key(key)
                                                .uploadId(id)
                                                .partNumber(1)
                                                .contentMD5(digest.md5Base64()),
                                        AsyncRequestBody.fromBytes(bytes)))
                .eTag();
        CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
        var unused = calls.call(
                what,
                () -> calls.client()
                        .completeMultipartUpload(r -> r.bucket(store.bucket())
                                .key(key)
                                .uploadId(id)
                                .ifNoneMatch("*")
                                .multipartUpload(m -> m.parts(part))));
    }

    /** Some keys may not abort on purpose; the answer counts all the same. */
    private void abort(String id) throws InterruptedException {
        try {
            store.abort(key, id);
        } catch (FailureException e) {
            LOG.warn(
                    "a small upload that was tried could not be aborted driver=s3 copy={} reason={}",
                    key,
                    e.failure().oneLine());
        }
    }

    /** A store that knows no conditions refuses for another reason; what may pass says nothing. */
    private static boolean isRefusal(FailureException e) throws FailureException {
        if (Condition.NOTHING_THERE.failed(e)) {
            return true;
        }
        if (e.failure().kind() == FailureKind.TRANSIENT
                || !StoreFeatures.mayMeanUnknownHeader(e, "match", "condition")) {
            throw e;
        }
        return false;
    }
}
