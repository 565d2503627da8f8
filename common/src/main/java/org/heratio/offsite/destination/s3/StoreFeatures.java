package org.heratio.offsite.destination.s3;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The features of the store, as far as requests have shown them. {@code Content-MD5} is always sent; the rest is tried. */
final class StoreFeatures {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFeatures.class);
    private static final Set<String> NOT_KNOWN_THERE =
            Set.of("", "NotImplemented", "XNotImplemented", "InvalidRequest", "MalformedXML", "MalformedHeader");

    private final AtomicBoolean checksums = new AtomicBoolean(true);
    private final AtomicBoolean keeps = new AtomicBoolean();
    private final ConditionSupport puts = new ConditionSupport("PutObject");
    private final ConditionSupport completions = new ConditionSupport("CompleteMultipartUpload");

    /** Returns whether CRC32C checksums are sent in headers, besides {@code Content-MD5}. */
    boolean checksums() {
        return checksums.get();
    }

    /**
     * Returns whether a refusal may have come from the checksums, so that trying again without them makes sense: for each request that had them,
     * since several may be under way when the first one is refused.
     *
     * @param used whether the refused request had checksums
     */
    static boolean mayComeFromChecksums(FailureException refusal, boolean used) {
        return used && mayMeanUnknownHeader(refusal, "checksum");
    }

    /** The same went well without checksums: they are left out from now on. A store may refuse the like for an Object Lock that it does not know, and then they stay. */
    void doWithoutChecksums(FailureException refusal) {
        if (checksums.compareAndSet(true, false)) {
            LOG.warn(
                    "the store refused a request with x-amz-checksum-crc32c; going on with Content-MD5 alone driver=s3 reason={}",
                    refusal.failure().oneLine());
        }
    }

    /** Returns whether the store was seen to keep an object as it was sent, with its metadata, and to call it by its MD5. */
    boolean keepsWhatItCallsByMd5() {
        return keeps.get();
    }

    void keptWhatItCallsByMd5() {
        keeps.set(true);
    }

    /** The conditions of puts in one piece. */
    ConditionSupport puts() {
        return puts;
    }

    /** The conditions under which uploads in parts are completed. */
    ConditionSupport completions() {
        return completions;
    }

    /**
     * Returns whether a refusal may mean that the store does not know a header.
     *
     * @param words a refused argument counts only when the store's message has one of them
     */
    static boolean mayMeanUnknownHeader(FailureException refusal, String... words) {
        String code = S3Failures.storeCode(refusal);
        String message = S3Failures.storeMessage(refusal).toLowerCase(Locale.ROOT);
        return switch (S3Failures.status(refusal)) {
            case 501 -> true;
            // an argument that is not valid is mostly another one, such as the number of a part
            case 400 ->
                NOT_KNOWN_THERE.contains(code)
                        || (code.equals("InvalidArgument")
                                && Arrays.stream(words).anyMatch(message::contains));
            default -> false;
        };
    }
}
