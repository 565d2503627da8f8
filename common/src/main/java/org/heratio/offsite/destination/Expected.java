package org.heratio.offsite.destination;

import java.time.Duration;
import java.util.regex.Pattern;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * Bounds what is taken from a far side by what it was asked for: texts, numbers, and the time that follows from a number. {@link
 * CopyStream} does so for the bytes of a copy, and {@link ListedNames} for a listing.
 */
public final class Expected {
    /** The longest answer that is a few lines, in bytes. */
    public static final int TEXT = 64 << 10;

    /** The longest answer that is a list and held in memory, in bytes. */
    public static final int LIST = 8 << 20;

    private static final int SHOWN = 40;
    /** Any number of so many digits is a long. */
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");

    private Expected() {}

    /**
     * Returns a number of bytes that a far side wrote.
     *
     * @param what what was done, on what, for the message
     * @throws FailureException {@link ErrorCode#DESTINATION_IO} when it is no such number
     */
    public static long size(String what, String text) throws FailureException {
        if (!SIZE.matcher(text).matches()) {
            String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
            throw wrong(what + ": \"" + shown + "\" is no number of bytes");
        }
        return Long.parseLong(text);
    }

    /** Returns a number of bytes that a far side gave in 64 bits; throws as {@link #size(String, String)} when it is negative. */
    public static long size(String what, long number) throws FailureException {
        if (number < 0) {
            throw wrong(what + ": " + Long.toUnsignedString(number) + " is no number of bytes");
        }
        return number;
    }

    /** Returns the time to wait for something that begins after a while, and then handles bytes at this rate. */
    public static Duration patience(Duration first, long bytes, long bytesPerSecond) {
        return first.plusSeconds(bytes / bytesPerSecond);
    }

    /** Returns the failure of a far side that answers otherwise than the protocol has it. */
    public static FailureException wrong(String reason) {
        return new FailureException(ErrorCode.DESTINATION_IO, reason, "look at the software of the far side");
    }
}
