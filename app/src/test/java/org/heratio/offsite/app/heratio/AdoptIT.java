package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.s3.S3Server;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The way over: years of Heratio's rows, most of their copies at the store, some missing, some with other bytes. */
@ExtendWith(SharedDatabases.class)
class AdoptIT {
    /** As many as an installation has after years: {@code -Doffsite.heratio.rows=5000}. */
    private static final int ROWS = Integer.getInteger("offsite.heratio.rows", 200);

    private static final int LOCAL = 12;
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZONE);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HeratioTables tables;
    private final MariaDbServer server;
    private final Instant start = Instant.now().minus(Duration.ofDays(40)).truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path directory;

    private @Nullable S3AsyncClient client;

    @AfterEach
    void closeTheClient() {
        if (client != null) {
            client.close();
        }
    }

    AdoptIT(MariaDbServer server) {
        this.server = server;
        this.tables = new HeratioTables(server);
    }

    private static String name(int number) {
        return String.format("database_h_%05d.sql.gz", number);
    }

    /** The archive is still there for the last rows alone. */
    private static boolean isLocal(int number) {
        return number >= ROWS - LOCAL;
    }

    private Instant written(int number) {
        return start.plusSeconds(number * 60L);
    }

    private void fill(OffsiteHome home) throws Exception {
        SampleArchives archives = new SampleArchives(home.backups(), 9);
        List<CompletableFuture<?>> puts = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (int number = 0; number < ROWS; number++) {
            Path archive = home.backups().resolve(name(number));
            if (isLocal(number)) {
                archives.make(name(number), 2_000);
                Files.setLastModifiedTime(archive, FileTime.from(written(number)));
            }
            String payload = payload(number);
            rows.add("('" + archive + "', 'heratio-backups/" + name(number) + ".gpg', 's3', " + payload.length() + ", '"
                    + Digests.ofText(payload) + "', 1, '"
                    + TIME.format(written(number).plusSeconds(30)) + "', '"
                    + (number % 3 == 0 ? "verified" : "replicated") + "')");
            puts.add(put(number, payload));
            if (puts.size() % 50 == 0) {
                puts.forEach(CompletableFuture::join);
            }
        }
        puts.forEach(CompletableFuture::join);
        for (int from = 0; from < ROWS; from += 500) {
            tables.run("INSERT INTO ahg_backup_replication "
                    + "(local_path, remote_path, driver, size_bytes, sha256, encrypted, replicated_at, status) VALUES "
                    + String.join(", ", rows.subList(from, Math.min(ROWS, from + 500))));
        }
    }

    /** As Heratio does: the hash is what the upload itself says, so that it is right whatever the bytes are. */
    private CompletableFuture<?> put(int number, String payload) {
        return Objects.requireNonNull(client)
                .putObject(
                        request -> request.bucket(S3Server.BUCKET)
                                .key("heratio-backups/" + name(number) + ".gpg")
                                .metadata(Map.of("sha256", Digests.ofText(payload(number)))),
                        AsyncRequestBody.fromString(payload));
    }

    private static String payload(int number) {
        return "payload of " + number + " ".repeat(100);
    }

    private OffsiteHome home(S3Server s3) throws Exception {
        OffsiteHome home = new OffsiteHome(directory).onDatabase(server, tables.database());
        return home.set("BACKUP_OFFSITE_DRIVER", "s3")
                .set("BACKUP_OFFSITE_S3_BUCKET", S3Server.BUCKET)
                .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:" + s3.port())
                .set("BACKUP_OFFSITE_S3_PATH_STYLE", "true")
                .set("BACKUP_OFFSITE_S3_KEY", S3Server.CREDENTIALS.keyId())
                .set("BACKUP_OFFSITE_S3_SECRET", S3Server.CREDENTIALS.secret())
                .set("APP_TIMEZONE", ZONE.getId());
    }

    private static Set<String> names(JsonNode claims, String result) {
        Set<String> names = new TreeSet<>();
        for (JsonNode claim : claims) {
            if (claim.get("result").asText().equals(result)) {
                names.add(
                        Path.of(claim.get("local_path").asText()).getFileName().toString());
            }
        }
        return names;
    }

    private static Set<String> named(int... numbers) {
        return Arrays.stream(numbers).mapToObj(AdoptIT::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode adopt(OffsiteHome home, int code, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("adopt", "--json"));
        arguments.addAll(List.of(more));
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, arguments.toArray(String[]::new));
        assertThat(exit.code()).as("%s", exit).isEqualTo(code);
        assertThat(exit.out()).as("%s", exit).startsWith("{");
        return JSON.readTree(exit.out());
    }

    @Test
    void reportsExactlyWhatIsWrongAndServeShipsOnlyWhatIsMissing() throws Exception {
        try (S3Server s3 = S3Server.start();
                OffsiteHome home = home(s3)) {
            client = s3.client();
            fill(home);
            int last = ROWS - 1;
            int missingHere = last - 1;
            int corruptHere = last - 2;
            // gone at the store, with the archive and without; other bytes of the same size; cut short; only claimed
            s3.delete("heratio-backups/" + name(missingHere) + ".gpg");
            s3.delete("heratio-backups/" + name(3) + ".gpg");
            spoil(corruptHere);
            spoil(5);
            put(7, "short").join();
            tables.run("UPDATE ahg_backup_replication SET remote_path = '' WHERE local_path LIKE '%" + name(9) + "'");
            new SampleArchives(home.backups(), 4).make("brand-new.sql.gz", 2_000);

            JsonNode quick = adopt(home, 1);
            assertThat(names(quick.get("claims"), "missing")).isEqualTo(named(3, 9, missingHere));
            assertThat(names(quick.get("claims"), "different")).isEqualTo(named(7));
            assertThat(quick.get("unproved").asInt()).isEqualTo(ROWS - 4);
            assertThat(quick.get("unshipped")).hasSize(1);
            JsonNode thorough = adopt(home, 1, "--read");
            assertThat(names(thorough.get("claims"), "different")).isEqualTo(named(5, 7, corruptHere));
            assertThat(thorough.get("intact").asInt()).isEqualTo(ROWS - 6);
            assertThat(tables.query("SHOW TABLES LIKE 'offsite%'"))
                    .as("shadow mode makes nothing")
                    .isEmpty();

            Set<String> before = s3.keys("heratio-backups/");
            OffsiteProcess serve = home.start("serve");
            HeratioCommands.verified(serve, 2);
            assertThat(tables.operatorsSelect()).hasSize(50);
            Set<String> shipped = s3.keys("heratio-backups/");
            shipped.removeAll(before);
            shipped.removeIf(key -> key.startsWith("heratio-backups/" + OwnerTag.DIRECTORY + "/"));
            assertThat(shipped)
                    .containsExactlyInAnyOrder(
                            "heratio-backups/brand-new.sql.gz.gpg", "heratio-backups/" + name(missingHere) + ".gpg");
            assertThat(tables.number("SELECT COUNT(*) FROM offsite_copy WHERE claimed = 1"))
                    .as("all but the missing one that is shipped again and the one without remote path")
                    .isEqualTo(ROWS - 2);
            OffsiteProcess.Exit status = HeratioCommands.ok(home, "status");
            assertThat(status.out()).contains(String.format("safe              2 of %d archives", ROWS));
            // Heratio goes on, on rows that we know and with one that we do not
            tables.run(
                    "UPDATE ahg_backup_replication SET status = 'verified', verified_at = now() WHERE id % 2 = 0",
                    "INSERT INTO ahg_backup_replication (local_path, remote_path, driver) VALUES ('/elsewhere/a.gz', '', 's3')");
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).as(serve.err()).isZero();

            OffsiteProcess.Exit nothingToDo = HeratioCommands.ok(home, "replicate");
            assertThat(nothingToDo.out()).contains("0 failed, 0 open").doesNotContain("verified  ");

            OffsiteProcess.Exit sweep =
                    home.run(OffsiteHome.LONG, "verify-integrity", "--retry-for", OffsiteHome.PASSING);
            assertThat(sweep.code()).as("%s", sweep).isEqualTo(1);
            assertThat(tables.number("SELECT COUNT(*) FROM offsite_copy WHERE claimed = 1"))
                    .isZero();
            assertThat(tables.query("SELECT local_path FROM ahg_backup_replication WHERE status = 'failed' "
                            + "AND error IS NOT NULL ORDER BY local_path"))
                    .as("missing, other bytes, cut short: no archive is left to repair them from")
                    .extracting(row -> Path.of(row.get(0)).getFileName().toString())
                    .containsExactly(name(3), name(5), name(7));
            assertThat(home.run(OffsiteHome.SHORT, "status"))
                    .satisfies(after -> assertThat(after.code()).as("%s", after).isEqualTo(1))
                    .satisfies(after -> assertThat(after.out()).contains("1 missing", "2 corrupt"));
            assertThat(tables.number(
                            "SELECT COUNT(*) FROM offsite_version v JOIN offsite_copy c ON c.version_id = v.id "
                                    + "WHERE v.path LIKE '%" + name(corruptHere)
                                    + "' AND c.state = 'VERIFIED' AND v.sha256 IS NOT NULL"))
                    .as("repaired from the local archive, whose hash nobody knew")
                    .isEqualTo(1);
        }
    }

    @Test
    void namesThatTheCollationTakesForOneAreBothShippedAndItIsSaid() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).onDatabase(server, tables.database())) {
            SampleArchives archives = new SampleArchives(home.backups(), 4);
            archives.make("Café.gz", 2_000);
            archives.make("cafe.gz", 2_000);

            HeratioCommands.ok(home, "replicate");
            HeratioCommands.ok(home, "verify-integrity", "--all");

            assertThat(home.destination().resolve("Café.gz.gpg")).exists();
            assertThat(home.destination().resolve("cafe.gz.gpg")).exists();
            assertThat(tables.number("SELECT COUNT(*) FROM offsite_copy WHERE state = 'VERIFIED'"))
                    .isEqualTo(2);
            assertThat(tables.query("SELECT status, error FROM ahg_backup_replication"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.get(0) + row.get(1))
                            .startsWith("verified")
                            .contains("has no row here", "gz"));
            OffsiteProcess.Exit doctor = HeratioCommands.ok(home, "doctor");
            assertThat(doctor.out()).contains("without a row in ahg_backup_replication");
        }
    }

    private void spoil(int number) {
        put(number, payload(number).replace('p', 'q')).join();
    }
}
