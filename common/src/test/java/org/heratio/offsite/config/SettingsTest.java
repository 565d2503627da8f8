package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.config.SettingsFixture.load;
import static org.heratio.offsite.config.SettingsFixture.problems;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.destination.localfs.LocalFsSettings;
import org.heratio.offsite.destination.rsync.RsyncSettings;
import org.heratio.offsite.destination.s3.S3Settings;
import org.heratio.offsite.destination.sftp.SftpSettings;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void hasADefaultForEverythingThatIsNotAskedOfPeople() throws ConfigException {
        Settings settings = load();

        assertThat(settings.paths())
                .isEqualTo(new Settings.Paths(
                        Path.of("/srv/heratio/storage/backups"),
                        Path.of("/home/op/.local/state/heratio-offsite"),
                        Path.of("/home/op/.local/state/heratio-offsite/spool"),
                        new ByteBudget(0, 80)));
        assertThat(settings.drivers()).containsExactly("localfs");
        assertThat(settings.destination(S3Settings.class))
                .isEqualTo(new S3Settings(
                        "",
                        "us-east-1",
                        null,
                        null,
                        null,
                        "heratio-backups",
                        false,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        null,
                        Bandwidth.UNLIMITED));
        assertThat(settings.destination(RsyncSettings.class))
                .isEqualTo(new RsyncSettings(
                        "",
                        null,
                        22,
                        "",
                        null,
                        List.of(),
                        settings.paths().state().resolve("known_hosts"),
                        Duration.ofSeconds(60),
                        Bandwidth.UNLIMITED));
        assertThat(settings.destination(LocalFsSettings.class))
                .isEqualTo(new LocalFsSettings(Path.of("/srv/heratio/storage/backups-offsite"), Bandwidth.UNLIMITED));
        assertThat(settings.broker())
                .isEqualTo(new Settings.Broker(null, List.of(), null, null, null, null, null, "offsite"));
        assertThat(settings.broker().embedded()).isTrue();
        assertThat(settings.watcher())
                .isEqualTo(new Settings.Watcher(
                        IncludePatterns.parse("*.gz,*.zip"), true, Duration.ofMillis(400), Duration.ofSeconds(60)));
        assertThat(settings.completeness()).isEqualTo(Settings.Completeness.HOLD);
        assertThat(settings.repair()).isEqualTo(Settings.Repair.AUTO);
        assertThat(settings.schedules())
                .isEqualTo(
                        new Settings.Schedules("15 3 * * *", "0 4 * * *", Duration.ofDays(35), Duration.ofHours(26)));
        assertThat(settings.encryption())
                .isEqualTo(new Settings.Encryption(null, false, Origin.DEFAULT, List.of(), CipherMode.CFB));
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.logFormat()).isEqualTo(Settings.LogFormat.PLAIN);
        assertThat(settings.healthFile()).isNull();
        assertThat(settings.timezone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(settings.journal()).isEqualTo(new Settings.Journal(Duration.ofDays(400), 5_000_000));
        assertThat(settings.dashboard())
                .isEqualTo(new Settings.Dashboard(
                        true,
                        "127.0.0.1",
                        8484,
                        settings.paths().state().resolve("dashboard-token"),
                        null,
                        List.of(),
                        null,
                        null,
                        null));
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void mapsEveryNameOfS3() throws ConfigException {
        S3Settings s3 = load(
                        "BACKUP_OFFSITE_DRIVER", "s3",
                        "BACKUP_OFFSITE_S3_BUCKET", "vault",
                        "BACKUP_OFFSITE_S3_REGION", "af-south-1",
                        "BACKUP_OFFSITE_S3_ENDPOINT", "https://s3.example.org:9000",
                        "BACKUP_OFFSITE_S3_KEY", "AKIA",
                        "BACKUP_OFFSITE_S3_SECRET", "shh ",
                        "BACKUP_OFFSITE_S3_PREFIX", "/a/b/",
                        "BACKUP_OFFSITE_S3_PATH_STYLE", "(true)",
                        "BACKUP_OFFSITE_S3_STORAGE_CLASS", "STANDARD_IA",
                        "BACKUP_OFFSITE_S3_SSE", "AWS:KMS",
                        "BACKUP_OFFSITE_S3_KMS_KEY", "arn:key",
                        "BACKUP_OFFSITE_S3_LOCK_MODE", "compliance",
                        "BACKUP_OFFSITE_S3_LOCK_DAYS", "30",
                        "BACKUP_OFFSITE_S3_CA_FILE", "ca.pem",
                        "BACKUP_OFFSITE_S3_PROXY", "http://u:p@proxy:3128",
                        "BACKUP_OFFSITE_S3_BANDWIDTH", "2M")
                .destination(S3Settings.class);

        assertThat(s3)
                .isEqualTo(new S3Settings(
                        "vault",
                        "af-south-1",
                        URI.create("https://s3.example.org:9000"),
                        new Secret("AKIA"),
                        new Secret("shh "),
                        "a/b",
                        true,
                        "STANDARD_IA",
                        "aws:kms",
                        "arn:key",
                        "COMPLIANCE",
                        30,
                        Path.of("/srv/heratio/ca.pem"),
                        new Secret("http://u:p@proxy:3128"),
                        new Bandwidth(List.of(new Bandwidth.Slot(LocalTime.MIDNIGHT, 2 << 20)))));
    }

    @Test
    void anEmptyPrefixIsAPrefix() throws ConfigException {
        assertThat(load("BACKUP_OFFSITE_S3_PREFIX", "")
                        .destination(S3Settings.class)
                        .prefix())
                .isEmpty();
        assertThat(load("BACKUP_OFFSITE_S3_PREFIX", "(empty)")
                        .destination(S3Settings.class)
                        .prefix())
                .isEmpty();
        assertThat(load("BACKUP_OFFSITE_S3_PREFIX", "null")
                        .destination(S3Settings.class)
                        .prefix())
                .isEqualTo("heratio-backups");
    }

    @Test
    void mapsEveryNameOfRsync() throws ConfigException {
        Settings settings = load(
                "BACKUP_OFFSITE_DRIVER", "rsync",
                "BACKUP_OFFSITE_RSYNC_HOST", "vault.example.org",
                "BACKUP_OFFSITE_RSYNC_USER", "backup",
                "BACKUP_OFFSITE_RSYNC_PORT", "2222",
                "BACKUP_OFFSITE_RSYNC_PATH", "/srv/my copies",
                "BACKUP_OFFSITE_RSYNC_SSH_KEY", "~/.ssh/id",
                "BACKUP_OFFSITE_RSYNC_EXTRA", "--chmod=F600 --rsync-path='sudo rsync'",
                "BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS", "/etc/offsite/hosts",
                "BACKUP_OFFSITE_RSYNC_TIMEOUT", "2m",
                "BACKUP_OFFSITE_RSYNC_BANDWIDTH", "off");

        assertThat(settings.destination(RsyncSettings.class))
                .isEqualTo(new RsyncSettings(
                        "vault.example.org",
                        "backup",
                        2222,
                        "/srv/my copies",
                        Path.of("/home/op/.ssh/id"),
                        List.of("--chmod=F600", "--rsync-path=sudo rsync"),
                        Path.of("/etc/offsite/hosts"),
                        Duration.ofMinutes(2),
                        Bandwidth.UNLIMITED));
        assertThat(settings.warnings())
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_RSYNC_SSH_KEY", "/home/op/.ssh/id");
    }

    @Test
    void mapsEveryNameOfSftp() throws ConfigException {
        Settings settings = load(
                "BACKUP_OFFSITE_DRIVER", "sftp",
                "BACKUP_OFFSITE_SFTP_HOST", "box.example.org",
                "BACKUP_OFFSITE_SFTP_USER", "u12345",
                "BACKUP_OFFSITE_SFTP_PORT", "23",
                "BACKUP_OFFSITE_SFTP_PATH", "/my copies",
                "BACKUP_OFFSITE_SFTP_SSH_KEY", "~/.ssh/id",
                "BACKUP_OFFSITE_SFTP_PASSWORD", "s3cret",
                "BACKUP_OFFSITE_SFTP_KNOWN_HOSTS", "/etc/offsite/hosts",
                "BACKUP_OFFSITE_SFTP_TIMEOUT", "2m",
                "BACKUP_OFFSITE_SFTP_BANDWIDTH", "off");

        assertThat(settings.destination(SftpSettings.class))
                .isEqualTo(new SftpSettings(
                        "box.example.org",
                        "u12345",
                        23,
                        "/my copies",
                        Path.of("/home/op/.ssh/id"),
                        settings.destination(SftpSettings.class).password(),
                        Path.of("/etc/offsite/hosts"),
                        Duration.ofMinutes(2),
                        Bandwidth.UNLIMITED));
        assertThat(settings.destination(SftpSettings.class).password().reveal()).isEqualTo("s3cret");
        assertThat(settings.destination(SftpSettings.class).toString()).doesNotContain("s3cret");
    }

    @Test
    void mapsTheBoundsOfTheJournal() throws ConfigException {
        assertThat(load().journal()).isEqualTo(new Settings.Journal(Duration.ofDays(400), 5_000_000));
        assertThat(load("BACKUP_OFFSITE_JOURNAL_DAYS", "30", "BACKUP_OFFSITE_JOURNAL_ROWS", "1000")
                        .journal())
                .isEqualTo(new Settings.Journal(Duration.ofDays(30), 1_000));
    }

    /** An untested setting may be read from another name, or not at all. */
    @Test
    void everySettingHasATest() throws IOException {
        StringBuilder tests = new StringBuilder();
        try (DirectoryStream<Path> sources =
                Files.newDirectoryStream(Path.of("src/test/java/org/heratio/offsite/config"), "*.java")) {
            for (Path source : sources) {
                tests.append(Files.readString(source));
            }
        }
        assertThat(Setting.values())
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(tests).contains("\"" + setting.name()));
    }

    @Test
    void mapsEveryNameOfTheBroker() throws ConfigException {
        Settings.Broker broker = load(
                        "BACKUP_OFFSITE_AMQP_URI", "amqps://mq.example.org/vhost",
                        "BACKUP_OFFSITE_AMQP_HOSTS", "mq2, mq3:5673",
                        "BACKUP_OFFSITE_AMQP_USER", "offsite",
                        "BACKUP_OFFSITE_AMQP_PASSWORD", "shh",
                        "BACKUP_OFFSITE_AMQP_CA_FILE", "/ca",
                        "BACKUP_OFFSITE_AMQP_CERT_FILE", "/cert",
                        "BACKUP_OFFSITE_AMQP_KEY_FILE", "/key",
                        "BACKUP_OFFSITE_QUEUE_PREFIX", "museum-2")
                .broker();

        assertThat(broker)
                .isEqualTo(new Settings.Broker(
                        new Secret("amqps://mq.example.org/vhost"),
                        List.of("mq2", "mq3:5673"),
                        "offsite",
                        new Secret("shh"),
                        Path.of("/ca"),
                        Path.of("/cert"),
                        Path.of("/key"),
                        "museum-2"));
        assertThat(broker.embedded()).isFalse();
    }

    @Test
    void mapsTheRest() throws ConfigException {
        Settings settings = load(
                "HERATIO_BACKUPS_PATH", "/mnt/nas/backups",
                "BACKUP_OFFSITE_DRIVER", "localfs, LocalFS",
                "BACKUP_OFFSITE_LOCALFS_PATH", "../disk",
                "BACKUP_OFFSITE_LOCALFS_BANDWIDTH", "10M",
                "BACKUP_OFFSITE_STATE_DIR", "/srv/state",
                "BACKUP_OFFSITE_SPOOL_DIR", "/srv/spool",
                "BACKUP_OFFSITE_SPOOL_BUDGET", "500M",
                "BACKUP_OFFSITE_INCLUDE", "*.gz,binlogs/mysql-bin.*",
                "BACKUP_OFFSITE_RECURSIVE", "off",
                "BACKUP_OFFSITE_QUIET_PERIOD", "30s",
                "BACKUP_OFFSITE_SCAN_INTERVAL", "5m",
                "BACKUP_OFFSITE_COMPLETENESS", "Warn",
                "BACKUP_OFFSITE_REPAIR", "manual",
                "BACKUP_OFFSITE_CIPHER", "OCB",
                "BACKUP_OFFSITE_SCAN_CRON", "0 1 * * *",
                "BACKUP_OFFSITE_SWEEP_CRON", "off",
                "BACKUP_OFFSITE_PROOF_MAX_AGE", "off",
                "BACKUP_OFFSITE_WAIT_LIMIT", "2h",
                "APP_TIMEZONE", "Africa/Johannesburg",
                "BACKUP_OFFSITE_CONCURRENCY", "uploader=7",
                "BACKUP_OFFSITE_DRAIN_TIMEOUT", "0s",
                "BACKUP_OFFSITE_LOG_FORMAT", "json",
                "BACKUP_OFFSITE_HEALTH_FILE", "/run/healthy",
                "BACKUP_OFFSITE_DASHBOARD_PORT", "9000",
                "BACKUP_OFFSITE_DASHBOARD_HOST", "127.0.0.2",
                "BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE", "/run/token");

        assertThat(settings.paths())
                .isEqualTo(new Settings.Paths(
                        Path.of("/mnt/nas/backups"),
                        Path.of("/srv/state"),
                        Path.of("/srv/spool"),
                        new ByteBudget(500 << 20, 0)));
        assertThat(settings.drivers()).containsExactly("localfs");
        assertThat(settings.destination(LocalFsSettings.class).path()).isEqualTo(Path.of("/srv/disk"));
        assertThat(settings.destination(LocalFsSettings.class).bandwidth().at(LocalTime.NOON))
                .isEqualTo(10 << 20);
        assertThat(settings.watcher())
                .isEqualTo(new Settings.Watcher(
                        IncludePatterns.parse("*.gz,binlogs/mysql-bin.*"),
                        false,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5)));
        assertThat(settings.encryption().cipher()).isEqualTo(CipherMode.OCB);
        assertThat(settings.completeness()).isEqualTo(Settings.Completeness.WARN);
        assertThat(settings.repair()).isEqualTo(Settings.Repair.MANUAL);
        assertThat(settings.schedules())
                .isEqualTo(new Settings.Schedules("0 1 * * *", null, null, Duration.ofHours(2)));
        assertThat(settings.timezone()).isEqualTo(ZoneId.of("Africa/Johannesburg"));
        assertThat(settings.concurrency().of("uploader")).isEqualTo(7);
        assertThat(settings.drainTimeout()).isZero();
        assertThat(settings.logFormat()).isEqualTo(Settings.LogFormat.JSON);
        assertThat(settings.healthFile()).isEqualTo(Path.of("/run/healthy"));
        assertThat(settings.dashboard())
                .isEqualTo(new Settings.Dashboard(
                        true, "127.0.0.2", 9000, Path.of("/run/token"), null, List.of(), null, null, null));
    }

    @Test
    void findsTheBackupDirectoryInTheStorageDirectory() throws ConfigException {
        assertThat(load("HERATIO_STORAGE_PATH", "/data").paths().backups()).isEqualTo(Path.of("/data/backups"));
        assertThat(load("HERATIO_STORAGE_PATH", "/data", "HERATIO_BACKUPS_PATH", "/nas")
                        .paths()
                        .backups())
                .isEqualTo(Path.of("/nas"));
    }

    @Test
    void findsTheStateDirectory() throws ConfigException {
        Path work = SettingsFixture.WORK;
        assertThat(load("XDG_STATE_HOME", "/xdg").paths().state()).isEqualTo(Path.of("/xdg/heratio-offsite"));
        assertThat(load("STATE_DIRECTORY", "/var/lib/x:/y").paths().state()).isEqualTo(Path.of("/var/lib/x"));
        assertThat(KnownDrivers.settings(Map.of(), work).load(null).paths().state())
                .isEqualTo(Path.of("/var/lib/heratio-offsite"));
    }

    @Test
    void theCommandLineIsOverEverything() throws ConfigException {
        Settings settings = load("BACKUP_OFFSITE_DRIVER", "localfs", "BACKUP_OFFSITE_S3_BUCKET", "b");
        Settings changed = settings.with(Setting.BACKUP_OFFSITE_DRIVER, "s3");

        assertThat(changed.drivers()).containsExactly("s3");
        assertThat(changed.origin(Setting.BACKUP_OFFSITE_DRIVER)).isEqualTo(Origin.COMMAND_LINE);
        assertThat(settings.drivers()).containsExactly("localfs");
        assertThatThrownBy(() -> settings.with(Setting.BACKUP_OFFSITE_DRIVER, "rsync"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("BACKUP_OFFSITE_RSYNC_HOST");
    }

    @Test
    void heratiosOwnTableFillsOnlyWhatNothingElseSets() throws ConfigException {
        Settings settings = load("HERATIO_STORAGE_PATH", "/data").withHeratio("pass", "/from/table");

        assertThat(settings.encryption().passphrase()).isEqualTo(new Secret("pass"));
        assertThat(settings.encryption().origin()).isEqualTo(Origin.AHG_SETTINGS);
        assertThat(settings.paths().backups()).isEqualTo(Path.of("/from/table"));
        assertThat(settings.withHeratio(null, "").paths().backups()).isEqualTo(Path.of("/data/backups"));
        assertThat(settings.withHeratio("", null).encryption().passphrase()).isNull();
        assertThat(settings.withHeratio("", null).encryption().none()).isTrue();
        assertThat(load().withHeratio(null, null).encryption().none()).isFalse();
        assertThat(load("BACKUP_ENCRYPTION_PASSPHRASE", "").encryption().none())
                .as("a template that nobody filled in")
                .isFalse();
        Settings none = load("BACKUP_ENCRYPTION_PASSPHRASE", "(empty)");
        assertThat(none.encryption().none()).isTrue();
        assertThat(none.withHeratio("geheim", null).encryption().none()).isFalse();
        assertThat(settings.withHeratio(null, null))
                .as("a row that is not there takes nothing back")
                .extracting(Settings::paths, Settings::encryption)
                .containsExactly(settings.paths(), settings.encryption());

        Settings set = load("BACKUP_ENCRYPTION_PASSPHRASE", "mine", "HERATIO_BACKUPS_PATH", "/mine");
        assertThat(set.withHeratio("pass", "/from/table"))
                .extracting(Settings::paths, Settings::encryption)
                .containsExactly(set.paths(), set.encryption());
    }

    @Test
    void refusesAPassphraseThatGpgCouldNotBeGiven() throws ConfigException {
        Settings settings = load();
        assertThatThrownBy(() -> settings.withHeratio("geheim\nzwei", null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("BACKUP_ENCRYPTION_PASSPHRASE (ahg_settings): has a line break")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void showsWhatIsInForceAndWhereItCameFrom() throws ConfigException {
        Settings settings = load(
                "HERATIO_STORAGE_PATH", "data", "BACKUP_OFFSITE_RSYNC_EXTRA", "-a \"--chmod=b $c\"", "DB_HOST", "db");

        assertThat(settings.effective().lines())
                .hasSize(Setting.values().length)
                .contains(
                        "HERATIO_STORAGE_PATH=/srv/heratio/data  # environment",
                        "HERATIO_BACKUPS_PATH=/srv/heratio/data/backups  # default",
                        "BACKUP_OFFSITE_RSYNC_EXTRA=\"-a \\\"--chmod=b \\$c\\\"\"  # environment",
                        "BACKUP_OFFSITE_SCAN_CRON=\"15 3 * * *\"  # default",
                        "BACKUP_OFFSITE_CONCURRENCY="
                                + Concurrency.defaults(Runtime.getRuntime().availableProcessors()) + "  # default",
                        "DB_HOST=\"(not used)\"  # environment",
                        "BACKUP_ENCRYPTION_PASSPHRASE=  # default");
    }

    @Test
    void showsNoSecretAnywhere() throws ConfigException {
        Settings settings = load(
                "BACKUP_ENCRYPTION_PASSPHRASE", "s3cret",
                "BACKUP_OFFSITE_S3_KEY", "s3cret",
                "BACKUP_OFFSITE_S3_SECRET", "s3cret",
                "BACKUP_OFFSITE_S3_PROXY", "http://u:s3cret@proxy:1",
                "BACKUP_OFFSITE_AMQP_URI", "amqp://u:s3cret@host",
                "BACKUP_OFFSITE_AMQP_PASSWORD", "s3cret",
                "BACKUP_OFFSITE_LEDGER_URL", "jdbc:mariadb://db/x?password=s3cret",
                "BACKUP_OFFSITE_LEDGER_PASSWORD", "s3cret",
                "DB_PASSWORD", "s3cret");

        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(settings.effective().lines().toString())
                .doesNotContain("s3cret")
                .contains("amqp://u:(hidden)@host");
        assertThat(settings.broker().uri()).isEqualTo(new Secret("amqp://u:s3cret@host"));
    }

    @Test
    void theTableForTheReadmeHasARowForEachSetting() {
        String table = SettingsTable.markdown();

        assertThat(table.lines())
                .hasSize(Setting.values().length + 2)
                .allMatch(line -> line.split("(?<!\\\\)\\|").length == 5);
        Arrays.stream(Setting.values()).forEach(setting -> assertThat(table).contains("| `" + setting.name() + "`"));
        assertThat(table).contains("| `BACKUP_ENCRYPTION_PASSPHRASE`, `…_FILE` |");
    }

    @Test
    void problemsOfOverridesDoNotPileUpWarnings() throws ConfigException {
        Settings settings = load("BACKUP_OFFSITE_S3_CA_FILE", "/nowhere/ca.pem");
        assertThat(settings.with(Setting.BACKUP_OFFSITE_REPAIR, "manual").warnings())
                .hasSize(1);
        assertThat(problems("BACKUP_OFFSITE_S3_CA_FILE", "/nowhere/ca.pem")).isEmpty();
    }
}
