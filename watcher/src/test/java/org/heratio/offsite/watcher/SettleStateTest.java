package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.heratio.offsite.watcher.SettleState.Look;
import org.heratio.offsite.watcher.SettleState.Rules;
import org.heratio.offsite.watcher.WriteProbe.Answer;
import org.junit.jupiter.api.Test;

class SettleStateTest {
    private static final Rules RULES = new Rules(400, 10_000);
    private static final long LONGEST = 1_000;

    private final SettleState fresh = new SettleState(RULES, false);
    private final SettleState old = new SettleState(RULES, true);

    @Test
    void isFinishedAfterTheQuietPeriodWhereTheKernelTells() {
        assertThat(fresh.observe(look(1, Answer.NONE), 0, LONGEST)).isEqualTo(400);
        assertThat(fresh.observe(look(1, Answer.NONE), 100, LONGEST)).isEqualTo(300);
        assertThat(fresh.observe(look(1, Answer.NONE), 400, LONGEST)).isZero();
    }

    @Test
    void isNeverFinishedAtFirstSight() {
        assertThat(old.observe(look(1, Answer.NONE), 5_000_000, LONGEST)).isEqualTo(400);
    }

    @Test
    void takesTheLongQuietPeriodWhereTheKernelDoesNotTell() {
        assertThat(fresh.observe(look(1, Answer.UNKNOWN), 0, LONGEST)).isEqualTo(10_000);
        assertThat(fresh.observe(look(1, Answer.UNKNOWN), 9_999, LONGEST)).isEqualTo(1);
        assertThat(fresh.observe(look(1, Answer.UNKNOWN), 10_000, LONGEST)).isZero();
    }

    @Test
    void takesTheShortOneThereForAnOldFile() {
        assertThat(old.observe(look(1, Answer.UNKNOWN), 0, LONGEST)).isEqualTo(400);
        assertThat(old.observe(look(1, Answer.UNKNOWN), 400, LONGEST)).isZero();
    }

    @Test
    void isNoOldFileAnyMoreOnceItChanged() {
        old.observe(look(1, Answer.UNKNOWN), 0, LONGEST);

        assertThat(old.observe(look(2, Answer.UNKNOWN), 400, LONGEST)).isEqualTo(10_000);
        assertThat(old.observe(look(2, Answer.UNKNOWN), 800, LONGEST)).isEqualTo(9_600);
    }

    @Test
    void startsAnewWhenSizeTimeOrInodeChange() {
        fresh.observe(new Look(1, 1, "a", Answer.NONE), 0, LONGEST);

        assertThat(fresh.observe(new Look(2, 1, "a", Answer.NONE), 400, LONGEST))
                .isEqualTo(400);
        assertThat(fresh.observe(new Look(2, 2, "a", Answer.NONE), 800, LONGEST))
                .isEqualTo(400);
        assertThat(fresh.observe(new Look(2, 2, "b", Answer.NONE), 1_200, LONGEST))
                .isEqualTo(400);
        assertThat(fresh.observe(new Look(2, 2, "b", Answer.NONE), 1_600, LONGEST))
                .isZero();
    }

    @Test
    void waitsForAWriterHoweverStillTheFileIs() {
        for (long now = 0; now < 3_600_000; now += 1_000) {
            assertThat(old.observe(look(1, Answer.WRITERS), now, LONGEST)).isPositive();
        }
    }

    @Test
    void isNotFinishedAtTheMomentThatTheWriterLeaves() {
        fresh.observe(look(1, Answer.WRITERS), 0, LONGEST);
        fresh.observe(look(1, Answer.WRITERS), 5_000, LONGEST);

        assertThat(fresh.observe(look(1, Answer.NONE), 6_000, LONGEST)).isEqualTo(400);
        assertThat(fresh.observe(look(1, Answer.WRITERS), 6_400, LONGEST)).isPositive();
        assertThat(fresh.observe(look(1, Answer.NONE), 7_000, LONGEST)).isEqualTo(400);
        assertThat(fresh.observe(look(1, Answer.NONE), 7_400, LONGEST)).isZero();
    }

    @Test
    void looksLessAndLessOftenWhileSomebodyWrites() {
        assertThat(fresh.observe(look(1, Answer.WRITERS), 0, LONGEST)).isEqualTo(100);
        assertThat(fresh.observe(look(2, Answer.WRITERS), 100, LONGEST)).isEqualTo(200);
        assertThat(fresh.observe(look(3, Answer.WRITERS), 300, LONGEST)).isEqualTo(400);
        assertThat(fresh.observe(look(4, Answer.WRITERS), 700, LONGEST)).isEqualTo(800);
        assertThat(fresh.observe(look(5, Answer.WRITERS), 1_500, LONGEST)).isEqualTo(1_000);
        fresh.stirred();
        assertThat(fresh.observe(look(6, Answer.WRITERS), 1_600, LONGEST)).isEqualTo(100);
    }

    private static Look look(long size, Answer answer) {
        return new Look(size, size, "inode", answer);
    }
}
