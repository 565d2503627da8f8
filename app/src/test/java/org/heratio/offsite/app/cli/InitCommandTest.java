package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.Trial;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.operations.setup.Draft;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InitCommandTest {
    @TempDir
    Path directory;

    private Path root;
    private Path backups;
    private Path env;
    private String out = "";
    private String err = "";

    @BeforeEach
    void makeABackupDirectory() throws Exception {
        root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        Files.createFile(backups.resolve("a.sql.gz"));
        Files.createDirectory(root.resolve("copies"));
        env = root.resolve("offsite.env");
    }

    private int init(String... options) {
        PrintStream former = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringWriter errors = new StringWriter();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            CommandLine line = CommandLineFactory.create();
            line.setErr(new PrintWriter(errors, true));
            return line.execute(Stream.concat(Stream.of("init", "--file", env.toString()), Stream.of(options))
                    .toArray(String[]::new));
        } finally {
            System.setOut(former);
            out = bytes.toString(StandardCharsets.UTF_8);
            err = errors.toString();
        }
    }

    private String[] enough(String... more) {
        return Stream.concat(
                        Stream.of(
                                "--backups",
                                backups.toString(),
                                "--driver",
                                "localfs",
                                "--set",
                                "BACKUP_OFFSITE_LOCALFS_PATH=" + root.resolve("copies")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Settings settings() throws Exception {
        return new SettingsLoader(Drivers.all(), Map.of("HOME", root.toString()), root).load(env);
    }

    @Test
    void writesWhatTheOptionsSayAndShowsANewPassphraseOnce() throws Exception {
        assertThat(init(enough("--generate-passphrase"))).as(err).isZero();

        assertThat(out).contains("backup directory " + backups + ": 1 archive", "destination localfs takes copies");
        String passphrase = Files.readString(root.resolve("passphrase")).strip();
        assertThat(out).contains("passphrase        " + passphrase, "offsite doctor --env-file " + env);
        assertThat(Files.readString(env)).doesNotContain(passphrase);
        for (Path file : List.of(env, root.resolve("passphrase"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        Settings settings = settings();
        assertThat(settings.paths().backups()).isEqualTo(backups);
        assertThat(settings.encryption().passphrase()).isNotNull();
    }

    @Test
    void replacesNoSettingsUnlessTold() throws Exception {
        Files.writeString(env, "APP_TIMEZONE=UTC\n");

        assertThat(init(enough("--no-encryption"))).isEqualTo(2);
        assertThat(err).contains("has settings already", "--replace");
        assertThat(env).hasContent("APP_TIMEZONE=UTC\n");

        assertThat(init(enough("--no-encryption", "--replace"))).as(err).isZero();
        assertThat(settings().encryption().none()).isTrue();
    }

    @Test
    void asksOnAnotherWayForWhatIsMissingAndForSecrets() {
        assertThat(init("--driver", "localfs", "--no-encryption")).isEqualTo(2);
        assertThat(err).contains("the backup directory is not known", "--backups");
        assertThat(init("--backups", backups.toString(), "--no-encryption")).isEqualTo(2);
        assertThat(err).contains("no destination is given");
        assertThat(init(enough())).isEqualTo(2);
        assertThat(err).contains("--generate-passphrase");
        assertThat(init(enough("--set", "BACKUP_OFFSITE_S3_SECRET=hunter2"))).isEqualTo(2);
        assertThat(err).contains("BACKUP_OFFSITE_S3_SECRET_FILE").doesNotContain("hunter2");
        assertThat(env).doesNotExist();
    }

    @Test
    void writesNothingWhereATestFails() throws Exception {
        Files.delete(backups.resolve("a.sql.gz"));
        Files.delete(backups);

        assertThat(init(enough("--generate-passphrase"))).isEqualTo(1);
        assertThat(out).contains("FAIL  the backup directory " + backups + " is not there", "HINT: mount it");
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).containsExactly(root.resolve("copies"));
        }
        assertThat(init(enough("--generate-passphrase", "--no-test"))).as(err).isZero();
    }

    @Test
    void takesOverWhatHeratioHas() throws Exception {
        Path heratio = Files.createDirectories(root.resolve("heratio"));
        Files.createDirectories(heratio.resolve("storage/backups"));
        Files.writeString(heratio.resolve(".env"), """
                        APP_NAME=Heratio
                        APP_TIMEZONE=Africa/Johannesburg
                        BACKUP_OFFSITE_DRIVER=localfs
                        BACKUP_OFFSITE_LOCALFS_PATH=../copies
                        BACKUP_ENCRYPTION_PASSPHRASE='a # b'
                        """);

        assertThat(init("--heratio", heratio.resolve(".env").toString()))
                .as(err)
                .isZero();

        assertThat(out).contains("takes over 5 settings of " + heratio.resolve(".env"));
        Settings settings = settings();
        assertThat(settings.paths().backups()).isEqualTo(heratio.resolve("storage/backups"));
        assertThat(settings.timezone().getId()).isEqualTo("Africa/Johannesburg");
        assertThat(settings.encryption().passphrase())
                .isNotNull()
                .extracting(Object::toString)
                .isNotNull();
        assertThat(Files.readString(env))
                .contains("BACKUP_ENCRYPTION_PASSPHRASE=\"a # b\"")
                .doesNotContain("APP_NAME");
    }

    /** Answers from a list, and keeps what it was asked and told. */
    private static final class Scripted implements Dialogue {
        private final Deque<String> answers;
        private final List<String> said = new ArrayList<>();

        Scripted(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
        }

        @Override
        public String ask(String question, String otherwise) {
            said.add(question + " [" + otherwise + "]");
            String answer = answers.removeFirst();
            return answer.isEmpty() ? otherwise : answer;
        }

        @Override
        public String askSecret(String question) {
            said.add(question);
            return answers.removeFirst();
        }

        @Override
        public void say(String line) {
            said.add(line);
        }
    }

    @Test
    void asksForTheSettingsOfADestinationThatWasGiven() throws Exception {
        Draft draft = new Draft(root);
        draft.put("BACKUP_OFFSITE_DRIVER", "sftp");
        Scripted person = new Scripted(
                backups.toString(),
                "",
                "",
                "",
                "",
                "",
                "",
                "localfs",
                root.resolve("copies").toString());
        try (Trial trial = Trial.begin()) {
            Interview interview = new Interview(person, draft, trial);
            interview.backups();
            assertThat(person.said)
                    .as("a bucket that is missing is no fault of the directory")
                    .noneMatch(line -> line.startsWith("FAIL"));
            interview.destinations(true);
        }

        assertThat(person.answers).isEmpty();
        assertThat(person.said)
                .anyMatch(line -> line.startsWith("BACKUP_OFFSITE_SFTP_HOST: "))
                .anyMatch(line -> line.startsWith("Ctrl-D"));
        assertThat(draft.values()).containsEntry("BACKUP_OFFSITE_DRIVER", "localfs");
    }

    @Test
    void aPassphraseIsTypedTwiceAndIsOneThatCanBeUsed() throws Exception {
        Scripted person = new Scripted("plugh", "plugg", "a\0b", "a\0b", "plugh", "plugh");
        Draft draft = new Draft(root);
        draft.put("HERATIO_BACKUPS_PATH", backups.toString());
        draft.put("BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("copies").toString());
        try (Trial trial = Trial.begin()) {
            assertThat(new Interview(person, draft, trial).passphrase()).isEqualTo("plugh");
        }

        assertThat(person.answers).isEmpty();
        assertThat(person.said)
                .contains("FAIL  the two are not the same")
                .anyMatch(line -> line.contains("has a line break or a NUL in it"));
    }

    @Test
    void aDatabaseOfHeratioThatCannotBeAskedSaysNothingOfEncryption() throws Exception {
        Path heratio = Files.writeString(root.resolve("heratio.env"), """
                        DB_CONNECTION=mysql
                        DB_HOST=127.0.0.1
                        DB_PORT=1
                        DB_DATABASE=heratio
                        DB_USERNAME=heratio
                        """);

        assertThat(init(enough("--heratio", heratio.toString()))).isNotZero();
        assertThat(env).doesNotExist();
    }

    @Test
    void relativePathsCountFromTheDirectoryOfTheFile() throws Exception {
        assertThat(init(enough("--no-encryption", "--set", "BACKUP_OFFSITE_LOCALFS_PATH=copies")))
                .as(err)
                .isZero();

        assertThat(Files.readString(env)).contains("BACKUP_OFFSITE_LOCALFS_PATH=" + root.resolve("copies"));
    }

    @Test
    void asksAgainUntilAnAnswerWorksOrIsMeant() throws Exception {
        Scripted person = new Scripted(
                root.resolve("wrong").toString(),
                "no",
                backups.toString(),
                "ftp",
                "localfs",
                root.resolve("copies").toString());
        Draft draft = new Draft(root);
        try (Trial trial = Trial.begin()) {
            Interview interview = new Interview(person, draft, trial);
            interview.backups();
            interview.destinations(false);
        }

        assertThat(person.answers).isEmpty();
        assertThat(person.said)
                .anyMatch(line -> line.startsWith("FAIL  the backup directory " + root.resolve("wrong")));
        assertThat(person.said).anyMatch(line -> line.startsWith("FAIL  BACKUP_OFFSITE_DRIVER"));
        assertThat(draft.values())
                .containsEntry("HERATIO_BACKUPS_PATH", backups.toString())
                .containsEntry("BACKUP_OFFSITE_DRIVER", "localfs")
                .containsEntry(
                        "BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("copies").toString());
    }

    @Test
    void aPasswordForSftpIsAskedForWithoutAKeyAndGetsAFileOfItsOwn() throws Exception {
        Scripted person = new Scripted("127.0.0.1", "offsite", "1", "/copies", "", "hunter2", "yes");
        Draft draft = new Draft(root);
        draft.put("HERATIO_BACKUPS_PATH", backups.toString());
        draft.put("BACKUP_OFFSITE_DRIVER", "sftp");
        Interview interview;
        try (Trial trial = Trial.begin()) {
            interview = new Interview(person, draft, trial);
            interview.destinations(true);
        }

        assertThat(person.answers).isEmpty();
        assertThat(person.said)
                .contains(
                        "BACKUP_OFFSITE_SFTP_PORT: SSH port [22]",
                        "BACKUP_OFFSITE_SFTP_PASSWORD: Password of the account")
                .noneMatch(line -> line.contains("hunter2"));
        Files.createFile(env, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        new FirstFiles(env, draft).write(null, interview.typedSecrets());
        Path secret = root.resolve("sftp-password");
        assertThat(secret).hasContent("hunter2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-r-----");
        assertThat(Files.readString(env))
                .doesNotContain("hunter2")
                .contains("BACKUP_OFFSITE_SFTP_PASSWORD_FILE=" + secret, "BACKUP_OFFSITE_SFTP_PORT=1");
    }

    @Test
    void aPassphraseThatIsThereAlreadyIsSaidBeforeAnythingIsTriedAndIsUsedWhenTold() throws Exception {
        Path kept = Files.writeString(root.resolve("passphrase"), "of an earlier one\n");

        assertThat(init(enough("--generate-passphrase"))).isEqualTo(2);
        assertThat(out).doesNotContain("takes copies");
        assertThat(err).contains("is there already", "--passphrase-file " + kept);
        assertThat(init(enough())).isEqualTo(2);
        assertThat(err).contains("--passphrase-file " + kept);

        assertThat(init(enough("--passphrase-file", kept.toString()))).as(err).isZero();
        assertThat(Files.readString(env)).contains("BACKUP_ENCRYPTION_PASSPHRASE_FILE=" + kept);
    }

    @Test
    void aPersonIsAskedWhetherAPassphraseThatIsThereIsUsed() throws Exception {
        Path kept = Files.writeString(root.resolve("passphrase"), "of an earlier one\n");
        Draft draft = new Draft(root);
        draft.put("HERATIO_BACKUPS_PATH", backups.toString());
        draft.put("BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("copies").toString());
        try (Trial trial = Trial.begin()) {
            assertThat(new Interview(new Scripted("no"), draft, trial).keeps(kept))
                    .isFalse();
            assertThat(draft.get("BACKUP_ENCRYPTION_PASSPHRASE_FILE")).isEmpty();
            assertThat(new Interview(new Scripted(""), draft, trial).keeps(kept))
                    .isTrue();
            assertThat(draft.get("BACKUP_ENCRYPTION_PASSPHRASE_FILE")).contains(kept.toString());

            Files.writeString(kept, "");
            assertThat(new Interview(new Scripted("yes"), draft, trial).keeps(kept))
                    .as("one that cannot be used")
                    .isFalse();
        }

        assertThat(new FirstFiles(env, draft).write("a new one", Set.of())).contains(root.resolve("passphrase-2"));
        assertThat(root.resolve("passphrase-2")).hasContent("a new one");
        assertThat(kept).isEmptyFile();
    }

    @Test
    void anAnswerThatWasRefusedIsNotTheNextDefault() throws Exception {
        Scripted person = new Scripted(
                root.resolve("wrong").toString(),
                root.resolve("other").toString(),
                "no",
                backups.toString(),
                "ftp",
                "localfs",
                root.resolve("nowhere/below").toString(),
                "no",
                "",
                root.resolve("copies").toString());
        Draft draft = new Draft(root);
        draft.put("BACKUP_OFFSITE_DRIVER", "localfs");
        try (Trial trial = Trial.begin()) {
            Interview interview = new Interview(person, draft, trial);
            interview.backups();
            interview.destinations(false);
        }

        assertThat(person.answers).isEmpty();
        assertThat(person.said)
                .contains("Answer yes or no.")
                .noneMatch(line -> line.endsWith("[" + root.resolve("wrong") + "]"))
                .noneMatch(line -> line.endsWith("[ftp]"))
                .noneMatch(line -> line.endsWith("[" + root.resolve("nowhere/below") + "]"))
                .noneMatch(line -> line.contains(".: ") || line.matches(".*\\. \\[.*"))
                .noneMatch(line -> line.contains("(environment)"))
                .anyMatch(
                        line -> line.startsWith("FAIL  BACKUP_OFFSITE_DRIVER (given to init)") && line.contains("ftp"));
    }

    @Test
    void theNextStepsOfThePackageLetItsServiceWriteTheCopies() throws Exception {
        Path copies = root.resolve("copies");
        Files.writeString(env, "A=1");
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(printed(() -> InitReport.next(env, env, copies)))
                .contains(
                        "sudo chown heratio-offsite '" + copies + "'",
                        "sudo systemctl edit heratio-offsite",
                        "ReadWritePaths=" + copies);

        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(printed(() -> InitReport.next(env, env, copies)))
                .contains("ReadWritePaths=" + copies)
                .doesNotContain("chown");
        assertThat(printed(() -> InitReport.next(env, env, null))).doesNotContain("ReadWritePaths");
        assertThat(printed(() -> InitReport.next(env, root.resolve("of-the-package"), copies)))
                .doesNotContain("ReadWritePaths");
    }

    private interface Printing {
        void print() throws Exception;
    }

    private static String printed(Printing what) throws Exception {
        PrintStream former = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            what.print();
        } finally {
            System.setOut(former);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
