package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;

class PartPlanTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Test
    void keepsToTheUsualSizeAsLongAsThePartsAreEnough() throws Exception {
        assertThat(PartPlan.of(10 * GIB, limits(10_000))).isEqualTo(new PartPlan(10 * GIB, 16 * MIB));
        assertThat(PartPlan.of(10 * GIB, limits(10_000)).count()).isEqualTo(640);
    }

    @Test
    void takesLargerPartsWhereTheStoreAllowsFew() throws Exception {
        PartPlan plan = PartPlan.of(100 * GIB, limits(1_000));

        assertThat(plan.count()).isLessThanOrEqualTo(1_000);
        assertThat(plan.partBytes()).isEqualTo(103 * MIB);
    }

    @Test
    void coversEachByteOnce() throws Exception {
        for (long size : new long[] {1, 16 * MIB - 1, 16 * MIB, 16 * MIB + 1, 5 * GIB + 12_345}) {
            PartPlan plan = PartPlan.of(size, limits(1_000));
            long next = 0;
            for (int number = 1; number <= plan.count(); number++) {
                assertThat(plan.offset(number)).isEqualTo(next);
                assertThat(plan.length(number)).isPositive();
                next += plan.length(number);
            }
            assertThat(next).isEqualTo(size);
        }
    }

    @Test
    void staysBelowAThousandPartsWithoutBeingTold() throws Exception {
        for (long size : new long[] {17 * GIB, 100 * GIB, 4_999 * GIB}) {
            assertThat(PartPlan.of(size, S3Config.Limits.USUAL).count()).isLessThanOrEqualTo(1_000);
        }
    }

    @Test
    void refusesWhatFitsIntoNoNumberOfParts() {
        assertThatThrownBy(() -> PartPlan.of(6_000 * GIB, limits(1_000))).isInstanceOf(FailureException.class);
    }

    @Test
    void refusesTheLargestSizesToo() {
        for (int maxParts : new int[] {1, 1_000}) {
            assertThatThrownBy(() -> PartPlan.of(Long.MAX_VALUE, limits(maxParts)))
                    .isInstanceOf(FailureException.class);
        }
    }

    private static S3Config.Limits limits(int maxParts) {
        return new S3Config.Limits(4, maxParts, 16 * MIB, 16 * MIB, 255);
    }
}
