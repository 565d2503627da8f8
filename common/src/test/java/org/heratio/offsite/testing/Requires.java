package org.heratio.offsite.testing;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Where it is missing the test is skipped, except in CI ({@code OFFSITE_REQUIRE_SERVERS=1}), where it
 * fails: a green run there means that everything was tested.
 */
public final class Requires {
    private Requires() {}

    public static void that(boolean there, String what) {
        if (!there && "1".equals(System.getenv("OFFSITE_REQUIRE_SERVERS"))) {
            Assertions.fail("OFFSITE_REQUIRE_SERVERS=1, and the test cannot run: " + what);
        }
        Assumptions.assumeTrue(there, what);
    }
}
