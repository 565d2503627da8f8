package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** All times of two years, as somebody sees them who looks at a clock every ten minutes. */
    private static List<Instant> seen(String cron, ZoneId zone) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        CronSchedule schedule = new CronSchedule(cron, zone);
        Instant until = now;
        Optional<Instant> next = schedule.after(until);
        List<Instant> seen = new ArrayList<>();
        for (Instant end = now.plus(Duration.ofDays(730)); now.isBefore(end); now = now.plus(10, ChronoUnit.MINUTES)) {
            if (next.isPresent() && !now.isBefore(next.get())) {
                seen.add(now);
                until = schedule.latest(until, now).orElseThrow();
                next = schedule.after(until);
            }
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"15 3 * * *", "0 4 * * *", "30 2 * * *", "0 2 * * *", "59 1 * * *", "30 0 * * *"})
    void whatIsDailyHappensOnceOnEachDayOfAYearWithSummerTime(String cron) {
        for (String zone :
                List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC")) {
            List<LocalDate> days = seen(cron, ZoneId.of(zone)).stream()
                    .map(instant -> instant.atZone(ZoneId.of(zone)).toLocalDate())
                    .toList();
            assertThat(days).as("%s in %s", cron, zone).doesNotHaveDuplicates();
            Set<LocalDate> all = new HashSet<>(days);
            assertThat(days.get(0).datesUntil(days.get(days.size() - 1)))
                    .as("%s in %s", cron, zone)
                    .allMatch(all::contains);
        }
    }

    @Test
    void anHourThatIsLeftOutIsMadeUpForAfterIt() {
        CronSchedule schedule = new CronSchedule("30 2 * * *", BERLIN);
        assertThat(schedule.after(Instant.parse("2026-03-29T00:00:00Z")))
                .contains(Instant.parse("2026-03-29T01:30:00Z"));
    }

    @Test
    void anHourThatComesTwiceIsTakenTheFirstTimeAlsoByWhoStartsInBetween() {
        CronSchedule schedule = new CronSchedule("30 2 * * *", BERLIN);
        Instant first = Instant.parse("2026-10-25T00:30:00Z");
        assertThat(schedule.after(first.minusSeconds(60))).contains(first);
        assertThat(schedule.after(first)).contains(Instant.parse("2026-10-26T01:30:00Z"));
        assertThat(schedule.after(first.plusSeconds(1800))).contains(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void whatIsMeantForEveryHourLeavesNoneOut() {
        List<Instant> seen = seen("0 * * * *", BERLIN);
        for (int i = 1; i < seen.size(); i++) {
            assertThat(Duration.between(seen.get(i - 1), seen.get(i))).isEqualTo(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 */12 * * *", "0 0,12 * * *"})
    void whatIsMeantForTwoHoursOfTheDayStaysAtThem(String cron) {
        List<Instant> seen = seen(cron, BERLIN);
        assertThat(seen).allMatch(instant -> instant.atZone(BERLIN).getHour() % 12 == 0);
        assertThat(seen).hasSizeBetween(2 * 729, 2 * 730);
    }

    @Test
    void theLatestOfManyThatWereMissedIsTheOneThatCounts() {
        Instant now = Instant.parse("2026-05-05T05:00:30Z");
        Instant longAgo = now.minus(Duration.ofDays(300));
        assertThat(new CronSchedule("* * * * *", BERLIN).latest(longAgo, now)).contains(now.minusSeconds(30));
        assertThat(new CronSchedule("0 4 * * *", ZoneId.of("UTC")).latest(longAgo, now))
                .contains(Instant.parse("2026-05-05T04:00:00Z"));
        assertThat(new CronSchedule("0 0 1 1 *", ZoneId.of("UTC")).latest(longAgo, now))
                .contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(new CronSchedule("0 4 * * *", ZoneId.of("UTC")).latest(now.minusSeconds(600), now))
                .isEmpty();
    }
}
