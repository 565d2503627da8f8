package org.heratio.offsite.destination.s3;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * How a payload is cut into parts: all of one size but the last.
 *
 * @param size bytes in all, more than 0
 * @param partBytes bytes of each part but the last
 */
record PartPlan(long size, long partBytes) {
    private static final long MIB = 1L << 20;
    /** No store takes larger parts. */
    private static final long LARGEST_PART = 5L << 30;

    PartPlan {
        if (size <= 0 || partBytes <= 0) {
            throw new IllegalArgumentException("a plan needs bytes: " + size + " in parts of " + partBytes);
        }
    }

    /** The usual part size, or as many whole MiB as it takes to keep to the store's number of parts. */
    static PartPlan of(long size, S3Config.Limits limits) throws FailureException {
        long least = quotient(size, limits.maxParts());
        long part = least <= limits.partBytes() ? limits.partBytes() : quotient(least, MIB) * MIB;
        if (part > LARGEST_PART || least > LARGEST_PART) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "a payload of " + size + " bytes does not fit into " + limits.maxParts() + " parts of 5 GiB",
                    "make smaller archives");
        }
        return new PartPlan(size, part);
    }

    /** Rounded up, without a sum that could overflow. */
    private static long quotient(long size, long divisor) {
        return (size - 1) / divisor + 1;
    }

    /** How many parts. */
    int count() {
        return Math.toIntExact(quotient(size, partBytes));
    }

    /** Where a part begins; parts are counted from 1, as the store does. */
    long offset(int number) {
        return (number - 1) * partBytes;
    }

    /** Bytes of a part. */
    long length(int number) {
        return Math.min(partBytes, size - offset(number));
    }
}
