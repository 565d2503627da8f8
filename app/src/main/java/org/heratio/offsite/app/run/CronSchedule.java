package org.heratio.offsite.app.run;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When a cron expression is due in a time zone whose clock may be put forward and back. What is meant for an hour of the day happens once
 * on each of its days: in the hour that is left out, after it; in the hour that comes twice, the first time. What is meant for every hour
 * goes by the time that passes.
 */
final class CronSchedule {
    private static final Set<String> EVERY_HOUR = Set.of("*", "*/1");

    /** Looked through one after the other, so that neither every minute of a year is gone through nor the first of January missed. */
    private static final List<Duration> LOOKING_BACK =
            List.of(Duration.ofHours(2), Duration.ofDays(2), Duration.ofDays(40), Duration.ofDays(4 * 366));

    private final ExecutionTime times;
    private final boolean everyHour;
    private final ZoneId zone;

    /** @throws IllegalArgumentException when it is no cron expression of five fields */
    CronSchedule(String cron, ZoneId zone) {
        this.times = ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
        this.everyHour = EVERY_HOUR.contains(cron.strip().split("\\s+")[1]);
        this.zone = zone;
    }

    /** The first time after an instant; empty when there is none. */
    Optional<Instant> after(Instant instant) {
        if (everyHour) {
            ZoneOffset offset = zone.getRules().getOffset(instant);
            return next(LocalDateTime.ofInstant(instant, offset)).map(local -> local.toInstant(offset));
        }
        // from before the clock was put back, so that the hour that comes twice is found as the first of the two
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone).minusHours(3);
        while (true) {
            Optional<LocalDateTime> next = next(local);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            Instant due = ZonedDateTime.ofLocal(next.get(), zone, null).toInstant();
            if (due.isAfter(instant)) {
                return Optional.of(due);
            }
            local = next.get();
        }
    }

    /** The last time after an instant, and not after another. */
    Optional<Instant> latest(Instant after, Instant until) {
        for (Duration back : LOOKING_BACK) {
            Instant from = until.minus(back).isAfter(after) ? until.minus(back) : after;
            Optional<Instant> latest = Optional.empty();
            for (Optional<Instant> next = after(from);
                    next.isPresent() && !next.get().isAfter(until);
                    next = after(next.get())) {
                latest = next;
            }
            if (latest.isPresent() || from.equals(after)) {
                return latest;
            }
        }
        return Optional.empty();
    }

    /** On a clock that is never put anywhere. */
    private Optional<LocalDateTime> next(LocalDateTime local) {
        return times.nextExecution(local.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }
}
