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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** All times of two years, as somebody sees them who looks at a clock every ten minutes. */
    private static List<Instant> seen(String cron, ZoneId zone) {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        DueTimes times = new DueTimes(new CronSchedule(cron, zone), now);
        List<Instant> seen = new ArrayList<>();
        for (Instant end = now.plus(Duration.ofDays(730)); now.isBefore(end); now = now.plus(10, ChronoUnit.MINUTES)) {
            if (times.due(now)) {
                seen.add(now);
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

    @Test
    void aClockThatIsPutBackBringsNothingTwiceAndALongSleepBringsOne() {
        Instant at = Instant.parse("2026-05-05T03:15:00Z");
        DueTimes times = new DueTimes(new CronSchedule("15 3 * * *", ZoneId.of("UTC")), at.minusSeconds(600));
        assertThat(times.due(at.minusSeconds(1))).isFalse();
        assertThat(times.due(at)).isTrue();
        assertThat(times.due(at.minusSeconds(3600))).isFalse();
        assertThat(times.due(at.plusSeconds(1))).isFalse();
        assertThat(times.due(at.plus(Duration.ofDays(5)))).isTrue();
        assertThat(times.due(at.plus(Duration.ofDays(5)).plusSeconds(60))).isFalse();
    }
}
