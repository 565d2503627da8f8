package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that an archive is not restored into, and names of archives that are in each other's way. */
class RestorePlacesIT {
    @TempDir
    Path directory;

    @Test
    void noArchiveIsRestoredAmongTheFilesOfOffsite() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            new SampleArchives(home.backups(), 3).make("a.sql.gz", 3_000);
            home.replicate();
            byte[] copy = Files.readAllBytes(home.destination().resolve("a.sql.gz.gpg"));
            List<String> before = Proof.files(home.destination());
            Path link = Files.createSymbolicLink(home.root().resolve("link"), home.destination());

            for (Path to : List.of(
                    home.destination().resolve("a.sql.gz.gpg"),
                    home.destination(),
                    link.resolve("b.gz"),
                    home.backups().resolve("../offsite/b.gz"),
                    home.spool().resolve("b.gz"),
                    home.state().resolve("b.gz"))) {
                OffsiteProcess.Exit exit = home.run(2, "restore", "a.sql.gz", "--force", "--to", to.toString());
                assertThat(exit.err()).contains("restore does not write to", "hint: choose a place outside");
            }

            assertThat(home.destination().resolve("a.sql.gz.gpg")).hasBinaryContent(copy);
            assertThat(Proof.files(home.destination())).isEqualTo(before);
            Path original = home.backups().resolve("a.sql.gz");
            Files.delete(original);
            home.run(0, "restore", "a.sql.gz", "--to", original.toString());
            assertThat(original).isNotEmptyFile();
        }
    }

    @Test
    void archivesWhoseNamesAreInEachOthersWayAreShippedAndComeBack() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_RECURSIVE", "true");
            Files.createDirectories(home.backups().resolve("c.gz.gpg.sha256"));
            SampleArchives archives = new SampleArchives(home.backups(), 3);
            archives.make("c.gz.gpg.sha256/inside.gz", 3_000);
            home.replicate();
            archives.make("c.gz", 4_000);
            archives.make("d.gz", 5_000);
            home.replicate();
            Files.createDirectories(home.backups().resolve("d.gz.gpg.sha256"));
            archives.make("d.gz.gpg.sha256/later.gz", 6_000);
            home.replicate();
            home.run(0, "verify-integrity", "--all");

            for (String name : List.of("c.gz.gpg.sha256/inside.gz", "c.gz", "d.gz", "d.gz.gpg.sha256/later.gz")) {
                Path archive = home.backups().resolve(name);
                Path restored = home.root().resolve("restored " + archive.getFileName());
                home.run(0, "restore", archive.toString(), "--to", restored.toString());
                assertThat(restored).hasSameBinaryContentAs(archive);
            }
        }
    }
}
