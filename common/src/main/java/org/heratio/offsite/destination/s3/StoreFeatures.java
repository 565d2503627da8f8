package org.heratio.offsite.destination.s3;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found out about the store while working with it. {@code Content-MD5} is always sent; the rest is tried. */
final class StoreFeatures {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFeatures.class);
    private static final Set<String> NOT_KNOWN_THERE = Set.of(
            "",
            "NotImplemented",
            "XNotImplemented",
            "InvalidRequest",
            "InvalidArgument",
            "MalformedXML",
            "MalformedHeader");

    private final AtomicBoolean checksums = new AtomicBoolean(true);

    /** Whether CRC32C checksums are sent in headers, besides {@code Content-MD5}. */
    boolean checksums() {
        return checksums.get();
    }

    /** Whether a refusal may have come from the checksums. If so they are left out from now on, and trying again makes sense. */
    boolean learnsFrom(FailureException refusal) {
        int status = S3Failures.status(refusal);
        boolean perhaps = status == 501 || (status == 400 && NOT_KNOWN_THERE.contains(S3Failures.storeCode(refusal)));
        if (!perhaps || !checksums.compareAndSet(true, false)) {
            return false;
        }
        LOG.warn(
                "the store refused a request with x-amz-checksum-crc32c; going on with Content-MD5 alone driver=s3 reason={}",
                refusal.failure().oneLine());
        return true;
    }
}
