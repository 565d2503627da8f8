package org.heratio.offsite.app.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;

/** A moment as a person writes it: with a day, a time of the day or none, and an offset or none. */
final class Moment {
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd[['T'][' ']HH:mm[:ss][XXX]]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private Moment() {}

    /**
     * Reads a moment. A day alone means its end.
     *
     * @param zone of a time without an offset
     * @throws IllegalArgumentException with a message and a hint for the person
     */
    static Instant parse(String text, ZoneId zone) {
        TemporalAccessor read;
        try {
            read = FORMAT.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no time (hint: write 2026-11-22, '2026-11-22 14:03' or 2026-11-22T14:03:00+01:00)",
                    e);
        }
        if (read instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (read instanceof LocalDate day) {
            return day.plusDays(1).atStartOfDay(zone).toInstant().minusNanos(1);
        }
        return instant(LocalDateTime.from(read), zone);
    }

    private static Instant instant(LocalDateTime time, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        if (offsets.isEmpty()) {
            throw new IllegalArgumentException("there is no " + time + " in " + zone
                    + ", where the clock is put forward (hint: write the time with its offset, such as " + time + "Z)");
        }
        if (offsets.size() > 1) {
            throw new IllegalArgumentException(
                    "there are two times " + time + " in " + zone + ", where the clock is put back (hint: write " + time
                            + offsets.get(0) + " or " + time + offsets.get(1) + ")");
        }
        return time.toInstant(offsets.get(0));
    }
}
