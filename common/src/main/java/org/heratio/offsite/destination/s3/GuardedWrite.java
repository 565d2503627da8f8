package org.heratio.offsite.destination.s3;

import java.time.Instant;
import java.util.Optional;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Gives an object its key unless the key is another's: the store checks that in the request itself where it can, and else the key is
 * looked at right before.
 */
final class GuardedWrite {
    /** More than write one name at once: each round, one of them gets through. */
    private static final int ROUNDS = 10;

    private final ObjectCheck check;
    private final ConditionSupport support;

    GuardedWrite(ObjectCheck check, ConditionSupport support) {
        this.check = check;
        this.support = support;
    }

    /** A request that gives an object its key. */
    interface Write {
        /** Returns what the store calls the object. */
        @Nullable
        String under(Condition condition) throws FailureException, InterruptedException;
    }

    /** The object at a key, as it was seen. */
    private record Sight(Optional<HeadObjectResponse> there) {
        Condition unchanged() {
            return there.map(head -> Condition.stillThere(head.eTag())).orElse(Condition.NOTHING_THERE);
        }

        /** The same bytes put again have the same ETag, but not the same time. */
        boolean isSameAs(Sight other) {
            return eTag().equals(other.eTag()) && time().equals(other.time());
        }

        private Optional<String> eTag() {
            return there.map(HeadObjectResponse::eTag);
        }

        private Optional<Instant> time() {
            return there.map(HeadObjectResponse::lastModified);
        }
    }

    /** Writes where mostly nothing is. A store that is known to check does so first, without a request before. */
    @Nullable
    String writeNew(PutRequest request, String key, Write write) throws FailureException, InterruptedException {
        return support.isProven() ? write(request, key, null, write) : write(request, key, write);
    }

    /**
     * Writes after a look at the key.
     *
     * @return what the store calls the object, or null when it does not say
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when the key belongs to someone else
     */
    @Nullable
    String write(PutRequest request, String key, Write write) throws FailureException, InterruptedException {
        return write(request, key, look(request, key), write);
    }

    private Sight look(PutRequest request, String key) throws FailureException, InterruptedException {
        return new Sight(check.replaceable(request, key));
    }

    /** @param first null when nobody has looked */
    private @Nullable String write(PutRequest request, String key, @Nullable Sight first, Write write)
            throws FailureException, InterruptedException {
        Sight seen = first;
        for (int round = 0; round < ROUNDS; round++) {
            Condition condition = support.sent(seen == null ? Condition.NOTHING_THERE : seen.unchanged());
            FailureException refusal;
            try {
                return write.under(condition);
            } catch (FailureException e) {
                refusal = e;
            }
            if (support.mayHaveCaused(refusal, condition)) {
                return writeWithout(request, key, condition, refusal, write);
            }
            boolean gone = MultipartPut.uploadIsGone(refusal);
            boolean unanswered = !condition.isNone() && S3Failures.isCut(refusal);
            if (!gone && !unanswered && !condition.failed(refusal)) {
                throw refusal;
            }
            Sight now = look(request, key);
            boolean changed = seen != null && !now.isSameAs(seen);
            Optional<HeadObjectResponse> outcome = now.there().filter(head -> ObjectCheck.isOutcome(request, head));
            if (changed && outcome.isPresent()) {
                return outcome.get().eTag(); // the answer was lost on the way, and the SDK asked again
            }
            // a store that refuses a condition before it has read the body closes the connection, and its answer is
            // lost
            boolean refused = seen == null ? now.there().isPresent() : changed;
            if (gone || (unanswered && !refused)) {
                throw refusal;
            }
            if (seen != null && !changed && condition.ifMatch() != null) {
                support.doWithout(condition, "it refuses to replace what has not changed");
            }
            seen = now;
        }
        throw new FailureException(ErrorCode.DESTINATION_BUSY, key + " is written by others at the same time");
    }

    private @Nullable String writeWithout(
            PutRequest request, String key, Condition condition, FailureException refusal, Write write)
            throws FailureException, InterruptedException {
        var unused = look(request, key);
        String eTag = write.under(Condition.NONE);
        support.doWithout(condition, refusal.failure().oneLine());
        return eTag;
    }
}
