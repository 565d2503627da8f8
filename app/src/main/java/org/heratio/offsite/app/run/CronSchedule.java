package org.heratio.offsite.app.run;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * When a cron expression is due in a time zone whose clock may be put forward and back. What is meant for an hour of the day happens once
 * on each of its days: in the hour that is left out, after it; in the hour that comes twice, the first time. What is meant for every hour
 * goes by the time that passes.
 */
final class CronSchedule {
    private final ExecutionTime times;
    private final boolean everyHour;
    private final ZoneId zone;

    /** @throws IllegalArgumentException when it is no cron expression of five fields */
    CronSchedule(String cron, ZoneId zone) {
        this.times = ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron));
        this.everyHour = cron.strip().split("\\s+")[1].startsWith("*");
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

    /** On a clock that is never put anywhere. */
    private Optional<LocalDateTime> next(LocalDateTime local) {
        return times.nextExecution(local.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }
}
