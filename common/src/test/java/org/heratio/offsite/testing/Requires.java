package org.heratio.offsite.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
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
        that(find(name).isPresent(), name + " is not installed: apt-get install " + debianPackage);
    }

    /** Returns the full path of a program in the path. */
    public static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
