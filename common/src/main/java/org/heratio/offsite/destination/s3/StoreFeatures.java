package org.heratio.offsite.destination.s3;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found out about the store while working with it. {@code Content-MD5} is always sent; the rest is tried. */
final class StoreFeatures {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFeatures.class);
    private static final Set<String> NOT_KNOWN_THERE =
            Set.of("", "NotImplemented", "XNotImplemented", "InvalidRequest", "MalformedXML", "MalformedHeader");

    private final AtomicBoolean checksums = new AtomicBoolean(true);
    private final AtomicBoolean conditions = new AtomicBoolean(true);

    /** Whether CRC32C checksums are sent in headers, besides {@code Content-MD5}. */
    boolean checksums() {
        return checksums.get();
    }

    /**
     * Whether a refusal may have come from the checksums, so that trying again without them makes sense: for each request that had them,
     * since several may be under way when the first one is refused.
     *
     * @param used whether the refused request had checksums
     */
    static boolean mayComeFromChecksums(FailureException refusal, boolean used) {
        return used && mayMeanChecksums(refusal);
    }

    /** The same went well without checksums: they are left out from now on. A store may refuse the like for an Object Lock that it does not know, and then they stay. */
    void doWithoutChecksums(FailureException refusal) {
        if (checksums.compareAndSet(true, false)) {
            LOG.warn(
                    "the store refused a request with x-amz-checksum-crc32c; going on with Content-MD5 alone driver=s3 reason={}",
                    refusal.failure().oneLine());
        }
    }

    /** Returns whether puts have conditions, as far as is known. */
    boolean conditions() {
        return conditions.get();
    }

    /** The store was found to refuse conditions, or to ignore them: puts look before and after instead. */
    void doWithoutConditions(String how) {
        if (conditions.compareAndSet(true, false)) {
            LOG.info("the store {} conditional writes; each put looks at its key before and after driver=s3", how);
        }
    }

    /** Returns whether a refusal may have come from a condition that the store does not know. */
    static boolean mayComeFromCondition(FailureException refusal, Condition used) {
        return !used.isNone() && mayMeanChecksums(refusal);
    }

    private static boolean mayMeanChecksums(FailureException refusal) {
        String code = S3Failures.storeCode(refusal);
        return switch (S3Failures.status(refusal)) {
            case 501 -> true;
            // an argument that is not valid is mostly another one, such as the number of a part
            case 400 -> NOT_KNOWN_THERE.contains(code) || (code.equals("InvalidArgument") && namesChecksums(refusal));
            default -> false;
        };
    }

    private static boolean namesChecksums(FailureException refusal) {
        return S3Failures.storeMessage(refusal).toLowerCase(Locale.ROOT).contains("checksum");
    }
}
