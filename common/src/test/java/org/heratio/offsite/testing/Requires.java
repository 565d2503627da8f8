package org.heratio.offsite.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

    /** A program in the path. */
    public static void program(String name, String debianPackage) {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
        that(there, name + " is not installed: apt-get install " + debianPackage);
    }
}
