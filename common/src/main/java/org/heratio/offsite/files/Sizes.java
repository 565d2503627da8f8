package org.heratio.offsite.files;

/** Sums of sizes in bytes. A sparse file may claim nearly 2^63 bytes, and a sum that wraps around looks like room. */
public final class Sizes {
    private Sizes() {}

    /**
     * Returns the sum of two sizes, or {@link Long#MAX_VALUE} if it is larger than that.
     *
     * @param one 0 or more
     * @param other 0 or more
     */
    public static long plus(long one, long other) {
        if (one < 0 || other < 0) {
            throw new IllegalArgumentException("a size is not negative: " + one + ", " + other);
        }
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
