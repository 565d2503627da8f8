package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.config.SettingsFixture.problems;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.heratio.offsite.destination.rsync.RsyncSettings;
import org.heratio.offsite.testing.BindMount;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsProblemsTest {
    @Test
    void haveTheOtherSettingsBesideThem() {
        assertThatThrownBy(() -> KnownDrivers.settings(
                                Map.of("BACKUP_OFFSITE_SCAN_INTERVAL", "soon", "APP_TIMEZONE", "Europe/Berlin"),
                                Path.of("/srv"))
                        .load(null))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refused -> assertThat(refused.effective().orElseThrow().lines())
                                .contains("APP_TIMEZONE=Europe/Berlin  # environment"));
    }

    @Test
    void reportsEverythingAtOnce() {
        assertThat(problems(
                        "BACKUP_OFFSITE_DRIVER", "s3,rsync",
                        "BACKUP_OFFSITE_REGIN", "x",
                        "BACKUP_OFFSITE_QUIET_PERIOD", "soon",
                        "BACKUP_OFFSITE_SPOOL_BUDGET", "lots",
                        "APP_TIMEZONE", "Mars/Olympus"))
                .hasSize(7)
                .anyMatch(text -> text.contains("BACKUP_OFFSITE_S3_BUCKET is not set: the driver s3 needs it"))
                .anyMatch(text -> text.contains("BACKUP_OFFSITE_RSYNC_HOST"))
                .anyMatch(text -> text.contains("BACKUP_OFFSITE_RSYNC_PATH"))
                .anyMatch(text -> text.contains("BACKUP_OFFSITE_REGIN (environment) is not a setting"))
                .anyMatch(text -> text.equals("BACKUP_OFFSITE_QUIET_PERIOD (environment): \"soon\" is not a duration\n"
                        + "  hint: write a number and a unit, such as 400ms, 10s, 2m or 24h"))
                .allMatch(text -> text.contains("\n  hint: "));
    }

    @Test
    void asksForAKeyOrAPassword() {
        assertThat(problems(
                        "BACKUP_OFFSITE_DRIVER", "sftp",
                        "BACKUP_OFFSITE_SFTP_HOST", "box.example.org",
                        "BACKUP_OFFSITE_SFTP_USER", "u12345",
                        "BACKUP_OFFSITE_SFTP_PATH", "/copies"))
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_SFTP_SSH_KEY", "a key or a password");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "BACKUP_OFFSITE_DRIVER | S4 | did you mean s3?",
                "BACKUP_OFFSITE_DRIVER | , | names no driver",
                "BACKUP_OFFSITE_S3_ENDPOINT | s3.example.org | http://",
                "BACKUP_OFFSITE_S3_ENDPOINT | https://u:p@h | BACKUP_OFFSITE_S3_SECRET",
                "BACKUP_OFFSITE_S3_BUCKET | s3://foo/bar | is not the name of a bucket",
                "BACKUP_OFFSITE_S3_BUCKET | my bucket | write the name alone",
                "BACKUP_OFFSITE_S3_REGION | EU WEST | such as eu-west-1",
                "BACKUP_OFFSITE_S3_PREFIX | /a b/../ü// | single slashes",
                "BACKUP_OFFSITE_S3_PREFIX | a//b | single slashes",
                "BACKUP_OFFSITE_S3_PREFIX | . | single slashes",
                "BACKUP_OFFSITE_S3_PATH_STYLE | ja | write true or false",
                "BACKUP_OFFSITE_S3_KEY | k | go together",
                "BACKUP_OFFSITE_S3_SECRET | s | go together",
                "BACKUP_OFFSITE_S3_SSE | des | none, AES256, aws:kms",
                "BACKUP_OFFSITE_S3_KMS_KEY | k | BACKUP_OFFSITE_S3_SSE=aws:kms",
                "BACKUP_OFFSITE_S3_LOCK_MODE | compliance | BACKUP_OFFSITE_S3_LOCK_DAYS",
                "BACKUP_OFFSITE_S3_LOCK_DAYS | 30 | BACKUP_OFFSITE_S3_LOCK_MODE",
                "BACKUP_OFFSITE_S3_PROXY | proxy:3128 | http://",
                "BACKUP_OFFSITE_S3_BANDWIDTH | fast | 08:00,2M",
                "BACKUP_OFFSITE_RSYNC_HOST | -oProxyCommand=x | is not a name",
                "BACKUP_OFFSITE_RSYNC_HOST | user@host | user, host, port",
                "BACKUP_OFFSITE_RSYNC_HOST | x;id | neither a host's name",
                "BACKUP_OFFSITE_RSYNC_HOST | host:2222 | BACKUP_OFFSITE_RSYNC_PORT",
                "BACKUP_OFFSITE_RSYNC_PORT | 70000 | from 1 to 65535",
                "BACKUP_OFFSITE_RSYNC_PATH | copies | is not absolute",
                "BACKUP_OFFSITE_RSYNC_EXTRA | 'a | close the",
                "BACKUP_OFFSITE_RSYNC_SSH_KEY | ~root/id | write the path from / on",
                "BACKUP_OFFSITE_RSYNC_TIMEOUT | 10ms | too short",
                "BACKUP_OFFSITE_SFTP_HOST | host:2222 | BACKUP_OFFSITE_SFTP_PORT",
                "BACKUP_OFFSITE_SFTP_USER | me@host | is not a name",
                "BACKUP_OFFSITE_SFTP_PORT | 0 | from 1 to 65535",
                "BACKUP_OFFSITE_SFTP_PATH | copies | is not absolute",
                "BACKUP_OFFSITE_SFTP_TIMEOUT | 10ms | too short",
                "BACKUP_OFFSITE_STATE_DIR | /a;b | choose another directory",
                "BACKUP_OFFSITE_LEDGER_URL | jdbc:oracle:x | jdbc:mariadb://",
                "BACKUP_OFFSITE_LEDGER_USER | u | BACKUP_OFFSITE_LEDGER_URL",
                "DB_CONNECTION | sqlite | mysql, mariadb, pgsql",
                "DB_CONNECTION | mysql | DB_DATABASE is not set",
                "BACKUP_OFFSITE_AMQP_URI | http://mq | amqp://",
                "BACKUP_OFFSITE_AMQP_URI | amqp://mq:99999 | from 1 to 65535",
                "BACKUP_OFFSITE_AMQP_URI | amqp://u:p@rabbit_mq:5672 | underscore",
                "BACKUP_OFFSITE_AMQP_HOSTS | a b | host:port",
                "BACKUP_OFFSITE_AMQP_HOSTS | mq2:99999 | 65535",
                "BACKUP_OFFSITE_AMQP_HOSTS | rabbit_mq | underscore",
                "BACKUP_OFFSITE_AMQP_HOSTS | rabbit.1 | letter",
                "BACKUP_OFFSITE_AMQP_HOSTS | mq2- | not a host",
                "BACKUP_OFFSITE_QUEUE_PREFIX | amq | RabbitMQ's own",
                "BACKUP_OFFSITE_QUEUE_PREFIX | amq.x | RabbitMQ's own",
                "BACKUP_OFFSITE_AMQP_CERT_FILE | /c | BACKUP_OFFSITE_AMQP_KEY_FILE",
                "BACKUP_OFFSITE_QUEUE_PREFIX | a b | letters",
                "BACKUP_OFFSITE_INCLUDE | *.{gz | has a { without a }",
                "BACKUP_OFFSITE_INCLUDE | *.gz,foo} | foo} has a } without a {",
                "BACKUP_OFFSITE_INCLUDE | [z-a].gz | is not a glob",
                "BACKUP_OFFSITE_INCLUDE | , | nothing would ever be shipped",
                "BACKUP_OFFSITE_SCAN_INTERVAL | 0s | too short",
                "BACKUP_OFFSITE_COMPLETENESS | hald | did you mean hold?",
                "BACKUP_OFFSITE_REPAIR | never | auto, manual",
                "BACKUP_OFFSITE_CIPHER | gcm | cfb, ocb",
                "BACKUP_OFFSITE_CONCURRENCY | 0 | from 1 to 256",
                "BACKUP_OFFSITE_CONCURRENCY | encryptor=2,encryptor=3 | once more",
                "BACKUP_OFFSITE_LOG_FORMAT | xml | plain, json",
                "BACKUP_OFFSITE_DASHBOARD_PORT | http | from 1 to 65535",
            })
    void refusesABadValueWithAHint(String name, String text, String part) {
        assertThat(problems(name, text)).anyMatch(problem -> problem.contains(name) && problem.contains(part));
    }

    @ParameterizedTest
    @CsvSource({
        "[::1],::1",
        "fe80::1%eth0,fe80::1%eth0",
        "::ffff:192.0.2.1,::ffff:192.0.2.1",
        "backup-1.example.org,backup-1.example.org",
        "my_alias,my_alias"
    })
    void takesTheHostAsSshWantsIt(String text, String host) throws Exception {
        assertThat(SettingsFixture.load("BACKUP_OFFSITE_RSYNC_HOST", text)
                        .destination(RsyncSettings.class)
                        .host())
                .isEqualTo(host);
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        assertThat(problems("BACKUP_OFFSITE_S3_BUKET", "b"))
                .singleElement()
                .asString()
                .contains("did you mean BACKUP_OFFSITE_S3_BUCKET?");
        assertThat(problems("BACKUP_OFFSITE_S3_SECRET_FIEL", "b"))
                .singleElement()
                .asString()
                .contains("did you mean BACKUP_OFFSITE_S3_SECRET_FILE?");
        assertThat(problems("BACKUP_OFFSITE_WHATEVER_THIS_IS", "b"))
                .singleElement()
                .asString()
                .contains("offsite config");
        assertThat(problems("MAIL_HOST", "x", "DB_NAME", "x", "BACKUP_PATH", "x"))
                .isEmpty();
    }

    @Test
    void certificatesNeedTls() {
        assertThat(problems("BACKUP_OFFSITE_AMQP_URI", "amqp://h", "BACKUP_OFFSITE_AMQP_CA_FILE", "/ca"))
                .singleElement()
                .asString()
                .contains("amqps://");
    }

    @Test
    void neverShowsTheTextOfASecretInAProblem() {
        assertThat(problems(
                                "BACKUP_OFFSITE_AMQP_URI", "amqp://u:s3 cret@h",
                                "BACKUP_OFFSITE_LEDGER_URL", "mysql://u:s3cret@h",
                                "BACKUP_OFFSITE_S3_PROXY", "u:s3cret@h",
                                "BACKUP_OFFSITE_S3_SECRET", "s3cret")
                        .toString())
                .contains("AMQP_URI", "LEDGER_URL", "PROXY", "S3_SECRET")
                .doesNotContain("cret@")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_STATE_DIR,/d/b/state,BACKUP_OFFSITE_STATE_DIR",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_STATE_DIR,/d,BACKUP_OFFSITE_STATE_DIR",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_SPOOL_DIR,/d/b,BACKUP_OFFSITE_SPOOL_DIR",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_SPOOL_DIR,/d/b/spool,BACKUP_OFFSITE_SPOOL_DIR",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_LOCALFS_PATH,/d/b/copies,BACKUP_OFFSITE_LOCALFS_PATH",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_LOCALFS_PATH,/d,BACKUP_OFFSITE_LOCALFS_PATH",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_LOCALFS_PATH,/d/x/../b,BACKUP_OFFSITE_LOCALFS_PATH",
        "BACKUP_OFFSITE_SPOOL_DIR,/d/s,BACKUP_OFFSITE_LOCALFS_PATH,/d/s,BACKUP_OFFSITE_LOCALFS_PATH",
        "BACKUP_OFFSITE_STATE_DIR,/d/s,BACKUP_OFFSITE_LOCALFS_PATH,/d/s/spool/x,BACKUP_OFFSITE_LOCALFS_PATH",
        "BACKUP_OFFSITE_STATE_DIR,/d/s,BACKUP_OFFSITE_SPOOL_DIR,/d/s,BACKUP_OFFSITE_SPOOL_DIR",
        "HERATIO_BACKUPS_PATH,/d/b,BACKUP_OFFSITE_HEALTH_FILE,/d/b/a.gz,BACKUP_OFFSITE_HEALTH_FILE",
        "BACKUP_OFFSITE_SPOOL_DIR,/d/s,BACKUP_OFFSITE_HEALTH_FILE,/d/s/v1.payload,BACKUP_OFFSITE_HEALTH_FILE",
        "BACKUP_OFFSITE_LOCALFS_PATH,/d/c,BACKUP_OFFSITE_HEALTH_FILE,/d/c/a.gz,BACKUP_OFFSITE_HEALTH_FILE",
    })
    void refusesDirectoriesThatOverlap(String name1, String path1, String name2, String path2, String culprit) {
        assertThat(problems(name1, path1, name2, path2)).anyMatch(problem -> problem.startsWith(culprit + " "));
    }

    @Test
    void neighboursAreNoOverlap() {
        assertThat(problems(
                        "HERATIO_BACKUPS_PATH", "/d/backups",
                        "BACKUP_OFFSITE_LOCALFS_PATH", "/d/backups-offsite",
                        "BACKUP_OFFSITE_STATE_DIR", "/d/state",
                        "BACKUP_OFFSITE_SPOOL_DIR", "/d/state-spool"))
                .isEmpty();
        assertThat(problems(
                        "BACKUP_OFFSITE_DRIVER", "s3",
                        "BACKUP_OFFSITE_S3_BUCKET", "b",
                        "HERATIO_BACKUPS_PATH", "/d",
                        "BACKUP_OFFSITE_LOCALFS_PATH", "/d/unused"))
                .isEmpty();
    }

    @Test
    void seesThroughLinks(@TempDir Path dir) throws IOException {
        Path backups = Files.createDirectory(dir.resolve("backups"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), backups);

        assertThat(problems(
                        "HERATIO_BACKUPS_PATH", backups.toString(),
                        "BACKUP_OFFSITE_LOCALFS_PATH", link.resolve("not/yet").toString()))
                .singleElement()
                .asString()
                .contains("lies inside the backup directory");
    }

    @Test
    void seesThroughBindMounts(@TempDir Path dir) throws Exception {
        Path backups = Files.createDirectory(dir.resolve("backups"));
        Files.createDirectory(backups.resolve("sub"));
        Path above = Files.createDirectory(dir.resolve("above"));
        try (BindMount whole = new BindMount(backups, dir.resolve("whole"));
                BindMount part = new BindMount(backups.resolve("sub"), dir.resolve("part"));
                BindMount around = new BindMount(dir, above.resolve("around"))) {
            assertCopiesAreRefused(backups, whole.path(), " is the backup directory");
            assertCopiesAreRefused(backups, whole.path().resolve("sub"), " lies inside the backup directory");
            assertCopiesAreRefused(backups, whole.path().resolve("not/yet"), " lies inside the backup directory");
            assertCopiesAreRefused(backups, around.path(), " contains the backup directory");
            assertCopiesAreRefused(part.path(), backups.resolve("sub"), " is the backup directory");
            assertThat(problems(
                            "HERATIO_BACKUPS_PATH", part.path().toString(),
                            "BACKUP_OFFSITE_LOCALFS_PATH",
                                    above.resolve("copies").toString()))
                    .isEmpty();
        }
    }

    @Test
    void refusesABindMountOfTheStateDirectoryAsTheSpool(@TempDir Path dir) throws Exception {
        Path state = Files.createDirectory(dir.resolve("state"));
        try (BindMount spool = new BindMount(state, dir.resolve("spool"))) {
            assertThat(problems(
                            "BACKUP_OFFSITE_STATE_DIR",
                            state.toString(),
                            "BACKUP_OFFSITE_SPOOL_DIR",
                            spool.path().toString()))
                    .singleElement()
                    .asString()
                    .contains(spool.path() + " is the state directory");
        }
    }

    private static void assertCopiesAreRefused(Path backups, Path copies, String why) {
        assertThat(problems(
                        "HERATIO_BACKUPS_PATH", backups.toString(),
                        "BACKUP_OFFSITE_LOCALFS_PATH", copies.toString()))
                .as("%s", copies)
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_LOCALFS_PATH", copies + why);
    }
}
