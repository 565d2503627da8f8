package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A zip in parts, of which only all together are an archive. */
class SplitZipIT {
    private static final List<String> PARTS = List.of("a.z01", "a.z02", "a.z03");

    @TempDir
    Path directory;

    @Test
    void partsComeBackAndUnzip() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            byte[] noise = new byte[200_000];
            new Random(3).nextBytes(noise);
            Files.write(home.root().resolve("scan.jpg"), noise);
            run(
                    home.root(),
                    "zip",
                    "-q",
                    "-s",
                    "64k",
                    home.backups().resolve("a.zip").toString(),
                    "scan.jpg");
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
            restore(home, "a.zip", restored);
            run(restored, "zip", "-q", "-s", "0", "a.zip", "--out", "whole.zip");
            run(restored, "unzip", "-q", "whole.zip");
            assertThat(restored.resolve("scan.jpg")).hasBinaryContent(noise);
        }
    }

    private static void restore(OffsiteHome home, String part, Path to) throws Exception {
        home.run(
                0,
                "restore",
                home.backups().resolve(part).toString(),
                "--to",
                to.resolve(part).toString());
    }

    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
    }
}
