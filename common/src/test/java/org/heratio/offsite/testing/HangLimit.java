package org.heratio.offsite.testing;

import java.time.Duration;

/**
 * The bounds after which a test calls something hung. They cost nothing as long as nothing hangs, so they are far above what any step takes
 * on a slow machine that is busy with other things; no test asserts how fast something is.
 */
public final class HangLimit {
    /** For one step: an answer, an event, the end of a process. */
    public static final Duration STEP = Duration.ofMinutes(6);

    /** The same for interfaces that take a number and a unit. */
    public static final long SECONDS = 360;

    /** For one test method, in {@code @Timeout}. */
    public static final long TEST_SECONDS = 1_800;

    private HangLimit() {}
}
