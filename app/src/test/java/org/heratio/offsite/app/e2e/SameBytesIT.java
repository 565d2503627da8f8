package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are touched, renamed, linked and copied: their bytes are shipped once. And other bytes that look the same. */
@Timeout(HangLimit.TEST_SECONDS)
final class SameBytesIT {
    private static final String NAME = "db.sql.gz";

    @Test
    void anArchiveThatIsTouchedIsShippedOnce(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            home.replicate();
            for (int day = 1; day <= 5; day++) {
                Files.setLastModifiedTime(archive, FileTime.from(Instant.parse("2026-02-0" + day + "T00:00:00Z")));
                home.replicate();
            }

            assertThat(copies(home)).containsExactly(NAME + ".gpg");
            assertThat(home.status().safe())
                    .satisfies(safe -> assertThat(safe.archives()).isEqualTo(1))
                    .satisfies(safe -> assertThat(safe.of()).isEqualTo(1));
            assertThat(home.run(0, "versions", NAME, "--json").out()).contains("2026-02-05T00:00:00Z");
            Path restored = restored(home, NAME);
            assertThat(restored).hasSameBinaryContentAs(archive);
            assertThat(Files.getLastModifiedTime(restored)).isEqualTo(Files.getLastModifiedTime(archive));
        }
    }

    @Test
    void otherBytesWithTheSameSizeAndTimeAreShipped(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            home.replicate();
            Path other = new SampleArchives(home.root(), 2).make("other.sql.gz", 40_000);
            Files.setLastModifiedTime(other, Files.getLastModifiedTime(archive));
            assertThat(Files.size(other)).isEqualTo(Files.size(archive));
            Files.copy(other, home.root().resolve("kept"));
            Files.move(other, archive, StandardCopyOption.ATOMIC_MOVE);

            home.replicate();

            assertThat(copies(home)).hasSize(2);
            assertThat(restored(home, NAME)).hasSameBinaryContentAs(home.root().resolve("kept"));
            home.replicate();
            assertThat(copies(home)).hasSize(2);
        }
    }

    @Test
    void aRotationByRenamingShipsEachContentOnce(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir).set("BACKUP_OFFSITE_INCLUDE", "*.sql.gz,*.sql.gz.[0-9]")) {
            List<Path> nights = new ArrayList<>();
            for (int night = 0; night < 3; night++) {
                rotate(home.backups());
                Path made = new SampleArchives(home.backups(), 1 + night).make(NAME, 40_000 + night);
                nights.add(0, Files.copy(made, home.root().resolve("night-" + night)));
                home.replicate();
            }

            assertThat(copies(home)).hasSize(3);
            List<String> names = List.of(NAME, NAME + ".1", NAME + ".2");
            for (int i = 0; i < names.size(); i++) {
                String path = home.backups().resolve(names.get(i)).toString();
                assertThat(restored(home, path)).as(names.get(i)).hasSameBinaryContentAs(nights.get(i));
                assertThat(home.run(0, "versions", path, "--json").out()).contains("\"state\" : \"verified\"");
            }
            assertThat(home.history())
                    .extracting(LedgerRow::name, LedgerRow::status)
                    .containsExactlyInAnyOrder(
                            tuple(names.get(0), "verified"),
                            tuple(names.get(1), "verified"),
                            tuple(names.get(2), "verified"));
            assertThat(home.status().ok()).isTrue();
            assertThat(home.status().safe().archives()).isEqualTo(3);
            assertThat(home.run(0, "history", names.get(2)).out()).contains("same bytes");
            home.run(0, "verify-integrity", "--all");
        }
    }

    @Test
    void linksAndCopiesOfAnArchiveAreShippedOnce(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            home.replicate();
            Files.createLink(home.backups().resolve("hard.sql.gz"), archive);
            Files.createSymbolicLink(home.backups().resolve("latest.sql.gz"), archive.getFileName());
            Files.copy(archive, home.backups().resolve("copy.sql.gz"));

            home.replicate();

            assertThat(copies(home)).containsExactly(NAME + ".gpg");
            for (String name : List.of("hard.sql.gz", "latest.sql.gz", "copy.sql.gz")) {
                assertThat(restored(home, name)).as(name).hasSameBinaryContentAs(archive);
            }
            assertThat(home.status().safe().archives()).isEqualTo(4);
        }
    }

    @Test
    void aDamagedCopyIsRepairedFromTheArchiveThatWasRenamed(@TempDir Path dir) throws Exception {
        for (boolean encrypted : List.of(true, false)) {
            Path root = Files.createDirectory(dir.resolve(encrypted ? "encrypted" : "plain"));
            try (OffsiteHome home = new OffsiteHome(root)) {
                if (!encrypted) {
                    home.set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", "");
                }
                Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
                home.replicate();
                Path renamed = Files.move(archive, home.backups().resolve("older.sql.gz"));
                home.replicate();
                Path copy = home.destination().resolve(copies(home).get(0));
                byte[] damaged = Files.readAllBytes(copy);
                damaged[20_000] ^= 1;
                Files.write(copy, damaged);

                OffsiteProcess.Exit swept = home.run(OffsiteHome.LONG, "verify-integrity", "--all");

                assertThat(swept.toString()).contains("repaired");
                assertThat(copies(home)).hasSize(1);
                assertThat(restored(home, "older.sql.gz")).hasSameBinaryContentAs(renamed);
                assertThat(home.status().ok()).isTrue();
            }
        }
    }

    @Test
    void shipsANameByForce(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            Path archive = new SampleArchives(home.backups(), 1).make(NAME, 40_000);
            home.replicate();
            Files.copy(archive, home.backups().resolve("copy.sql.gz"));
            home.replicate();

            home.run(0, "replicate", "--force");

            assertThat(copies(home)).containsExactlyInAnyOrder(NAME + ".gpg", "copy.sql.gz.gpg");
            assertThat(home.status().safe().archives()).isEqualTo(2);
        }
    }

    private static void rotate(Path backups) throws IOException {
        for (int i = 1; i >= 0; i--) {
            Path from = backups.resolve(i == 0 ? NAME : NAME + "." + i);
            if (Files.exists(from)) {
                Files.move(from, backups.resolve(NAME + "." + (i + 1)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<String> copies(OffsiteHome home) throws IOException {
        return Proof.files(home.destination()).stream()
                .map(copy -> Path.of(copy).getFileName().toString())
                .filter(name -> name.contains(".sql.gz") && !name.endsWith(".sha256"))
                .toList();
    }

    private static Path restored(OffsiteHome home, String archive) throws IOException, InterruptedException {
        Path target = home.root().resolve("restored.sql.gz");
        home.run(0, "restore", archive, "--to", target.toString(), "--force");
        return target;
    }
}
