package org.heratio.offsite.event;

import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the verifier for a sweep.
 *
 * @param requestId the request in the ledger that wants to know how it went, or empty
 * @param all also what is verified already
 * @param from only copies replicated on or after this day (ISO date), or all
 * @param driver only this destination, or all
 * @param after how far the sweep has come, in the verifier's own notation; null at its beginning
 */
public record VerifyRequested(
        String requestId,
        boolean all,
        @Nullable String from,
        @Nullable String driver,
        @Nullable String after) implements Event {
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;

    public VerifyRequested {
        Objects.requireNonNull(requestId, "requestId");
        if (from != null && !isPossible(LocalDate.parse(from))) {
            throw new IllegalArgumentException("a sweep begins with a day of the years 1970 to 9999");
        }
    }

    /** Returns whether copies may have been replicated on a day. Far days are no milliseconds that a ledger can compare. */
    public static boolean isPossible(LocalDate day) {
        return day.getYear() >= FIRST_YEAR && day.getYear() <= LAST_YEAR;
    }

    /** Asks for a sweep from its beginning. */
    public VerifyRequested(String requestId, boolean all, @Nullable String from, @Nullable String driver) {
        this(requestId, all, from, driver, null);
    }

    @Override
    public String routingKey() {
        return "verify.requested";
    }
}
