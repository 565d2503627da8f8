package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.Bandwidth.Slot;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-24T00:00:00Z");

    private Instant now = MIDNIGHT;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private RateLimit limit(Slot... slots) {
        return new RateLimit(
                new Bandwidth(List.of(slots)),
                clock,
                () -> Duration.between(MIDNIGHT, now).toNanos());
    }

    private static Slot slot(String from, long rate) {
        return new Slot(LocalTime.parse(from), rate);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void letsEverythingThroughWithoutALimit() {
        assertThat(RateLimit.NONE.take(Long.MAX_VALUE)).isZero();
        assertThat(RateLimit.NONE.piece(1_000_000)).isEqualTo(1_000_000);
        assertThat(RateLimit.NONE.untilChange()).isEmpty();
    }

    @Test
    void makesAllSendersTogetherWait() {
        RateLimit limit = limit(slot("00:00", 1_000_000));

        assertThat(limit.take(500_000)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(limit.take(1_500_000)).isEqualTo(TimeUnit.SECONDS.toNanos(2));
        pass(Duration.ofSeconds(2));
        assertThat(limit.take(100_000)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void savesUpNoMoreThanASecond() {
        RateLimit limit = limit(slot("00:00", 1_000_000));
        limit.take(1);
        pass(Duration.ofHours(1));

        assertThat(limit.take(1_000_000)).isZero();
        assertThat(limit.take(1_000_000)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void followsTheTimetable() {
        RateLimit limit = limit(slot("08:00", 2_000_000), slot("20:00", 0));

        assertThat(limit.take(1L << 40)).isZero();
        assertThat(limit.untilChange()).contains(Duration.ofHours(8));
        pass(Duration.ofHours(8));
        assertThat(limit.bytesPerSecond()).isEqualTo(2_000_000);
        assertThat(limit.take(2_000_000)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(limit.untilChange()).contains(Duration.ofHours(12));
        pass(Duration.ofHours(12));
        assertThat(limit.take(1L << 40)).isZero();
        assertThat(limit.untilChange()).contains(Duration.ofHours(12));
    }

    @Test
    void makesPiecesSmallForALowRate() {
        assertThat(limit(slot("08:00", 1024), slot("20:00", 0)).piece(128 << 10))
                .isEqualTo(4096);
        assertThat(limit(slot("08:00", 512 << 10)).piece(128 << 10)).isEqualTo(64 << 10);
        assertThat(limit(slot("08:00", 512 << 20)).piece(128 << 10)).isEqualTo(128 << 10);
    }
}
