package org.heratio.offsite.config;

/**
 * How many bytes the spool may take: a number, or a part of what it finds at start.
 *
 * @param bytes 0 when a percentage counts
 * @param percent 0 when a number counts
 */
public record ByteBudget(long bytes, int percent) {
    public ByteBudget {
        if (bytes < 0 || percent < 0 || percent > 100 || (bytes == 0) == (percent == 0)) {
            throw new IllegalArgumentException("either bytes or percent");
        }
    }

    /** Bytes, when there is room for so many at start: those that are free, and those that the spool takes already. */
    public long resolve(long roomBytes) {
        return bytes > 0 ? bytes : (long) (roomBytes / 100.0 * percent);
    }

    static ByteBudget parse(String text) throws BadValueException {
        String hint = "write bytes such as 500M or 2GiB, or a percentage of what is free such as 80%";
        if (text.endsWith("%")) {
            String number = text.substring(0, text.length() - 1).trim();
            if (!number.matches("\\d{1,3}") || Integer.parseInt(number) < 1 || Integer.parseInt(number) > 100) {
                throw new BadValueException("\"" + text + "\" is not between 1% and 100%", hint);
            }
            return new ByteBudget(0, Integer.parseInt(number));
        }
        long bytes;
        try {
            bytes = Parse.size(text);
        } catch (BadValueException e) {
            throw new BadValueException(String.valueOf(e.getMessage()), hint);
        }
        if (bytes == 0) {
            throw new BadValueException("a budget of 0 bytes lets nothing through", hint);
        }
        return new ByteBudget(bytes, 0);
    }
}
