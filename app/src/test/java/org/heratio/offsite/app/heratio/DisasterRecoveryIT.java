package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.MariaDbTools;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/disaster-recovery.md, run as they stand there, with other values of its variables. */
@ExtendWith(SharedDatabases.class)
@Timeout(HangLimit.TEST_SECONDS)
final class DisasterRecoveryIT {
    private static final String BEFORE = "database_heratio_2026-05-25_120000.sql.gz";
    private static final String AFTER = "database_heratio_2026-05-25_150000.sql.gz";
    private static final String UPLOADS = "uploads_2026-05-25_120500.tar.gz";
    private static final String WARNING = "mysqldump: [Warning] Using a password can be insecure.\n";

    private final MariaDbServer server;

    @TempDir
    Path directory;

    private OffsiteHome home;
    private String database;
    private Path recovery;
    private Path programs;

    DisasterRecoveryIT(MariaDbServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeAHost() throws Exception {
        Requires.program("bash", "bash");
        home = new OffsiteHome(directory);
        home.set("APP_TIMEZONE", "UTC");
        database = server.newDatabase();
        recovery = Files.createDirectory(
                directory.resolve("recovery"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        programs = Files.createDirectory(directory.resolve("programs"));
        home.makeProgram(programs);
        Path mysql = Files.writeString(
                programs.resolve("mysql"),
                "#!/bin/sh\nexec mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --user=root --port="
                        + server.port() + " \"$@\"\n");
        Files.setPosixFilePermissions(mysql, PosixFilePermissions.fromString("rwxr-xr-x"));
        server.execute(
                database,
                "CREATE TABLE users (id INT PRIMARY KEY, name TEXT)",
                "INSERT INTO users VALUES (1, 'Ada'), (2, 'Gr\u00fcn'), (3, 'O''Neil')");
        dump(BEFORE, "2026-05-25T12:00:00Z");
        tarball();
        server.execute(database, "UPDATE users SET name = 'wrong'");
        dump(AFTER, "2026-05-25T15:00:00Z");
        home.replicate();
    }

    @AfterEach
    void close() {
        home.close();
    }

    private void land(String name, byte[] bytes, String modified) throws IOException {
        Path file = Files.write(home.backups().resolve(name), bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
    }

    /** Dumps as Heratio's page does, with what the program says in the first line. */
    private void dump(String name, String modified) throws IOException, InterruptedException {
        byte[] dump = Files.readAllBytes(new MariaDbTools(server, directory).dump(database));
        Path packed = directory.resolve("packed");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(WARNING.getBytes(StandardCharsets.UTF_8));
            out.write(dump);
        }
        land(name, Files.readAllBytes(packed), modified);
    }

    private void tarball() throws IOException, InterruptedException {
        Path uploads = Files.createDirectories(directory.resolve("uploads/2026"));
        Files.writeString(uploads.resolve("scan.pdf"), "a scan");
        Path packed = directory.resolve("packed.tar.gz");
        assertThat(run(List.of("tar", "-czf", packed.toString(), "-C", directory.toString(), "uploads"), Map.of()))
                .isZero();
        land(UPLOADS, Files.readAllBytes(packed), "2026-05-25T12:05:00Z");
    }

    /** Returns the commands below a heading. */
    private static String commands(String heading) throws IOException {
        String document = Files.readString(Path.of("../docs/disaster-recovery.md"));
        int begin = document.indexOf("\n## " + heading + "\n");
        assertThat(begin).as(heading).isPositive();
        int end = document.indexOf("\n## ", begin + 1);
        String section = end < 0 ? document.substring(begin) : document.substring(begin, end);
        return Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining());
    }

    /** Runs the commands of a section, which must all succeed. */
    private void recover(String heading) throws IOException, InterruptedException {
        String commands = commands(heading);
        assertThat(commands).as(heading).isNotBlank();
        Path script = Files.writeString(directory.resolve("script"), "set -euxo pipefail\n" + commands);
        Map<String, String> variables = Map.of(
                "DB", database,
                "RECOVERY", recovery.toString(),
                "COPIES", home.destination().toString(),
                "PASSPHRASE", home.gpg().passphraseFile().toString());
        assertThat(commands("Before you begin"))
                .contains(variables.keySet().stream()
                        .map(name -> "export " + name + "=")
                        .toList());
        long begun = System.nanoTime();
        int code = run(List.of("bash", script.toString()), variables);
        assertThat(code)
                .as("%s%n%s", commands, Files.readString(directory.resolve("said")))
                .isZero();
        System.out.printf("%s: back after %d ms%n", heading, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    private int run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.matches("(BACKUP|HERATIO|DB|APP|JAVA)_.*"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("HOME", home.root().toString());
        environment.putAll(variables);
        environment.put("PATH", programs + ":" + environment.get("PATH"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS))
                    .as("%s", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private String names(String in) throws Exception {
        try (Connection connection = DriverManager.getConnection(server.url(in), "root", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT GROUP_CONCAT(name ORDER BY id) FROM users")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    @Test
    void oneTableIsDamaged() throws Exception {
        server.execute(database, "DELETE FROM users WHERE id = 2");

        recover("One table is damaged");

        assertThat(names(database)).isEqualTo("wrong,wrong,wrong");
    }

    @Test
    void oneFileIsLost() throws Exception {
        recover("One file is lost");

        assertThat(recovery.resolve("files/uploads/2026/scan.pdf")).hasContent("a scan");
    }

    @Test
    void theDatabaseIsCorrupted() throws Exception {
        server.execute(database, "DROP TABLE users");

        recover("The database is corrupted");

        assertThat(names(database + "_restored")).isEqualTo("wrong,wrong,wrong");
    }

    @Test
    void aWrongChangeAtAKnownTime() throws Exception {
        recover("A wrong change at a known time");

        assertThat(names(database + "_before")).isEqualTo("Ada,Gr\u00fcn,O'Neil");
    }

    @Test
    void theHostIsLost() throws Exception {
        recover("The host is lost");

        for (String name : List.of(BEFORE, AFTER, UPLOADS)) {
            assertThat(recovery.resolve("copies").resolve(name))
                    .hasSameBinaryContentAs(home.backups().resolve(name));
        }
    }

    @Test
    void ransomware() throws Exception {
        byte[] before = Files.readAllBytes(home.backups().resolve(UPLOADS));
        Files.copy(home.backups().resolve(BEFORE), directory.resolve("kept"));
        land(UPLOADS, Files.readAllBytes(home.backups().resolve(AFTER)), "2026-05-26T03:00:00Z");
        home.run(OffsiteHome.LONG, "replicate", "--force");

        recover("Ransomware");

        assertThat(recovery.resolve("all").resolve(UPLOADS)).hasBinaryContent(before);
        assertThat(recovery.resolve("all").resolve(BEFORE)).hasSameBinaryContentAs(directory.resolve("kept"));
        assertThat(recovery.resolve("all").resolve(AFTER)).doesNotExist();
    }

    @Test
    void aProviderIsGone() throws Exception {
        recover("A provider is gone");

        for (String name : List.of(BEFORE, AFTER, UPLOADS)) {
            assertThat(recovery.resolve("all").resolve(name))
                    .hasSameBinaryContentAs(home.backups().resolve(name));
        }
    }
}
