package org.heratio.offsite.destination;

import java.nio.charset.StandardCharsets;
import org.heratio.offsite.failure.FailureException;

/**
 * Bounds the bytes of the names and ids that a far side lists and that are held in memory. Their number alone bounds nothing: each may
 * have megabytes. For one listing, and one thread.
 */
public final class ListedBytes {
    /** The longest path that a system opens, and four times the longest key of an object. */
    static final int LONGEST = 4096;

    /** A million paths of a usual length. */
    static final long MOST = 64L << 20;

    private final String what;
    private long held;
    private boolean tooLong;

    /** @param what what is done, on what, for the message */
    public ListedBytes(String what) {
        this.what = what;
    }

    /** Counts a text that is to be held. Returns false when it is too much; {@link #require} says so. */
    public boolean hold(String text) {
        long bytes = bytes(text);
        tooLong |= bytes > LONGEST;
        held += bytes;
        return fits();
    }

    /** Counts a text that is no longer held. */
    public void release(String text) {
        held -= bytes(text);
    }

    /**
     * Passes as long as all that is held fits.
     *
     * @throws FailureException as {@link Expected#wrong}
     */
    public void require() throws FailureException {
        if (!fits()) {
            throw Expected.wrong(what + ": "
                    + (tooLong
                            ? "a name has more than " + LONGEST + " bytes"
                            : "its names have more than " + MOST + " bytes"));
        }
    }

    private boolean fits() {
        return !tooLong && held <= MOST;
    }

    /** An enormous text is not copied to be measured: each char has a byte at least. */
    private static long bytes(String text) {
        return text.length() > LONGEST ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
