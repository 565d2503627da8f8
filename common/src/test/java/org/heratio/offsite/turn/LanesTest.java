package org.heratio.offsite.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.heratio.offsite.ledger.DueVersion;
import org.junit.jupiter.api.Test;

/** Which archive goes first when many wait. */
class LanesTest {
    private static final String DUMP = "/backups/database_x_2026-11-20_031500.sql.gz";

    private final Lanes lanes = new Lanes();

    @Test
    void namesThatDifferInDigitsOnlyAreOneLane() {
        assertThat(Lanes.of("/b/db_2026-11-20.sql.gz")).isEqualTo(Lanes.of("/b/db_2026-1-3.sql.gz"));
        assertThat(Lanes.of("/b/db_1.sql.gz")).isNotEqualTo(Lanes.of("/b/files_1.sql.gz"));
        assertThat(Lanes.of("/b1/db.sql.gz")).isNotEqualTo(Lanes.of("/b2/db.sql.gz"));
        assertThat(Lanes.of("db.gz")).isNotEqualTo(Lanes.of("/db.gz"));
    }

    @Test
    void aDumpBehindTenThousandBrokenArchivesWaitsForAFewOfThem() {
        lanes.failed(junk(0));
        for (int i = 1; i <= 10_000; i++) {
            lanes.add(new DueVersion(i, i, junk(i)));
        }
        lanes.add(new DueVersion(10_001, 10_001, DUMP));

        assertThat(order(1, 5)).contains(10_001L);
    }

    @Test
    void lanesThatWereGoodHaveFourTurnsOfSevenNewOnesTwoAndThoseThatFailOne() {
        lanes.wasGood("/b/good.gz");
        lanes.failed(junk(0));
        for (int i = 1; i <= 7; i++) {
            lanes.add(new DueVersion(i, i, "/b/good.gz"));
            lanes.add(new DueVersion(100 + i, 100 + i, "/b/new.gz"));
        }
        List<Long> order = order(1_000, 7);

        assertThat(order).filteredOn(id -> id < 100).hasSize(4);
        assertThat(order).filteredOn(id -> id > 100 && id < 1_000).hasSize(2);
        assertThat(order).filteredOn(id -> id >= 1_000).hasSize(1);
    }

    @Test
    void lanesOfOneStandingTakeTurns() {
        for (int i = 1; i <= 6; i++) {
            lanes.add(new DueVersion(i, i, "/b/first.gz"));
        }
        lanes.add(new DueVersion(7, 7, "/b/second.gz"));
        lanes.add(new DueVersion(8, 8, "/b/third.gz"));

        assertThat(order(1_000, 4)).contains(7L, 8L).filteredOn(id -> id <= 6).hasSizeLessThan(3);
    }

    @Test
    void aMessageKeepsItsTurnAmongArchivesOfItsOwnLane() {
        lanes.add(new DueVersion(1, 1, junk(1)));
        lanes.add(new DueVersion(2, 2, junk(2)));

        assertThat(lanes.insteadOf(2, junk(2))).isEmpty();
        assertThat(lanes.insteadOf(1, junk(1))).isEmpty();
    }

    @Test
    void whoseTurnComesIsNotHeldAnyMoreAndWhatIsInHandHasNone() {
        lanes.add(new DueVersion(1, 1, DUMP));
        lanes.began(1);
        assertThat(order(1_000, 20)).doesNotContain(1L);
        lanes.ended(1);
        lanes.add(new DueVersion(1, 1, DUMP));
        assertThat(Collections.frequency(order(1_000, 20), 1L)).isEqualTo(1);
    }

    @Test
    void whatIsNotHeldIsReadLaterFromWhereItBegins() {
        for (int i = 1; i <= Lane.MOST_WAITING + 2; i++) {
            lanes.add(new DueVersion(i, i, DUMP));
        }
        assertThat(lanes.refill()).as("while some are held").isEmpty();
        order(1_000, 3 * Lane.MOST_WAITING);

        long last = Lane.MOST_WAITING;
        assertThat(lanes.refill()).hasValueSatisfying(more -> {
            assertThat(more.from().versionId()).isEqualTo(last);
            assertThat(more.from().compareTo(new DueVersion(last + 1, last + 1, DUMP)))
                    .isNegative();
        });
        assertThat(lanes.refill()).isEmpty();
    }

    @Test
    void namesWithoutEndFillNoMemoryAndKeepOutNoLaneThatWasGood() {
        lanes.wasGood(DUMP);
        for (int i = 1; i <= 10_000; i++) {
            String name = "/backups/" + letters(i) + ".gz";
            lanes.failed(name);
            lanes.add(new DueVersion(i, i, name));
        }
        lanes.add(new DueVersion(20_000, 20_000, DUMP));

        assertThat(order(30_000, 3)).contains(20_000L);
    }

    @Test
    void aDumpBehindTenThousandNamesOfLettersWaitsForAFewOfThem() {
        for (int i = 1; i <= 10_000; i++) {
            lanes.add(new DueVersion(i, i, word(i)));
        }
        lanes.add(new DueVersion(20_000, 20_000, DUMP));

        List<Long> order = new ArrayList<>();
        for (long id = 1; id <= 5; id++) {
            order.add(next(id, word(id)));
        }
        assertThat(order).contains(20_000L, 1L);
    }

    @Test
    void aDumpAmidTenThousandNamesOfLettersDoesNotWaitForMostOfThem() {
        for (int i = 1; i <= 10_000; i++) {
            lanes.add(new DueVersion(i, i, word(i)));
            if (i == 5_000) {
                lanes.add(new DueVersion(i, 20_000, DUMP));
            }
        }
        List<Long> order = new ArrayList<>();
        for (long id = 1; id <= 3_000; id++) {
            long first = next(id, word(id));
            order.add(first);
            lanes.failed(word(first));
        }
        assertThat(order).contains(20_000L);
    }

    @Test
    void aDumpBehindTenThousandDirectoriesWaitsForAFewOfThem() {
        for (int i = 1; i <= 10_000; i++) {
            lanes.add(new DueVersion(i, i, "/backups/" + letters(i) + "/a.gz"));
        }
        lanes.add(new DueVersion(20_000, 20_000, "/backups/new/a.gz"));

        List<Long> order = new ArrayList<>();
        for (int id = 5_000; id < 5_005; id++) {
            order.add(next(id, "/backups/" + letters(id) + "/a.gz"));
        }
        assertThat(order).contains(20_000L);
    }

    @Test
    void aLaneThatSharesItsPlaceAndFailsIsNotNewAnyMore() {
        for (int i = 1; i <= 3_000; i++) {
            lanes.add(new DueVersion(i, i, word(i)));
            lanes.failed(word(i));
        }
        lanes.add(new DueVersion(20_000, 20_000, DUMP));

        assertThat(next(1, word(1))).isEqualTo(20_000);
    }

    @Test
    void lanesThatHaveNothingLeftMakeRoomForOthers() {
        for (int i = 1; i <= 5_000; i++) {
            lanes.add(new DueVersion(i, i, word(i)));
            lanes.began(i);
            lanes.ended(i);
        }
        lanes.insteadOf(6_000, word(6_000));
        lanes.add(new DueVersion(7_000, 7_000, word(7_000)));
        lanes.add(new DueVersion(7_001, 7_001, word(7_000)));

        assertThat(next(7_000, word(7_000)))
                .as("in a lane of its own a message keeps its turn")
                .isEqualTo(7_000);
    }

    @Test
    void aVersionThatTwoWorkersHaveIsInHandUntilBothEnd() {
        lanes.began(1);
        lanes.began(1);
        lanes.ended(1);
        assertThat(lanes.busy()).isTrue();
        lanes.add(new DueVersion(1, 1, DUMP));
        assertThat(order(1_000, 20)).doesNotContain(1L);

        lanes.ended(1);
        assertThat(lanes.busy()).isFalse();
        lanes.add(new DueVersion(1, 1, DUMP));
        assertThat(order(1_000, 20)).contains(1L);
    }

    @Test
    void aLaneWithMoreIsReadOnBehindWhatWasRead() {
        for (int i = 1; i <= Lane.MOST_WAITING + 2; i++) {
            lanes.add(new DueVersion(i, i, DUMP));
        }
        order(1_000, 3 * Lane.MOST_WAITING);
        Lanes.More more = lanes.refill().orElseThrow();

        lanes.moreBehind(new DueVersion(500, 500, "/elsewhere/x.gz"), more.lane());

        assertThat(lanes.refill()).hasValueSatisfying(next -> {
            assertThat(next.lane()).isEqualTo(more.lane());
            assertThat(next.from().versionId()).isEqualTo(500);
        });
    }

    private long next(long versionId, String path) {
        return lanes.insteadOf(versionId, path).map(DueVersion::versionId).orElse(versionId);
    }

    /** Which versions have the next turns, if messages of junk come in: those themselves, and others in their place. */
    private List<Long> order(long firstJunk, int messages) {
        List<Long> order = new ArrayList<>();
        for (long id = firstJunk; id < firstJunk + messages; id++) {
            long own = id;
            order.add(lanes.insteadOf(own, junk(own)).map(DueVersion::versionId).orElse(own));
        }
        return order;
    }

    private static String junk(long number) {
        return "/backups/junk_" + number + ".gz";
    }

    /** A name of letters as a generator makes it, another one for each number. */
    private static String word(long number) {
        Random random = new Random(number);
        StringBuilder name = new StringBuilder("/backups/");
        for (int i = 0; i < 12; i++) {
            name.append((char) ('a' + random.nextInt(26)));
        }
        return name.append(".gz").toString();
    }

    /** A name without digits, another one for each number. */
    private static String letters(int number) {
        return "y".repeat(number % 97) + "-" + "z".repeat(number / 97);
    }
}
