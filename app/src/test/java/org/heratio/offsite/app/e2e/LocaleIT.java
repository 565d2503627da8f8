package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.openpgp.Gpg;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that were typed, read alike in every locale. */
final class LocaleIT {
    private static final String LATIN_1 = "de_DE.ISO-8859-1";
    private static final String PASSPHRASE = "BACKUP_ENCRYPTION_PASSPHRASE";
    private static final String UMLAUT = "p\u00e4ssw\u00f6rd";

    @TempDir
    Path directory;

    private OffsiteHome home;
    private BareProcess bare;

    @BeforeEach
    void makeAHome() throws IOException {
        home = new OffsiteHome(directory);
        bare = new BareProcess(home);
        new SampleArchives(home.backups(), 3).make("a.sql.gz", 3_000);
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** Escaped, so that the charset of the compiler and of the report does not matter; no locale is {@code env -i} alone. */
    @ParameterizedTest
    @CsvSource({
        "'', p\\u00e4ssw\\u00f6rd",
        "'', \\u5bc6\\u7801\\u5bc6\\u7801",
        "'', key \\ud83d\\udd11\\ud83d\\udd12",
        "'', pa\\u0308ssword",
        "C, p\\u00e4ssw\\u00f6rd",
        "POSIX, \\u5bc6\\u7801\\u5bc6\\u7801",
        LATIN_1 + ", p\\u00e4ssw\\u00f6rd",
        LATIN_1 + ", key \\ud83d\\udd11\\ud83d\\udd12",
        "C.UTF-8, p\\u00e4ssw\\u00f6rd",
    })
    void gpgOpensACopyWithTheBytesThatWereTypedWhateverTheLocale(String locale, String escaped) throws Exception {
        String typed = unescaped(escaped);
        OffsiteProcess.Exit exit = bare.locale(locale).set(PASSPHRASE, typed).run("replicate");

        assertThat(exit.code()).as("%s", exit).isZero();
        opensWithGpg("a.sql.gz.gpg", typed);
    }

    /** Each version of the JVM decodes in its own way. */
    @ParameterizedTest
    @MethodSource("org.heratio.offsite.app.e2e.Javas#homes")
    void eachJavaReadsTheSameBytes(Path java) throws Exception {
        home.java(java);
        String archive = "\u00fc.sql.gz";
        for (String locale : List.of("", "POSIX", LATIN_1, "C.UTF-8")) {
            OffsiteProcess.Exit exit = bare.locale(locale)
                    .set(PASSPHRASE, UMLAUT)
                    .set(
                            "BACKUP_OFFSITE_LOCALFS_PATH",
                            home.root().resolve("to" + locale).toString())
                    .set(
                            "BACKUP_OFFSITE_STATE_DIR",
                            home.root().resolve("state" + locale).toString())
                    .run("replicate");
            assertThat(exit.code()).as("%s in '%s': %s", java, locale, exit).isZero();
            Path keys = Files.createTempDirectory(home.root(), "gpg");
            Path copy = home.root().resolve("to" + locale).resolve("a.sql.gz.gpg");
            assertThat(new Gpg(keys, UMLAUT).decrypt(copy, keys.resolve("opened")))
                    .hasSameBinaryContentAs(home.backups().resolve("a.sql.gz"));
        }
        new SampleArchives(home.backups(), 4).make(archive, 3_000);
        OffsiteProcess.Exit refused = bare.locale("POSIX").run("replicate", "--json");
        assertThat(refused.code()).as("%s: %s", java, refused).isEqualTo(1);
        assertThat(refused.out()).contains("/" + archive + "\"", "LC_ALL=C.UTF-8");
    }

    @Test
    void aPassphraseThatIsNotUtf8IsRefusedBeforeAnythingIsShipped() throws Exception {
        OffsiteProcess.Exit exit = bare.set(PASSPHRASE, UMLAUT.getBytes(StandardCharsets.ISO_8859_1))
                .run("replicate");

        assertThat(exit.code()).as("%s", exit).isEqualTo(2);
        assertThat(exit.err()).contains(PASSPHRASE + " (environment) is not UTF-8", "HINT: ");
        assertThat(home.destination()).doesNotExist();
    }

    @Test
    void aVariableInTheEnvFileHasTheBytesThatWereTyped() throws Exception {
        Path env = Files.writeString(home.root().resolve("env"), PASSPHRASE + "=${TYPED}\n");
        OffsiteProcess.Exit exit = bare.set("TYPED", UMLAUT).run("replicate", "--env-file", env.toString());

        assertThat(exit.code()).as("%s", exit).isZero();
        opensWithGpg("a.sql.gz.gpg", UMLAUT);
    }

    @ParameterizedTest
    @CsvSource({"C", LATIN_1})
    void aPathThatTheJvmCannotOpenIsRefusedEarly(String locale) throws Exception {
        bare.locale(locale);
        String foreign = Files.createDirectory(home.root().resolve("\u00fc")).toString();

        refused(bare.set("BACKUP_OFFSITE_LOCALFS_PATH", foreign).run("replicate"));
        bare.set("BACKUP_OFFSITE_LOCALFS_PATH", home.destination().toString());
        refused(bare.run("history", "--env-file", foreign));
        refused(bare.run(Path.of(foreign), "history"));
        refused(bare.set("HOME", foreign).unset("BACKUP_OFFSITE_STATE_DIR").run("history"));
    }

    private static void refused(OffsiteProcess.Exit exit) {
        assertThat(exit.code()).as("%s", exit).isEqualTo(2);
        assertThat(exit.err()).contains("ASCII", "LC_ALL=C.UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"''", LATIN_1})
    void anArchiveWhoseNameTheLocaleLosesIsNotShippedUnderAnother(String locale) throws Exception {
        new SampleArchives(home.backups(), 4).make("\u00fc.sql.gz", 3_000);
        bare.set(PASSPHRASE, UMLAUT);
        OffsiteProcess.Exit exit = bare.locale(locale).run("replicate", "--json");

        assertThat(exit.code()).as("%s", exit).isEqualTo(1);
        assertThat(exit.out()).contains("/\u00fc.sql.gz\"", "LC_ALL=C.UTF-8");
        assertThat(home.destination().resolve("a.sql.gz.gpg")).exists();

        exit = bare.locale("C.UTF-8").run("replicate");
        assertThat(exit.code()).as("%s", exit).isZero();
        opensWithGpg("\u00fc.sql.gz.gpg", UMLAUT);

        exit = bare.locale(locale).run("verify-integrity", "--all");
        assertThat(exit.out() + exit.err())
                .as("a copy that cannot be opened from here is not damaged")
                .doesNotContainIgnoringCase("missing");
        Path restored = home.root().resolve("restored.gz");
        exit = bare.locale("C.UTF-8").run("restore", "\u00fc.sql.gz", "--to", restored.toString());
        assertThat(exit.code()).as("%s", exit).isZero();
        refused(bare.locale(locale).run("restore", "\u00fc.sql.gz"));
    }

    private void opensWithGpg(String copy, String typed) throws Exception {
        Path keys = Files.createTempDirectory(home.root(), "gpg");
        Path opened = new Gpg(keys, typed).decrypt(home.destination().resolve(copy), keys.resolve("opened"));
        assertThat(opened)
                .hasSameBinaryContentAs(home.backups().resolve(copy.substring(0, copy.length() - ".gpg".length())));
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }
}
