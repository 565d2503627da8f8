package org.heratio.offsite.destination;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.heratio.offsite.config.Bandwidth;
import org.jspecify.annotations.Nullable;

/**
 * How fast bytes may go to one destination, for all transfers of this process together. Whoever sends takes the bytes first, and
 * then waits for as long as it is told; nothing here blocks but {@link #await}. Thread-safe.
 */
public final class RateLimit {
    /** No limit at any time. */
    public static final RateLimit NONE = new RateLimit(Bandwidth.UNLIMITED, Clock.systemUTC());

    private static final int LEAST_PIECE = 4 << 10;
    private static final int PIECES_A_SECOND = 8;

    private final Bandwidth bandwidth;
    private final Clock clock;
    private final TimeMeter meter;
    private final long lowest;
    private long rate;
    private @Nullable Bucket bucket;

    /**
     * @param clock its time zone is that of the timetable
     */
    public RateLimit(Bandwidth bandwidth, Clock clock) {
        this(bandwidth, clock, System::nanoTime);
    }

    /** With a time that a test turns by hand. */
    RateLimit(Bandwidth bandwidth, Clock clock, LongSupplier nanos) {
        this.bandwidth = bandwidth;
        this.clock = clock;
        this.meter = new Meter(nanos);
        this.lowest = bandwidth.slots().stream()
                .mapToLong(Bandwidth.Slot::bytesPerSecond)
                .filter(bytes -> bytes > 0)
                .min()
                .orElse(0);
    }

    /** Returns whether there is a limit at any time. */
    public boolean limits() {
        return lowest > 0;
    }

    /** The rate at this time of day, 0 for no limit. */
    public long bytesPerSecond() {
        return bandwidth.at(now().toLocalTime());
    }

    /** How long until the timetable has another rate; empty when it never has. */
    public Optional<Duration> untilChange() {
        ZonedDateTime now = now();
        long current = bandwidth.at(now.toLocalTime());
        return bandwidth.slots().stream()
                .filter(slot -> slot.bytesPerSecond() != current)
                .map(slot -> Duration.between(now, next(now, slot.from())))
                .min(Comparator.naturalOrder());
    }

    private static ZonedDateTime next(ZonedDateTime now, LocalTime time) {
        ZonedDateTime today = now.with(time);
        return today.isAfter(now) ? today : now.plusDays(1).with(time);
    }

    /** Takes bytes that are about to be sent, and says how many nanoseconds the sender has to wait before it sends more. */
    public synchronized long take(long bytes) {
        long now = bytesPerSecond();
        if (now != rate) {
            rate = now;
            bucket = now == 0 ? null : bucket(now);
        }
        return bucket == null || bytes <= 0 ? 0 : bucket.consumeIgnoringRateLimits(bytes);
    }

    /** Takes bytes, and waits. */
    public void await(long bytes) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(take(bytes));
    }

    /** How many bytes to send at once, so that no pause gets so long that it looks like a stall. */
    public int piece(int usual) {
        return !limits() ? usual : (int) Math.max(LEAST_PIECE, Math.min(usual, lowest / PIECES_A_SECOND));
    }

    private Bucket bucket(long bytesPerSecond) {
        // a second's worth at most is saved up, and none at the start
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(bytesPerSecond)
                        .refillGreedy(bytesPerSecond, Duration.ofSeconds(1))
                        .initialTokens(0))
                .withCustomTimePrecision(meter)
                .build();
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(clock.getZone());
    }

    private record Meter(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
