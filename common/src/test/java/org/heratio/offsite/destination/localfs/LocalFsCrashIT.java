package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that is killed at any moment leaves at a destination. */
class LocalFsCrashIT {

    private static final int ROUNDS = 10;
    private static final String OWNER = "crash-test";

    @TempDir
    Path temp;

    @Test
    void aKilledProcessLeavesNoCopyWithoutItsHashAndNoHashOfOtherBytes() throws Exception {
        Path root = temp.resolve("destination");
        Random random = new Random(7);
        Destination destination = new LocalFsDestination(root);
        for (int round = 0; round < ROUNDS; round++) {
            killAmidPuts(root, round % 4, random.nextInt(30));
            for (Stored stored : list(destination)) {
                requireWhole(root, stored);
            }
        }

        destination.removeAbandoned(OWNER, Set.of());

        assertThat(root.resolve(DirectoryLayout.PARTIAL)).doesNotExist();
        assertThat(list(destination)).hasSizeGreaterThan(1);
        try (Stream<Path> tags =
                Files.list(root.resolve(OwnerTag.fileFor("any")).getParent())) {
            assertThat(tags.map(tag -> tag.getFileName().toString())).allMatch(tag -> tag.matches("[0-9a-f]{64}"));
        }
    }

    private static void requireWhole(Path root, Stored stored) throws Exception {
        String sha256 = Payloads.sha256(Files.readAllBytes(root.resolve(stored.name())));
        if (stored.name().startsWith("new-")) {
            assertThat(stored.sha256()).as(stored.name()).isEqualTo(sha256);
        } else {
            // replaced over and over: its hash may be gone, but is never wrong
            assertThat(stored.sha256()).as(stored.name()).isIn(sha256, null);
        }
    }

    private static List<Stored> list(Destination destination) throws Exception {
        List<Stored> found = new ArrayList<>();
        destination.list(found::add);
        return found;
    }

    /** @param puts how many are through at least when the process is killed */
    private void killAmidPuts(Path root, int puts, int millis) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Putter.class.getName(),
                        root.toString(),
                        Files.createTempDirectory(temp, "payloads").toString())
                .redirectErrorStream(true)
                .start();
        try {
            for (int signs = 0; signs <= puts; signs++) {
                assertThat(child.getInputStream().read())
                        .as("the child's sign of life")
                        .isEqualTo('!');
            }
            child.waitFor(millis, TimeUnit.MILLISECONDS);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** Puts new copies and replaces one, until it is killed; a sign at the start, and after each round. */
    static final class Putter {
        public static void main(String[] args) throws Exception {
            Destination destination = new LocalFsDestination(Path.of(args[0]));
            Payloads payloads = new Payloads(Path.of(args[1]), OWNER);
            for (int i = 0; i < 100_000; i++) {
                System.out.print("!");
                System.out.flush();
                byte[] bytes = (i + " " + args[1]).repeat(1 + i % 5_000).getBytes(StandardCharsets.UTF_8);
                PutRequest fresh =
                        payloads.request("new-" + i + Path.of(args[1]).getFileName() + ".gz", bytes);
                destination.put(fresh);
                destination.put(payloads.request("replaced.gz", bytes));
                Files.delete(fresh.file());
            }
        }
    }
}
