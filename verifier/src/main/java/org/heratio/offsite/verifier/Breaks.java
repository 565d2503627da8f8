package org.heratio.offsite.verifier;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.jspecify.annotations.Nullable;

/**
 * Copies whose last read-back broke off with an error. One break says nothing of a copy. If two attempts in succession break off behind the
 * very same bytes, while the destination works otherwise, these are all that it has to give. Thread-safe.
 */
final class Breaks {
    /** Shorter than any pause between two attempts: what breaks twice in one outage is no second attempt. */
    static final Duration APART = Duration.ofSeconds(4);

    private static final int REMEMBERED = 10_000;

    private final InstantSource clock;

    /** Oldest first. */
    private final Map<Shipped, Break> last = new LinkedHashMap<>();

    /** A copy that is shipped again is another one. */
    private record Shipped(long copyId, @Nullable Long at) {
        static Shipped of(Copy copy) {
            return new Shipped(copy.id(), copy.replicatedAt());
        }
    }

    /** @param at epoch milliseconds */
    private record Break(BrokenOffException.Prefix prefix, long at) {}

    Breaks(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Returns the damage, if this break is the second one behind the same bytes, and the destination answers its probe.
     *
     * @throws FailureException the break itself otherwise, or what is wrong with the destination
     */
    CopyReader.Finding judge(Copy copy, Destination destination, BrokenOffException broken)
            throws FailureException, InterruptedException {
        if (!isSecond(copy, broken.prefix())) {
            throw broken;
        }
        destination.probe();
        return new CopyReader.Finding(
                Verdict.CORRUPT,
                "reading it breaks off after the same " + broken.prefix().count() + " of " + copy.size()
                        + " bytes each time, although the destination works");
    }

    /** A break before the first byte is that of a destination which is down. */
    private synchronized boolean isSecond(Copy copy, BrokenOffException.Prefix prefix) {
        long now = clock.millis();
        Break before = last.get(Shipped.of(copy));
        if (prefix.count() > 0 && before != null && before.prefix().equals(prefix)) {
            return now - before.at() >= APART.toMillis();
        }
        last.remove(Shipped.of(copy));
        last.put(Shipped.of(copy), new Break(prefix, now));
        if (last.size() > REMEMBERED) {
            last.remove(last.keySet().iterator().next());
        }
        return false;
    }

    /** Forgets the break of a copy whose stream came to an end, whatever its bytes are. */
    synchronized void ended(Copy copy) {
        last.remove(Shipped.of(copy));
    }
}
