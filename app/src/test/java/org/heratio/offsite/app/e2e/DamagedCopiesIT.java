package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that are damaged, gone or out of reach: each is told from the others, and a proof outlives an outage. */
class DamagedCopiesIT {
    @TempDir
    Path directory;

    private OffsiteHome home() throws Exception {
        OffsiteHome home = new OffsiteHome(directory);
        SampleArchives archives = new SampleArchives(home.backups(), 8);
        archives.make("database_1.sql.gz", 100_000);
        archives.make("uploads_1.tar.gz", 3 << 20);
        archives.make("configuration_1.zip", 2_000);
        home.replicate();
        return home;
    }

    private static OffsiteProcess.Exit verify(OffsiteHome home, int code, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("verify-integrity"));
        arguments.addAll(List.of(more));
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, arguments.toArray(String[]::new));
        assertThat(exit.code()).as("verify-integrity: %s", exit).isEqualTo(code);
        return exit;
    }

    private static Path copy(OffsiteHome home, String name) {
        return home.destination().resolve(name);
    }

    private static void flipAByte(Path copy) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            long middle = file.length() / 2;
            file.seek(middle);
            int old = file.read();
            file.seek(middle);
            file.write(old ^ 1);
        }
    }

    @Test
    void anUnreachableDestinationChangesNothingThatWasProved() throws Exception {
        try (OffsiteHome home = home()) {
            List<LedgerRow> before = home.history();
            Path away = directory.resolve("away");
            Files.move(home.destination(), away);
            OffsiteProcess.Exit gone = verify(home, 1, "--all", "--retry-for", OffsiteHome.PASSING);
            assertThat(gone.out()).contains("3 open").contains("open ").contains("mount the disk");
            assertThat(home.history()).isEqualTo(before);

            Files.createDirectory(home.destination());
            OffsiteProcess.Exit unmounted = verify(home, 1, "--all", "--retry-for", OffsiteHome.PASSING);
            assertThat(unmounted.out()).contains("3 open").contains("mount the disk");
            assertThat(home.history()).isEqualTo(before);

            Files.delete(home.destination());
            Files.move(away, home.destination());
            verify(home, 0, "--all");
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void damagedAndDeletedCopiesAreFoundAndRepaired() throws Exception {
        try (OffsiteHome home = home()) {
            flipAByte(copy(home, "uploads_1.tar.gz.gpg"));
            Files.delete(copy(home, "database_1.sql.gz.gpg"));
            verify(home, 0); // only what is not verified yet
            OffsiteProcess.Exit exit = verify(home, 1, "--all");
            assertThat(exit.out()).contains("damaged copies were found, and repaired");
            flipAByte(copy(home, "uploads_1.tar.gz.gpg"));
            OffsiteProcess.Exit json = verify(home, 1, "--all", "--json");
            assertThat(json.out()).contains("\"ok\" : true", "\"damaged\" : 1");
            verify(home, 0, "--all");
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void withRepairByHandADamagedCopyStaysFailedUntilItIsShippedAgain() throws Exception {
        try (OffsiteHome home = home()) {
            home.set("BACKUP_OFFSITE_REPAIR", "manual");
            flipAByte(copy(home, "uploads_1.tar.gz.gpg"));
            Files.delete(copy(home, "database_1.sql.gz.gpg"));
            OffsiteProcess.Exit exit = verify(home, 1, "--all");
            assertThat(exit.out()).contains("2 failed");
            failed(home, "uploads_1.tar.gz", "database_1.sql.gz");
            verify(home, 1);
            verify(home, 1, "--all");
            failed(home, "uploads_1.tar.gz", "database_1.sql.gz");

            OffsiteProcess.Exit again = home.run(OffsiteHome.LONG, "replicate", "--force");
            assertThat(again.code()).as("%s", again).isZero();
            verify(home, 0, "--all");
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void aDamagedCopyOfAnArchiveThatIsGoneStaysFailedAndIsSaid() throws Exception {
        try (OffsiteHome home = home()) {
            flipAByte(copy(home, "uploads_1.tar.gz.gpg"));
            Files.delete(home.backups().resolve("uploads_1.tar.gz"));
            OffsiteProcess.Exit exit = verify(home, 1, "--all");
            assertThat(exit.out()).contains("uploads_1.tar.gz");
            failed(home, "uploads_1.tar.gz");
            verify(home, 1, "--all");
        }
    }

    private static void failed(OffsiteHome home, String... names) throws Exception {
        assertThat(home.history())
                .filteredOn(row -> row.status().equals("failed"))
                .allSatisfy(row -> assertThat(row.error()).isNotBlank())
                .extracting(LedgerRow::name)
                .containsExactlyInAnyOrder(names);
    }
}
