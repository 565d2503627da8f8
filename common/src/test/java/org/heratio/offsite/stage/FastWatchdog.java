package org.heratio.offsite.stage;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.testing.HangLimit;

/** A watchdog whose time passes when a test says so. */
public final class FastWatchdog {
    private final AtomicLong now = new AtomicLong();
    private final Watchdog dog = new Watchdog(now::get);

    public Watchdog dog() {
        return dog;
    }

    /** Lets its patience end again and again until something is so. */
    public void passUntil(BooleanSupplier so) {
        await().atMost(HangLimit.STEP).until(() -> {
            now.addAndGet(Watchdog.PATIENCE.toNanos());
            dog.look();
            return so.getAsBoolean();
        });
    }
}
