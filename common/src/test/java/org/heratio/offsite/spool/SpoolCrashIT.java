package org.heratio.offsite.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolCrashIT {
    @TempDir
    Path dir;

    /** The other process: seals one payload, begins another, and waits to be killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            Spool spool = new Spool(Path.of(args[0]), 1000);
            try (SpoolPart sealed = spool.tryReserve(1, 10).orElseThrow();
                    SpoolPart part = spool.tryReserve(2, 10).orElseThrow()) {
                sealed.write(1);
                sealed.seal();
                part.write(2);
                System.out.println("ready");
                new CountDownLatch(1).await();
            }
        }
    }

    @Test
    void whatAKilledProcessLeavesIsRemovedAndNotBefore() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("ready");
            Spool spool = new Spool(dir, 1000);
            assertThat(spool.removeOrphans(Set::of, f -> {})).isEmpty();
            assertThat(names()).hasSize(2);
            assertThat(spool.used()).isEqualTo(11);
            other.destroyForcibly().waitFor();
            assertThat(spool.removeOrphans(Set::of, f -> {})).hasSize(1);
            assertThat(names()).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }
}
