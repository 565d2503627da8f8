package org.heratio.offsite.verifier;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Proofs;
import org.jspecify.annotations.Nullable;

/**
 * How far a sweep has come. It is in the message that asks for its next page.
 *
 * @param askedAt when the sweep began, epoch milliseconds
 * @param found copies of the pages so far
 * @param skipped those of them whose destination is not configured
 * @param place where the last page ended; null at the beginning
 */
record SweepProgress(long askedAt, int found, int skipped, Proofs.@Nullable Place place) {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,15}) (\\d{1,9}) (\\d{1,9}) (proved|unproved) (\\d{1,15}) (\\d{1,18})");

    /** @param now when the sweep begins, unless it has begun; it never began later */
    static SweepProgress of(VerifyRequested event, long now) throws FailureException {
        String after = event.after();
        if (after == null) {
            return new SweepProgress(now, 0, 0, null);
        }
        Matcher text = TEXT.matcher(after);
        if (!text.matches()) {
            throw new FailureException(
                    ErrorCode.MESSAGE_MALFORMED,
                    "the page of a sweep was asked for after something that is no place",
                    "look who publishes to the broker");
        }
        return new SweepProgress(
                Math.min(Long.parseLong(text.group(1)), now),
                Integer.parseInt(text.group(2)),
                Integer.parseInt(text.group(3)),
                new Proofs.Place(
                        text.group(4).equals("proved"), Long.parseLong(text.group(5)), Long.parseLong(text.group(6))));
    }

    /** Returns the message that asks for the page after a place. */
    VerifyRequested next(VerifyRequested event, int nowFound, int nowSkipped, Proofs.Place end) {
        String after = "%d %d %d %s %d %d"
                .formatted(
                        askedAt,
                        nowFound,
                        nowSkipped,
                        end.verified() ? "proved" : "unproved",
                        end.provedAt(),
                        end.copyId());
        return new VerifyRequested(event.requestId(), event.all(), event.from(), event.driver(), after);
    }
}
