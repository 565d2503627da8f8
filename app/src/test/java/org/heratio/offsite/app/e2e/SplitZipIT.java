package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zip in parts, of which only all together are an archive. */
class SplitZipIT {
    private static final List<String> PARTS = List.of("a.z01", "a.z02", "a.z03", "a.zip");
    /** No file spans more than two parts: zip 3.0, which many systems have, cannot join one that spans three. */
    private static final List<String> FILES = List.of("1.jpg", "2.jpg", "3.jpg", "4.jpg");

    @TempDir
    Path directory;

    @BeforeEach
    void needsZip() {
        Requires.program("zip", "zip");
        Requires.program("unzip", "unzip");
    }

    @Test
    void partsComeBackAndUnzip() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            Random random = new Random(3);
            for (String file : FILES) {
                byte[] noise = new byte[60_000];
                random.nextBytes(noise);
                Files.write(home.root().resolve(file), noise);
            }
            String zip = home.backups().resolve("a.zip").toString();
            run(home.root(), Stream.concat(Stream.of("zip", "-q", "-s", "64k", zip), FILES.stream()));
            assertThat(home.backups().resolve("a.z03")).exists();

            OffsiteProcess.Exit alone = home.run(1, "replicate");
            assertThat(alone.out()).contains("the last part of a split zip", "*.z[0-9][0-9]");

            home.set("BACKUP_OFFSITE_INCLUDE", "*.zip,*.z[0-9][0-9]");
            home.run(1, "replicate");
            home.run(0, "replicate", "--force");

            Path restored = Files.createDirectory(home.root().resolve("restored"));
            for (String part : PARTS) {
                restore(home, part, restored);
            }
            run(restored, Stream.of("zip", "-q", "-s", "0", "a.zip", "--out", "whole.zip"));
            run(restored, Stream.of("unzip", "-q", "whole.zip"));
            for (String file : FILES) {
                assertThat(restored.resolve(file))
                        .hasSameBinaryContentAs(home.root().resolve(file));
            }
        }
    }

    private static void restore(OffsiteHome home, String part, Path to) throws Exception {
        home.run(
                0,
                "restore",
                home.backups().resolve(part).toString(),
                "--to",
                to.resolve(part).toString());
        assertThat(to.resolve(part)).hasSameBinaryContentAs(home.backups().resolve(part));
    }

    private static void run(Path directory, Stream<String> arguments) throws IOException, InterruptedException {
        List<String> command = arguments.toList();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }
}
