package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.heratio.offsite.openpgp.Misreading;
import org.heratio.offsite.openpgp.Passphrase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies that a build before ADR 61 encrypted with what its JVM had made of the passphrase in the environment. */
final class MisreadPassphraseIT {
    private static final String TYPED = "p\u00e4ssw\u00f6rd \u65e5\u672c \ud83d\udd11";

    @TempDir
    Path directory;

    private OffsiteHome home;

    @BeforeEach
    void makeAHome() throws IOException {
        home = new OffsiteHome(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'', UTF-8, US-ASCII",
        "POSIX, UTF-8, US-ASCII",
        "de_DE.ISO-8859-1, UTF-8, ISO-8859-1",
        "de_DE.ISO-8859-15, UTF-8, ISO-8859-15",
        "de_DE.CP1252, UTF-8, windows-1252",
        "C.UTF-8, ISO-8859-1, UTF-8",
    })
    void aPassphraseIsMisreadAsARealJvmDoesIt(String locale, String typed, String read) throws Exception {
        String passphrase = typed.equals("UTF-8") ? TYPED : "p\u00e4ssw\u00f6rd";
        BareProcess bare =
                new BareProcess(home).locale(locale).set("TYPED", passphrase.getBytes(Charset.forName(typed)));
        Path classes = Path.of(PrintedVariable.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path out = home.root().resolve("out");
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        bare.script(classes, List.of()).toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes.toString(),
                        PrintedVariable.class.getName(),
                        "TYPED")
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();

        // the first way that leads to a text stands for all that do
        String text = new String(passphrase.getBytes(Charset.forName(typed)), Charset.forName(read));
        Passphrase misread = Misreading.of(passphrase.toCharArray()).values().stream()
                .filter(candidate -> new String(candidate.copy()).equals(text))
                .findFirst()
                .orElseThrow();
        assertThat(new String(misread.copy())
                        .chars()
                        .mapToObj(c -> String.format("%04x ", c))
                        .collect(Collectors.joining()))
                .isEqualTo(Files.readString(out));
    }

    @Test
    void copiesThatGpgDoesNotOpenAreToldShippedAgainAndKeptUntilThen() throws Exception {
        SampleArchives samples = new SampleArchives(home.backups(), 3);
        samples.make("a.sql.gz", 3_000);
        samples.make("deleted.sql.gz", 3_100);
        passphrase(misread("US-ASCII"));
        home.replicate();
        samples.make("latin.sql.gz", 3_200);
        passphrase(misread("ISO-8859-1"));
        home.replicate();
        samples.make("right.sql.gz", 3_300);
        passphrase(TYPED);
        byte[] kept = Files.readAllBytes(home.backups().resolve("deleted.sql.gz"));
        Files.delete(home.backups().resolve("deleted.sql.gz"));
        Map<String, byte[]> before = Map.of("a.sql.gz", copy("a.sql.gz.gpg"), "latin.sql.gz", copy("latin.sql.gz.gpg"));

        isTold("doctor");
        isTold("verify-integrity", "--all");
        try (OffsiteProcess serving = home.start("serve")) {
            await().atMost(2, TimeUnit.MINUTES).until(() -> serving.err().contains("MISREAD PASSPHRASE"));
        }

        OffsiteProcess.Exit exit = home.replicate();
        assertThat(exit.err()).contains("deleted.sql.gz.gpg; the archive is no longer here", "docs/restore.md");
        Map<String, String> paths = paths();
        for (String archive : List.of("a.sql.gz", "latin.sql.gz", "right.sql.gz")) {
            Path opened = home.root().resolve("opened-" + archive);
            home.gpg().decrypt(Path.of(paths.get(archive)), opened);
            assertThat(opened).hasSameBinaryContentAs(home.backups().resolve(archive));
        }
        assertThat(copy("a.sql.gz.gpg")).as("nothing is overwritten").isEqualTo(before.get("a.sql.gz"));
        assertThat(copy("latin.sql.gz.gpg")).isEqualTo(before.get("latin.sql.gz"));

        Path restored = home.root().resolve("restored.gz");
        OffsiteProcess.Exit restore =
                home.run(OffsiteHome.SHORT, "restore", "deleted.sql.gz", "--to", restored.toString());
        assertThat(restore.code()).as("%s", restore).isZero();
        assertThat(restored).hasBinaryContent(kept);

        assertThat(home.replicate().err()).doesNotContain("a.sql.gz.gpg", "shipped again");
        assertThat(paths()).as("shipped again once").isEqualTo(paths);
        OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
        assertThat(doctor.out()).contains("1 copy at localfs opens only").doesNotContain("offsite replicate");
    }

    private void isTold(String... command) throws Exception {
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, command);
        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.out() + exit.err())
                .contains("UTF-8 read as US-ASCII", "UTF-8 read as ISO-8859-1", "run 'offsite replicate'")
                .doesNotContain(TYPED);
    }

    private Map<String, String> paths() throws Exception {
        return home.history().stream().collect(Collectors.toMap(LedgerRow::name, LedgerRow::remotePath));
    }

    private byte[] copy(String name) throws IOException {
        return Files.readAllBytes(home.destination().resolve(name));
    }

    private void passphrase(String text) throws IOException {
        Files.writeString(home.gpg().passphraseFile(), text + "\n", StandardCharsets.UTF_8);
    }

    private static String misread(String charset) {
        return new String(TYPED.getBytes(StandardCharsets.UTF_8), Charset.forName(charset));
    }
}
