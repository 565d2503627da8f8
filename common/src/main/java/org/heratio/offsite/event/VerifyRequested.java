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
 */
public record VerifyRequested(
        String requestId,
        boolean all,
        @Nullable String from,
        @Nullable String driver) implements Event {
    public VerifyRequested {
        Objects.requireNonNull(requestId, "requestId");
        if (from != null) {
            LocalDate.parse(from);
        }
    }

    @Override
    public String routingKey() {
        return "verify.requested";
    }
}
