package org.heratio.offsite.app.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.operations.adopt.HeratioZone;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of Heratio's rows, whose table may be in any database. */
class UnprovedClaimsTest {
    private static final String PAYLOAD = "what Heratio shipped";

    @TempDir
    Path directory;

    private Path backups;
    private Path destination;
    private Path env;

    /** What a command has printed, and its exit code. */
    private record Exit(int code, String out) {}

    @BeforeEach
    void makeTheInstallation() throws Exception {
        Path root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        destination = Files.createDirectory(root.resolve("dest"));
        env = Files.writeString(
                root.resolve(".env"),
                String.join(
                        "\n",
                        "HERATIO_BACKUPS_PATH=" + backups,
                        "BACKUP_OFFSITE_STATE_DIR=" + root.resolve("state"),
                        "BACKUP_OFFSITE_LOCALFS_PATH=" + destination,
                        "BACKUP_OFFSITE_LEDGER_URL=jdbc:h2:file:" + root.resolve("own/ledger"),
                        "APP_TIMEZONE=UTC",
                        ""));
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-------"));
        // makes the tables
        assertThat(run("status").code()).as("nothing was ever scanned").isEqualTo(1);
    }

    private Settings settings() throws Exception {
        return KnownDrivers.settings(Map.of(), directory).load(env);
    }

    private Connection connect() throws Exception {
        LedgerConfig config = Ledgers.config(settings());
        return DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
    }

    private void claim(String name, String sha256) throws Exception {
        claim(backups.resolve(name).toString(), name, sha256, "2026-11-20 03:15:00");
    }

    private void claim(String localPath, String name, String sha256, String replicatedAt) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO ahg_backup_replication "
                    + "(local_path, remote_path, driver, size_bytes, sha256, replicated_at, verified_at, status) VALUES ('"
                    + localPath + "', '" + destination.resolve(name) + "', 'localfs', " + PAYLOAD.length() + ", "
                    + sha256 + ", '" + replicatedAt + "', '2026-11-20 04:00:00', 'verified')");
        }
    }

    private void adopt() throws Exception {
        try (Services services = Services.openWithoutBroker(settings(), Clock.systemUTC())) {
            assertThat(services.adoption().adoptNew()).isEmpty();
        }
    }

    private Exit run(String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--env-file";
        all[arguments.length + 1] = env.toString();
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code = CommandLineFactory.create().execute(all);
            return new Exit(code, out.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void areNotSafeAndHistorySaysWhoCallsThemVerified() throws Exception {
        Files.writeString(destination.resolve("a.gz"), PAYLOAD.replace('w', 'v'));
        claim("a.gz", "'" + Digests.ofText(PAYLOAD) + "'");
        adopt();

        assertThat(run("status").out())
                .contains("safe              0 of 1 archives", "1 of the replicated are Heratio's claims");
        assertThat(run("history").out()).contains("verified by Heratio, not yet proved");
        JsonNode row =
                new ObjectMapper().readTree(run("history", "--json").out()).get(0);
        assertThat(row.get("status").asText()).isEqualTo("verified");
        assertThat(row.get("proved").asBoolean()).isFalse();

        Exit sweep = run("verify-integrity", "--retry-for", OffsiteHome.PASSING);
        assertThat(sweep.code()).as(sweep.out()).isEqualTo(1);
        assertThat(run("status").code()).isEqualTo(1);
    }

    @Test
    void thatAreIntactAreProvedByASweep() throws Exception {
        Files.writeString(destination.resolve("a.gz"), PAYLOAD);
        claim("a.gz", "'" + Digests.ofText(PAYLOAD).toUpperCase(java.util.Locale.ROOT) + "'");

        Exit sweep = run("verify-integrity");
        assertThat(sweep.code()).as(sweep.out()).isZero();
        assertThat(run("status").out()).contains("safe              1 of 1 archives");
        assertThat(run("history").out()).doesNotContain("not yet proved");
    }

    @Test
    void withoutAHashAreOutlivedByAVerifiedCopyOfTheArchive() throws Exception {
        Path theirs = Files.writeString(destination.resolve("a.gz"), PAYLOAD);
        Path archive = new SampleArchives(backups, 1).make("a.gz", 3_000);
        claim("a.gz", "null");
        adopt();
        Exit unproved = run("verify-integrity", "--retry-for", OffsiteHome.PASSING);
        assertThat(unproved.code()).as(unproved.out()).isEqualTo(1);
        assertThat(unproved.out()).contains("nothing can prove it", "'offsite replicate --force'");
        assertThat(run("status").out()).contains("1 of the replicated are Heratio's claims");

        Exit forced = run("replicate", "--force");
        assertThat(forced.code()).as(forced.out()).isZero();

        for (String[] sweep : new String[][] {{"verify-integrity"}, {"verify-integrity", "--all"}}) {
            Exit proved = run(sweep);
            assertThat(proved.code()).as(proved.out()).isZero();
        }
        Exit status = run("status");
        assertThat(status.code()).as(status.out()).isZero();
        assertThat(status.out()).contains("safe              1 of 1 archives").doesNotContain("claims");
        assertThat(theirs).hasContent(PAYLOAD);
        assertThat(run("versions", archive.toString()).out())
                .as("the older copy can still be restored")
                .contains(theirs + "\n");
    }

    @Test
    void thatAreMissingOrDifferentAreCalledFailedBySweepsAlthoughTheirArchivesAreGone() throws Exception {
        claim("missing.gz", "'" + Digests.ofText(PAYLOAD) + "'");
        claim("nohash.gz", "null");
        claim("short.gz", "'" + Digests.ofText(PAYLOAD) + "'");
        Files.writeString(destination.resolve("short.gz"), "short");

        Exit sweep = run("verify-integrity", "--retry-for", OffsiteHome.PASSING);

        assertThat(sweep.code()).as(sweep.out()).isEqualTo(1);
        assertThat(sweep.out()).contains("3 found", "3 failed");
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet failed = statement.executeQuery(
                        "SELECT COUNT(*) FROM ahg_backup_replication WHERE status = 'failed' AND error IS NOT NULL")) {
            failed.next();
            assertThat(failed.getInt(1)).isEqualTo(3);
        }
        Exit status = run("status");
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out()).contains("2 missing", "1 corrupt", "safe              0 of 3");
        assertThat(run("verify-integrity", "--all", "--retry-for", OffsiteHome.PASSING)
                        .code())
                .as("as long as they are")
                .isEqualTo(1);
    }

    @Test
    void ofNoArchiveAreNotListedAsSkipped() throws Exception {
        new SampleArchives(backups, 1).make("here.sql.gz", 3_000);
        Files.writeString(destination.resolve("a.gz"), PAYLOAD);
        claim("", "a.gz", "null", "2026-11-20 03:15:00");
        assertThat(run("replicate").code()).isZero();

        Exit again = run("replicate");

        assertThat(again.out().lines().filter(line -> line.startsWith("skipped")))
                .containsExactly("skipped   " + backups.resolve("here.sql.gz"));
    }

    @Test
    void makeADoubtOfAZoneThatNobodySetOrInWhichTheyAreStillToCome() throws Exception {
        claim("a.gz", "null");
        assertThat(doubts()).isEmpty();

        claim("/b.gz", "b.gz", "null", LocalDate.now(ZoneOffset.UTC).plusDays(2) + " 00:00:00");
        assertThat(doubts()).singleElement().asString().contains("still to come");

        Files.writeString(env, Files.readString(env).replace("APP_TIMEZONE=UTC", ""));
        assertThat(doubts()).hasSize(2).first().asString().contains("APP_TIMEZONE is not set");
    }

    private List<HeratioZone.Doubt> doubts() throws Exception {
        return HeratioZone.doubts(settings(), new HeratioDatabase(Ledgers.config(settings())));
    }
}
