package org.heratio.offsite.destination.s3;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Puts large payloads in parts, and goes on where an earlier try ended. */
final class MultipartPut {
    private static final Logger LOG = LoggerFactory.getLogger(MultipartPut.class);

    private final Store store;
    private final UploadFinder finder;
    private final UploadJournals journals;
    private final StoreFeatures features;
    private final ObjectCheck check;
    private final GuardedWrite guard;
    private final Semaphore slots;
    private final RateLimit limit;

    MultipartPut(
            Store store,
            UploadFinder finder,
            UploadJournals journals,
            StoreFeatures features,
            ObjectCheck check,
            int parallelParts,
            RateLimit limit) {
        this.store = store;
        this.finder = finder;
        this.journals = journals;
        this.features = features;
        this.check = check;
        this.guard = new GuardedWrite(check, features.completions());
        this.slots = new Semaphore(parallelParts, true);
        this.limit = limit;
    }

    /** The object is there when it returns what the store calls it, or null when it was there already. A transient failure leaves the parts for the next try, any other removes them. */
    @Nullable
    String put(PutRequest request, String key) throws FailureException, InterruptedException {
        UploadJournal earlier =
                journals.load(request.transferId(), request.owner()).orElse(null);
        if (earlier != null && earlier.completing() && check.isDone(request, key)) {
            forget(earlier);
            return null;
        }
        return put(request, key, features.checksums());
    }

    private @Nullable String put(PutRequest request, String key, boolean checksums)
            throws FailureException, InterruptedException {
        OpenUpload found = finder.find(request, key).orElse(null);
        requireFree(request, key, found);
        OpenUpload upload = found == null ? begin(request, key, checksums) : found;
        try {
            List<CompletedPart> parts = new PartSender(store, slots, limit, request, upload).send();
            return complete(request, upload, parts);
        } catch (FailureException e) {
            if (StoreFeatures.mayComeFromChecksums(e, upload.checksums())) {
                // an upload that stays would be found again, and refused again
                finder.settle(upload.journal());
                String eTag = put(request, key, false);
                features.doWithoutChecksums(e);
                return eTag;
            }
            if (e.failure().kind() != FailureKind.TRANSIENT || uploadIsGone(e)) {
                abort(upload);
            }
            throw e;
        }
    }

    /** Looks before gigabytes are sent to a name that is taken. */
    private void requireFree(PutRequest request, String key, @Nullable OpenUpload found)
            throws FailureException, InterruptedException {
        try {
            var unused = check.replaceable(request, key);
        } catch (FailureException e) {
            if (found != null && e.failure().kind() != FailureKind.TRANSIENT) {
                abort(found);
            }
            throw e;
        }
    }

    private OpenUpload begin(PutRequest request, String key, boolean checksums)
            throws FailureException, InterruptedException {
        try {
            return finder.begin(request, key, checksums);
        } catch (FailureException e) {
            if (!StoreFeatures.mayComeFromChecksums(e, checksums)) {
                throw e;
            }
            OpenUpload upload = finder.begin(request, key, false);
            features.doWithoutChecksums(e);
            return upload;
        }
    }

    private @Nullable String complete(PutRequest request, OpenUpload upload, List<CompletedPart> parts)
            throws FailureException, InterruptedException {
        journals.io(() -> {
            upload.journal().complete();
            return true;
        });
        String eTag = guard.write(request, upload.key(), condition -> complete(upload, parts, condition));
        forget(upload.journal());
        return eTag;
    }

    private @Nullable String complete(OpenUpload upload, List<CompletedPart> parts, Condition condition)
            throws FailureException, InterruptedException {
        return store.calls()
                .call(
                        "completing the upload of " + upload.key(),
                        () -> store.calls().client().completeMultipartUpload(r -> {
                            r.bucket(store.bucket()).key(upload.key()).uploadId(upload.id());
                            r.multipartUpload(m -> m.parts(parts));
                            condition.addTo(r::ifNoneMatch, r::ifMatch);
                        }))
                .eTag();
    }

    /** Returns whether the store no longer knows an upload: it is aborted, or complete. */
    static boolean uploadIsGone(FailureException e) {
        return S3Failures.storeCode(e).equals("NoSuchUpload");
    }

    /** Aborts an upload. If that fails, its note stays, and {@code removeAbandoned} tries again. */
    private void abort(OpenUpload upload) throws InterruptedException {
        try {
            finder.settle(upload.journal());
        } catch (FailureException e) {
            LOG.warn(
                    "an upload could not be aborted yet; it is tried again later driver=s3 copy={} reason={}",
                    upload.key(),
                    e.failure().oneLine());
        }
    }

    private void forget(UploadJournal journal) throws FailureException, InterruptedException {
        journals.io(() -> {
            journal.forget();
            return true;
        });
    }
}
