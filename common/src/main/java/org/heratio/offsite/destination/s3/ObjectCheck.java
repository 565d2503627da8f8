package org.heratio.offsite.destination.s3;

import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Looks whether the store has what it was given: it can't prove the bytes, but stores have been found to keep something else. */
final class ObjectCheck {
    private final Store store;

    ObjectCheck(Store store) {
        this.store = store;
    }

    /**
     * Returns the headers of an object; empty when it is certain that there is none. Meant for keys that are mostly free: the answer to a
     * GET says whether the key or its bucket is missing, and the answer to a HEAD does not. Reads no bytes.
     */
    Optional<HeadObjectResponse> look(String key) throws FailureException, InterruptedException {
        try {
            store.calls()
                    .call(
                            "looking at " + key,
                            () -> store.calls()
                                    .client()
                                    .getObject(
                                            r -> r.bucket(store.bucket())
                                                    .key(key)
                                                    .range("bytes=0-0"),
                                            AsyncResponseTransformer.toBlockingInputStream()))
                    .abort();
        } catch (FailureException e) {
            int status = S3Failures.status(e);
            if (status == 404 && S3Failures.storeCode(e).equals("NoSuchKey")) {
                return Optional.empty();
            }
            if (status < 400 || status >= 500) {
                throw e;
            }
            // an empty object, or one in an archive tier, has headers all the same
        }
        return store.head(key);
    }

    /** Returns the headers of an object of the payload's size and hash at the key; empty when there is none. */
    Optional<HeadObjectResponse> there(PutRequest request, String key) throws FailureException, InterruptedException {
        return store.head(key).filter(head -> !isOfAnother(request, head) && isPayload(request, head));
    }

    /**
     * Throws unless what was put is there with its size and its hash. What has another size, or our bytes under another hash, is removed, unless
     * it is a stranger's, or another put has replaced it since it was looked at.
     *
     * @param eTag what the store called it, or null when that is not known
     * @return what the store says of it; empty when another put has replaced it already
     */
    Optional<HeadObjectResponse> requireStored(PutRequest request, String key, @Nullable String eTag)
            throws FailureException, InterruptedException {
        HeadObjectResponse head = store.head(key)
                .orElseThrow(() -> new FailureException(
                        ErrorCode.DESTINATION_IO, "the store took " + key + " and then had no such object"));
        requireNotTaken(request, key, head);
        String claims = sha256(head);
        boolean ours = eTag != null && OpenUpload.bare(eTag).equals(OpenUpload.bare(head.eTag()));
        boolean otherHash = claims != null && !claims.equalsIgnoreCase(request.sha256());
        if (otherHash && !ours && tag(head) != null) {
            return Optional.empty(); // by another put of this installation, after ours
        }
        if (otherHash && ours) {
            store.deleteUnchanged(key, head);
            throw new FailureException(
                    ErrorCode.DESTINATION_IO,
                    "the object " + key + " has our bytes and the hash of others in its metadata; it is removed",
                    "it is put again; if that does not help, look who else writes into the bucket below this prefix");
        }
        if (otherHash || (claims == null && eTag != null && !ours)) {
            throw new FailureException(
                    ErrorCode.DESTINATION_IO,
                    "something else lies at " + key + " than was put there a moment ago",
                    "look who else writes into the bucket below this prefix");
        }
        if (head.contentLength() != request.size()) {
            store.deleteUnchanged(key, head);
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "the store made " + head.contentLength() + " bytes of the " + request.size() + " of " + key,
                    "it is no store for backups: it keeps something else than it is given");
        }
        if (claims == null) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "the store did not keep the metadata of " + key,
                    "without x-amz-meta-sha256 nobody can check a copy later; look whether a proxy drops such headers");
        }
        return Optional.of(head);
    }

    /**
     * Returns what is at a key, or empty, when a put may have the key.
     *
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when the key belongs to someone else
     */
    Optional<HeadObjectResponse> replaceable(PutRequest request, String key)
            throws FailureException, InterruptedException {
        Optional<HeadObjectResponse> head = store.head(key);
        if (head.isPresent()) {
            requireNotTaken(request, key, head.get());
            if (tag(head.get()) == null && !request.replacesUntagged()) {
                throw Taken.byAStranger(key);
            }
        }
        return head;
    }

    /** Returns whether an object of this very transfer is at the key. An earlier put of the same transfer may have made it. */
    boolean isDone(PutRequest request, String key) throws FailureException, InterruptedException {
        return store.head(key).filter(head -> isOutcome(request, head)).isPresent();
    }

    /** Returns whether an object is what a put of this transfer makes. */
    static boolean isOutcome(PutRequest request, HeadObjectResponse head) {
        return OwnerTag.of(request).equals(tag(head)) && isPayload(request, head);
    }

    private static boolean isPayload(PutRequest request, HeadObjectResponse head) {
        return head.contentLength() == request.size() && request.sha256().equalsIgnoreCase(sha256(head));
    }

    private static void requireNotTaken(PutRequest request, String key, HeadObjectResponse head)
            throws FailureException {
        OwnerTag tag = tag(head);
        if (tag != null && isOfAnother(request, head)) {
            throw Taken.by(tag.installation(), key);
        }
    }

    private static boolean isOfAnother(PutRequest request, HeadObjectResponse head) {
        OwnerTag tag = tag(head);
        return tag != null && !tag.installation().equals(request.owner());
    }

    static Occupant occupant(String name, HeadObjectResponse head) {
        return new Occupant(new Stored(name, head.contentLength(), sha256(head)), tag(head));
    }

    /** Null when there is none, and when what is there can be none. */
    private static @Nullable OwnerTag tag(HeadObjectResponse head) {
        String installation = metadata(head, ObjectHeaders.INSTALLATION);
        String transfer = metadata(head, ObjectHeaders.TRANSFER);
        return installation == null || transfer == null
                ? null
                : OwnerTag.parse(installation + " " + transfer + "\n").orElse(null);
    }

    static @Nullable String sha256(HeadObjectResponse head) {
        return metadata(head, ObjectHeaders.SHA256);
    }

    /** Some stores change the case of metadata names. */
    private static @Nullable String metadata(HeadObjectResponse head, String name) {
        for (Map.Entry<String, String> entry : head.metadata().entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }
}
