package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.config.SettingsFixture.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.destination.localfs.LocalFsSettings;
import org.heratio.offsite.destination.rsync.RsyncSettings;
import org.heratio.offsite.destination.s3.S3Settings;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    @TempDir
    Path dir;

    @Test
    void theEnvironmentWinsOverTheEnvFileOverDefaults() throws Exception {
        Path env = file(
                ".env",
                "BACKUP_OFFSITE_S3_REGION=eu-west-1\nBACKUP_OFFSITE_S3_BUCKET=from-file\nAPP_NAME=\"He ratio\"\n");

        Settings settings = loader("BACKUP_OFFSITE_S3_BUCKET", "from-env").load(env);

        assertThat(settings.destination(S3Settings.class).bucket()).isEqualTo("from-env");
        assertThat(settings.origin(Setting.BACKUP_OFFSITE_S3_BUCKET)).isEqualTo(Origin.ENVIRONMENT);
        assertThat(settings.destination(S3Settings.class).region()).isEqualTo("eu-west-1");
        assertThat(settings.origin(Setting.BACKUP_OFFSITE_S3_REGION)).hasToString("env file " + env);
        assertThat(settings.origin(Setting.BACKUP_OFFSITE_S3_PREFIX)).hasToString("default");
    }

    @Test
    void anEmptyVariableHidesTheEnvFileAsInLaravel() throws Exception {
        Path env = file(".env", "BACKUP_OFFSITE_S3_REGION=eu-west-1\n");

        Settings settings = loader("BACKUP_OFFSITE_S3_REGION", "").load(env);

        assertThat(settings.destination(S3Settings.class).region()).isEqualTo("us-east-1");
        assertThat(settings.origin(Setting.BACKUP_OFFSITE_S3_REGION)).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void relativePathsCountFromTheEnvFile() throws Exception {
        Files.createDirectory(dir.resolve("laravel"));
        file("laravel/.env", "BACKUP_OFFSITE_LOCALFS_PATH=storage/copies\n");

        Settings settings = KnownDrivers.settings(environment(), dir).load(Path.of("laravel/.env"));

        assertThat(settings.paths().backups()).isEqualTo(dir.resolve("laravel/storage/backups"));
        assertThat(settings.destination(LocalFsSettings.class).path()).isEqualTo(dir.resolve("laravel/storage/copies"));
    }

    @Test
    void overridesWinOverAll() throws Exception {
        Settings settings = loader("BACKUP_OFFSITE_REPAIR", "manual")
                .load(null, Map.of(Setting.BACKUP_OFFSITE_REPAIR, "auto", Setting.BACKUP_OFFSITE_LOG_FORMAT, "json"));

        assertThat(settings.repair()).isEqualTo(Settings.Repair.AUTO);
        assertThat(settings.origin(Setting.BACKUP_OFFSITE_LOG_FORMAT)).hasToString("command line");
    }

    @Test
    void takesTheFirstLineOfASecretsFileAsGpgDoes() throws Exception {
        Path file = file("pass", " two  words\t\nsecond line\n");
        Settings settings =
                loader("BACKUP_ENCRYPTION_PASSPHRASE_FILE", file.toString()).load(null);

        assertThat(settings.encryption().passphrase()).isEqualTo(new Secret(" two  words\t"));
        assertThat(settings.encryption().origin()).hasToString("file BACKUP_ENCRYPTION_PASSPHRASE_FILE");
        assertThat(settings.warnings()).singleElement().asString().contains("ends with a blank");
    }

    @Test
    void takesAFileForEverySecret() throws Exception {
        Path file = file("secret", "one");
        Path uri = file("uri", "amqps://u:p@h\r\n");
        Path jdbc = file("jdbc", "jdbc:postgresql://h/d?password=x\n");
        Path proxy = file("proxy", "http://proxy:1\n");
        Settings settings = loader(
                        "BACKUP_OFFSITE_S3_KEY_FILE", file.toString(),
                        "BACKUP_OFFSITE_S3_SECRET_FILE", file.toString(),
                        "BACKUP_OFFSITE_S3_PROXY_FILE", proxy.toString(),
                        "BACKUP_OFFSITE_AMQP_URI_FILE", uri.toString(),
                        "BACKUP_OFFSITE_AMQP_PASSWORD_FILE", file.toString(),
                        "BACKUP_OFFSITE_LEDGER_URL_FILE", jdbc.toString(),
                        "BACKUP_OFFSITE_LEDGER_PASSWORD_FILE", file.toString(),
                        "DB_PASSWORD_FILE", file.toString())
                .load(null);

        assertThat(settings.destination(S3Settings.class).accessKey()).isEqualTo(new Secret("one"));
        assertThat(settings.destination(S3Settings.class).secretKey()).isEqualTo(new Secret("one"));
        assertThat(settings.destination(S3Settings.class).proxy()).isEqualTo(new Secret("http://proxy:1"));
        assertThat(settings.broker().uri()).isEqualTo(new Secret("amqps://u:p@h"));
        assertThat(settings.broker().password()).isEqualTo(new Secret("one"));
        assertThat(settings.ledger().url()).isEqualTo("jdbc:postgresql://h/d?password=x");
        assertThat(settings.ledger().password()).isEqualTo(new Secret("one"));
    }

    @Test
    void refusesASecretThatIsSetTwiceInOnePlaceButLetsTheEnvironmentWin() throws Exception {
        Path pass = file("pass", "from-file\n");
        assertThatThrownBy(() -> loader(
                                "BACKUP_ENCRYPTION_PASSPHRASE",
                                "x",
                                "BACKUP_ENCRYPTION_PASSPHRASE_FILE",
                                pass.toString())
                        .load(null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("are both set")
                .hasMessageContaining("keep one of them");

        Path env = file(".env", "BACKUP_ENCRYPTION_PASSPHRASE=from-env-file\n");
        Settings settings =
                loader("BACKUP_ENCRYPTION_PASSPHRASE_FILE", pass.toString()).load(env);
        assertThat(settings.encryption().passphrase()).isEqualTo(new Secret("from-file"));
    }

    @Test
    void refusesSecretFilesThatHoldNone() throws Exception {
        Path empty = file("empty", "\nsecond\n");
        Path binary = dir.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 10});
        Path large = file("large", "x".repeat(100_000));

        assertThatThrownBy(() -> loader(
                                "BACKUP_ENCRYPTION_PASSPHRASE_FILE", empty.toString(),
                                "BACKUP_OFFSITE_S3_KEY_FILE",
                                        dir.resolve("nowhere").toString(),
                                "BACKUP_OFFSITE_S3_SECRET_FILE", binary.toString(),
                                "BACKUP_OFFSITE_AMQP_PASSWORD_FILE", large.toString(),
                                "DB_PASSWORD_FILE", dir.toString())
                        .load(null))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(5))
                .hasMessageContaining("the first line of " + empty + " is empty")
                .hasMessageContaining("nowhere cannot be read: it is not there")
                .hasMessageContaining("binary is not UTF-8")
                .hasMessageContaining("too large");
    }

    @Test
    void warnsOfSecretsThatEveryoneCanRead() throws Exception {
        Path pass = file("pass", "x\n");
        Path env = file(".env", "BACKUP_ENCRYPTION_PASSPHRASE_FILE=pass\n");
        Files.setPosixFilePermissions(pass, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(loader().load(env).warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("chmod o-rwx '" + pass + "'"))
                .anyMatch(warning -> warning.contains("chmod o-rwx '" + env + "'"));
    }

    @Test
    void readsFormerPassphrasesOneALine() throws Exception {
        Path file = file("former", "newest \n\nolder\r\n\r\n");
        Settings settings = loader("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", file.toString())
                .load(null);

        assertThat(settings.encryption().former())
                .as("a carriage return may be of the editor, or of the passphrase")
                .containsExactly(new Secret("newest "), new Secret("older"), new Secret("older\r"));
        assertThatThrownBy(() -> loader("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", "/nowhere")
                        .load(null))
                .hasMessageContaining(
                        "BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE (environment): /nowhere cannot be read");
    }

    @Test
    void aByteOrderMarkInTheFileOfFormerPassphrasesMayBeOfTheEditor() throws Exception {
        Path file = file("former", "\ufeffold\r\nolder\n");

        Settings settings = loader("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", file.toString())
                .load(null);

        assertThat(settings.encryption().former())
                .containsExactly(
                        new Secret("old"),
                        new Secret("old\r"),
                        new Secret("\ufeffold"),
                        new Secret("\ufeffold\r"),
                        new Secret("older"));
        assertThat(settings.advice()).isEmpty();
    }

    @Test
    void aFileWithoutFormerPassphrasesAndBlanksAroundOneAreTold() throws Exception {
        for (String text : List.of("", "\n \n\t\r\n", "\ufeff\n")) {
            Path empty = file("former", text);
            Settings settings = loader("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", empty.toString())
                    .load(null);
            assertThat(settings.encryption().former()).isEmpty();
            assertThat(settings.advice())
                    .singleElement()
                    .asString()
                    .contains("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", empty + " has no passphrase in it");
        }
        Path padded = file("former", "old\n older\n");
        assertThat(loader("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", padded.toString())
                        .load(null)
                        .advice())
                .singleElement()
                .asString()
                .contains("line 2 of " + padded, "belongs to the passphrase");
    }

    @Test
    void refusesUnknownNamesInTheEnvFileToo() throws Exception {
        Path env = file(".env", "BACKUP_OFFSITE_DRIVR=s3\nAPP_KEY=base64:abc\n");
        assertThatThrownBy(() -> loader().load(env))
                .hasMessageContaining("BACKUP_OFFSITE_DRIVR (env file " + env + ") is not a setting")
                .hasMessageContaining("did you mean BACKUP_OFFSITE_DRIVER?");
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP_ENCRYPTION_PASPHRASE, BACKUP_ENCRYPTION_PASSPHRASE",
        "BACKUP_ENCRYPTON_PASSPHRASE, BACKUP_ENCRYPTION_PASSPHRASE",
        "BACKUP_ENCRYPTION_PASPHRASE_FILE, BACKUP_ENCRYPTION_PASSPHRASE_FILE",
        "BACKUP_OFSITE_DRIVER, BACKUP_OFFSITE_DRIVER",
        "BAKCUP_OFFSITE_DRIVER, BACKUP_OFFSITE_DRIVER",
        "backup_encryption_passphrase, BACKUP_ENCRYPTION_PASSPHRASE",
        "Backup_Offsite_S3_Bucket, BACKUP_OFFSITE_S3_BUCKET",
        "HERATIO_BACKUP_PATH, HERATIO_BACKUPS_PATH"
    })
    void refusesASlipThatWouldShipUnencryptedOrLookElsewhere(String slip, String meant) {
        assertThatThrownBy(() -> loader(slip, "xyzzy").load(null))
                .hasMessageContaining(slip + " (environment) is not a setting")
                .hasMessageContaining("did you mean " + meant + "?")
                .hasMessageNotContaining("xyzzy");
    }

    @Test
    void warnsOfANameThatIsFartherFromASetting() throws Exception {
        assertThat(loader("BACKUP_ENCRYPTION_PASSWORD", "xyzzy", "BACKUP_ENCRYPTION_PASSPHRASE", "plugh")
                        .load(null)
                        .warnings())
                .singleElement()
                .asString()
                .contains("BACKUP_ENCRYPTION_PASSWORD (environment)")
                .doesNotContain("xyzzy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BACKUP_ENCRYPT_PASSPHRASE",
                "HERATIO_ENCRYPTION_PASSPHRASE",
                "BACKUP_PASSPHRASE_FILE",
                "BACKUP_ENCRYPTION_PASSWORD",
                "BACKUP_ENCRYPTION_KEY",
                "BACKUP_ENCRYPTION_PASS_FILE"
            })
    void refusesANameAboutEncryptionWhereNoPassphraseIsSet(String name) {
        assertThatThrownBy(() -> loader(name, "xyzzy").load(null))
                .hasMessageContaining(name + " (environment) is not a setting")
                .hasMessageContaining("unencrypted")
                .hasMessageNotContaining("xyzzy");
    }

    @Test
    void aNameAboutEncryptionIsNoFaultWhereHeratiosDatabaseHasThePassphrase() throws Exception {
        Settings settings = loader(
                        "BACKUP_ENCRYPTION_PASSWORD", "xyzzy",
                        "DB_CONNECTION", "mysql",
                        "DB_DATABASE", "heratio",
                        "DB_USERNAME", "offsite")
                .load(null);
        String warning = "BACKUP_ENCRYPTION_PASSWORD (environment) is not a setting of offsite";

        assertThat(settings.warnings()).anyMatch(line -> line.startsWith(warning));
        assertThat(settings.withHeratio("plugh", null).warnings()).anyMatch(line -> line.startsWith(warning));
        assertThatThrownBy(() -> settings.withHeratio(null, null)).hasMessageContaining("unencrypted");
        assertThatThrownBy(() -> settings.withHeratio("", null)).hasMessageContaining("unencrypted");
    }

    @Test
    void aNameAboutEncryptionIsNoFaultWhereAPersonSaysThatThereIsNoPassphrase() throws Exception {
        Settings settings = loader("BACKUP_ENCRYPTION_PASSWORD", "xyzzy", "BACKUP_ENCRYPTION_PASSPHRASE", "(empty)")
                .load(null);

        assertThat(settings.encryption().none()).isTrue();
        assertThat(settings.warnings())
                .anyMatch(line -> line.startsWith("BACKUP_ENCRYPTION_PASSWORD (environment) is not a setting"));
    }

    @Test
    void warnsOfASecretThatEndsAtAHash() throws Exception {
        Path env = file(".env", """
                        BACKUP_ENCRYPTION_PASSPHRASE=xyzzy#plugh
                        DB_PASSWORD="abc#def"
                        DB_USERNAME=abc # a comment
                        BACKUP_OFFSITE_S3_BUCKET=vault#comment
                        """);

        Settings settings = loader().load(env);

        assertThat(settings.encryption().passphrase()).isEqualTo(new Secret("xyzzy"));
        assertThat(settings.warnings())
                .filteredOn(warning -> warning.contains("#"))
                .singleElement()
                .asString()
                .contains(env + ", line 1", "BACKUP_ENCRYPTION_PASSPHRASE")
                .doesNotContain("xyzzy", "plugh");
    }

    @Test
    void leavesHeratiosOwnNamesAlone() throws Exception {
        Settings settings = loader(
                        "HERATIO_MAIL_FROM", "x",
                        "HERATIO_VERSION", "1",
                        "DB_HOSTS", "x",
                        "APP_TIMEZONES", "x",
                        "BACKUP_NAME", "x")
                .load(null);

        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void quotesInQuotesAreTakenOffAsByLaravel() throws Exception {
        file("pass", "'of a file'\n");
        Path env = file(".env", """
                        BACKUP_ENCRYPTION_PASSPHRASE="' in two pairs '"
                        BACKUP_OFFSITE_S3_BUCKET='"vault"'
                        BACKUP_OFFSITE_S3_REGION="'unclosed"
                        BACKUP_OFFSITE_S3_KEY_FILE="'pass'"
                        BACKUP_OFFSITE_S3_SECRET="''three''"
                        BACKUP_OFFSITE_RSYNC_EXTRA="'--chmod=F600' '--ipv4'"
                        """);
        // the region is checked: half a pair of quotes stays, and is refused
        assertThatThrownBy(() -> loader().load(env)).hasMessageContaining("'unclosed");

        Settings settings = loader("BACKUP_OFFSITE_S3_REGION", "'eu-west-1'").load(env);
        assertThat(settings.encryption().passphrase()).isEqualTo(new Secret(" in two pairs "));
        S3Settings s3 = settings.destination(S3Settings.class);
        assertThat(s3.bucket()).isEqualTo("vault");
        assertThat(s3.region()).isEqualTo("eu-west-1");
        assertThat(s3.accessKey()).as("what is in a file counts as it is").isEqualTo(new Secret("'of a file'"));
        assertThat(s3.secretKey()).isEqualTo(new Secret("'three'"));
        assertThat(settings.destination(RsyncSettings.class).extra()).containsExactly("--chmod=F600", "--ipv4");
        assertThat(settings.warnings())
                .singleElement()
                .asString()
                .contains("BACKUP_ENCRYPTION_PASSPHRASE (env file", "as in Laravel", "_FORMER_FILE")
                .doesNotContain("in two pairs");
    }

    @Test
    void refusesAnEnvFileThatIsNotThereOrBroken() throws Exception {
        assertThatThrownBy(() -> loader().load(dir.resolve("nowhere/.env")))
                .hasMessageContaining("there is no env file")
                .hasMessageContaining("--env-file");
        assertThatThrownBy(() -> loader("BACKUP_OFFSITE_REPAIR", "x").load(file(".env", "A=b c\n")))
                .hasMessageContaining(".env, line 1: ")
                .hasMessageContaining("BACKUP_OFFSITE_REPAIR");
        Path latin = dir.resolve("latin");
        Files.write(latin, "A=é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> loader().load(latin)).hasMessageContaining("is not UTF-8");
    }

    @Test
    void readsAHeratioEnvFileAsItIs() throws Exception {
        Path env = file(".env", """
                APP_NAME="My Archive"
                APP_KEY=base64:2fl+Ktvkfl+Fuz4Qp/A75G2RTiWVA/ZoKZvp6fiiM10=
                APP_URL=http://localhost
                APP_TIMEZONE=Africa/Johannesburg
                DB_CONNECTION=mysql
                DB_HOST=127.0.0.1
                DB_DATABASE=heratio
                DB_USERNAME=heratio
                DB_PASSWORD="p#ss \\"word\\""
                HERATIO_STORAGE_PATH=/usr/share/heratio/storage
                BACKUP_OFFSITE_DRIVER=s3 # off-site
                BACKUP_OFFSITE_S3_BUCKET="${DB_DATABASE}-backups"
                BACKUP_OFFSITE_S3_ENDPOINT=null
                MAIL_FROM_NAME="${APP_NAME}"
                """);
        Settings settings = loader().load(env);

        assertThat(settings.paths().backups()).isEqualTo(Path.of("/usr/share/heratio/storage/backups"));
        assertThat(settings.destination(S3Settings.class).bucket()).isEqualTo("heratio-backups");
        assertThat(settings.destination(S3Settings.class).endpoint()).isNull();
        assertThat(settings.ledger().password()).isEqualTo(new Secret("p#ss \"word\""));
        assertThat(settings.timezone()).hasToString("Africa/Johannesburg");
    }

    private SettingsLoader loader(String... namesAndTexts) {
        return KnownDrivers.settings(environment(namesAndTexts), dir);
    }

    private Path file(String name, String text) throws IOException {
        Path file = Files.writeString(dir.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
