package org.heratio.offsite.config;

import java.time.LocalTime;
import java.util.Comparator;
import java.util.List;

/**
 * How many bytes a second may go to a destination, by the time of day.
 *
 * @param slots ascending by time; empty means no limit at all
 */
public record Bandwidth(List<Slot> slots) {
    /** No limit at any time. */
    public static final Bandwidth UNLIMITED = new Bandwidth(List.of());

    /**
     * From a time on.
     *
     * @param bytesPerSecond 0 for no limit
     */
    public record Slot(LocalTime from, long bytesPerSecond) {}

    public Bandwidth {
        slots = slots.stream().sorted(Comparator.comparing(Slot::from)).toList();
    }

    /** Bytes a second at a time of day, 0 for no limit. Before the first time of the table the last one still counts. */
    public long at(LocalTime time) {
        if (slots.isEmpty()) {
            return 0;
        }
        long rate = slots.get(slots.size() - 1).bytesPerSecond();
        for (Slot slot : slots) {
            if (!slot.from().isAfter(time)) {
                rate = slot.bytesPerSecond();
            }
        }
        return rate;
    }

    static Bandwidth parse(String text) throws BadValueException {
        String hint = "write a rate such as 2M, a timetable such as 08:00,2M 20:00,off, or off";
        String[] words = text.trim().split("\\s+", -1);
        if (words.length == 1 && !words[0].contains(",")) {
            long rate = rate(words[0], hint);
            return rate == 0 ? UNLIMITED : new Bandwidth(List.of(new Slot(LocalTime.MIDNIGHT, rate)));
        }
        java.util.TreeMap<LocalTime, Slot> slots = new java.util.TreeMap<>();
        for (String word : words) {
            String[] parts = word.split(",", 3);
            if (parts.length != 2) {
                throw new BadValueException("\"" + word + "\" is not a time and a rate", hint);
            }
            LocalTime from = time(parts[0], hint);
            if (slots.put(from, new Slot(from, rate(parts[1], hint))) != null) {
                throw new BadValueException("the time " + from + " stands there twice", hint);
            }
        }
        return new Bandwidth(List.copyOf(slots.values()));
    }

    private static LocalTime time(String text, String hint) throws BadValueException {
        try {
            return LocalTime.parse(text);
        } catch (java.time.format.DateTimeParseException e) {
            throw new BadValueException("\"" + text + "\" is not a time of day", hint);
        }
    }

    private static long rate(String text, String hint) throws BadValueException {
        if (text.equalsIgnoreCase("off")) {
            return 0;
        }
        long rate;
        try {
            rate = Parse.size(text);
        } catch (BadValueException e) {
            throw new BadValueException("\"" + text + "\" is not a rate", hint);
        }
        if (rate < 1024) {
            throw new BadValueException(
                    "\"" + text + "\" is less than 1K a second", "write a rate such as 2M; off means no limit");
        }
        return rate;
    }
}
