package org.heratio.offsite.destination.s3;

import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The support of a store for conditions in one kind of request. Conditions are sent until the store refuses them. */
final class ConditionSupport {
    private static final Logger LOG = LoggerFactory.getLogger(ConditionSupport.class);

    private final String request;
    private volatile boolean proven;
    private volatile boolean ifNoneMatch = true;
    private volatile boolean ifMatch = true;

    /** @param request what the store calls this kind of request */
    ConditionSupport(String request) {
        this.request = request;
    }

    /** Returns whether the store was seen to refuse an object where another one is. */
    boolean isProven() {
        return proven;
    }

    /** Returns whether each object that was put here has its key by a condition that the store checked. */
    boolean isComplete() {
        return proven && ifMatch;
    }

    void prove() {
        proven = ifNoneMatch;
    }

    /** Returns the condition as far as the store takes it. */
    Condition sent(Condition condition) {
        boolean takes = condition.ifMatch() == null ? ifNoneMatch : ifMatch;
        return takes ? condition : Condition.NONE;
    }

    /** Returns whether a refusal may have come from a condition that the store does not know. */
    boolean mayHaveCaused(FailureException refusal, Condition condition) {
        boolean known = condition.isNone() || (proven && condition.ifMatch() == null);
        return !known && StoreFeatures.mayMeanUnknownHeader(refusal, "match", "condition");
    }

    /** Leaves out such a condition from now on: each request then looks at its key right before and right after. */
    void doWithout(Condition condition, String reason) {
        if (condition.ifMatch() == null && ifNoneMatch) {
            ifNoneMatch = false;
            proven = false;
            LOG.warn(
                    "the store does not check If-None-Match with {}; installations that share the prefix use names of their own"
                            + " driver=s3 reason={}",
                    request,
                    reason);
        } else if (condition.ifMatch() != null && ifMatch) {
            ifMatch = false;
            LOG.info("the store does not check If-Match with {} driver=s3 reason={}", request, reason);
        }
    }
}
