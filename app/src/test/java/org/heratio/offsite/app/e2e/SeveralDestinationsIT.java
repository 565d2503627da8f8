package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One payload to an S3 server, to another host and to a directory: shipped, proved, seen and got back from each. */
class SeveralDestinationsIT {
    private static final List<String> DRIVERS = List.of("s3", "rsync", "localfs");

    @TempDir
    Path directory;

    @Test
    void shipsProvesAndRestoresFromEach() throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")));
                FarServers servers = new FarServers(directory.resolve("far"))) {
            servers.shipTo(home);
            SampleArchives archives = new SampleArchives(home.backups(), 12);
            archives.make("database_1.sql.gz", 100_000);
            archives.make("sub dir/uploads ü 1.tar.gz", 40 << 20);
            archives.make("configuration_1.zip", 2_000);

            OffsiteProcess.Exit shipped = home.replicate();
            assertThat(shipped.out()).contains("3 found, 0 skipped, 9 done, 0 failed, 0 open");
            assertThat(shipped.err().lines().filter(line -> line.contains("localfs")))
                    .as("what is said of localfs")
                    .hasSize(1);

            List<LedgerRow> rows = home.history();
            assertThat(rows).hasSize(9).allMatch(row -> row.status().equals("verified"));
            home.proof()
                    .checksumsAreRight(rows.stream()
                            .filter(row -> !row.driver().equals("s3"))
                            .collect(Collectors.toList()));
            for (LedgerRow row : rows) {
                if (!row.driver().equals("s3")) {
                    home.proof().opensWithGpg(row);
                } else {
                    assertThat(servers.s3().size(row.remotePath())).isEqualTo(row.sizeBytes());
                }
            }

            OffsiteProcess.Exit proved = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
            assertThat(proved.code()).as("%s", proved).isZero();
            assertThat(proved.out()).contains("9 done, 0 failed");

            restoresFromEach(home);
            doctorKnowsThemAll(home);
            damageAtEachIsFoundAndRepaired(home, servers, rows);
        }
    }

    private void restoresFromEach(OffsiteHome home) throws Exception {
        for (String driver : DRIVERS) {
            String name = "sub dir/uploads ü 1.tar.gz";
            Path target = directory.resolve("restored-" + driver + ".gz");
            OffsiteProcess.Exit exit = home.run(
                    OffsiteHome.LONG,
                    "restore",
                    home.backups().resolve(name).toString(),
                    "--driver",
                    driver,
                    "--force",
                    "--to",
                    target.toString());
            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.out()).contains(" from " + driver + ":");
            assertThat(Files.mismatch(target, home.backups().resolve(name))).isEqualTo(-1L);
        }
    }

    private static void doctorKnowsThemAll(OffsiteHome home) throws Exception {
        OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
        assertThat(doctor.code()).as("%s", doctor).isZero();
        assertThat(doctor.out())
                .contains("ok    s3: objects can be put, read and listed in backups")
                .contains("ok    rsync: copies are hashed there, by sha256sum")
                .contains("ok    destination rsync takes copies")
                .contains("warn  destination localfs takes copies, but");
    }

    private static void everythingIsSafe(OffsiteHome home, int safe, int of) throws Exception {
        OffsiteProcess.Exit text = home.run(OffsiteHome.SHORT, "status");
        assertThat(text.out()).contains("safe              " + safe + " of " + of + " archives");
        JsonNode tree = new ObjectMapper()
                .readTree(home.run(OffsiteHome.SHORT, "status", "--json").out());
        assertThat(tree.get("safe").get("archives").asInt()).isEqualTo(safe);
        assertThat(tree.get("safe").get("of").asInt()).isEqualTo(of);
    }

    private static void damageAtEachIsFoundAndRepaired(OffsiteHome home, FarServers servers, List<LedgerRow> rows)
            throws Exception {
        for (LedgerRow row : rows) {
            if (row.name().startsWith("uploads")) {
                if (row.driver().equals("s3")) {
                    servers.s3().flipAByte(row.remotePath());
                } else {
                    flipAByte(Path.of(row.remotePath()));
                }
            }
        }
        OffsiteProcess.Exit found = home.run(OffsiteHome.LONG, "verify-integrity", "--all");
        assertThat(found.code()).as("%s", found).isEqualTo(1);
        assertThat(found.out()).contains("damaged copies were found, and repaired");
        assertThat(home.history()).allMatch(row -> row.status().equals("verified"));
        everythingIsSafe(home, 3, 3);
    }

    private static void flipAByte(Path file) throws Exception {
        try (RandomAccessFile copy = new RandomAccessFile(file.toFile(), "rw")) {
            copy.seek(copy.length() / 2);
            int old = copy.read();
            copy.seek(copy.length() / 2);
            copy.write(old ^ 1);
        }
    }
}
