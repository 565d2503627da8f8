package org.heratio.offsite.config;

import static org.heratio.offsite.config.SettingType.*;

import java.util.Optional;
import org.heratio.offsite.archive.IncludePatterns;
import org.jspecify.annotations.Nullable;

/**
 * Every setting there is. The constants are the names of the variables; loader, {@code offsite config} and the README's table are all
 * made from this one list. A name is never renamed.
 */
public enum Setting {
    HERATIO_BACKUPS_PATH(
            PATH, made("`<HERATIO_STORAGE_PATH>/backups`"), "The backup directory, where Heratio writes its archives."),
    HERATIO_STORAGE_PATH(PATH, "storage", "Heratio's storage directory."),
    BACKUP_OFFSITE_DRIVER(
            LIST, "localfs", "Where copies go: `s3`, `rsync`, `sftp`, `localfs`, or several of them (`s3,rsync`)."),
    BACKUP_ENCRYPTION_PASSPHRASE(
            SECRET,
            none(),
            "Archives are encrypted with it; over the one in `ahg_settings`. Without one they are shipped as they are, with a warning; where some were encrypted before, only if `(empty)` stands here and none there, or an empty text there."),
    BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE(
            PATH, none(), "File of former passphrases, one a line, to read older copies with."),

    BACKUP_OFFSITE_S3_BUCKET(TEXT, none(), "Bucket; required for `s3`."),
    BACKUP_OFFSITE_S3_REGION(TEXT, "us-east-1", "Region."),
    BACKUP_OFFSITE_S3_ENDPOINT(URL, none(), "Endpoint of a store other than AWS."),
    BACKUP_OFFSITE_S3_KEY(SECRET, none(), "Access key id; without one the AWS SDK's default chain is asked."),
    BACKUP_OFFSITE_S3_SECRET(SECRET, none(), "Secret access key."),
    BACKUP_OFFSITE_S3_PREFIX(TEXT, "heratio-backups", "Start of every key, divided by `/`; may be empty."),
    BACKUP_OFFSITE_S3_PATH_STYLE(BOOLEAN, "false", "Bucket in the path instead of in the host name (MinIO, Ceph)."),
    BACKUP_OFFSITE_S3_STORAGE_CLASS(TEXT, none(), "Storage class, such as `STANDARD_IA`."),
    BACKUP_OFFSITE_S3_SSE(CHOICE, "none", "Server-side encryption: `none`, `AES256`, `aws:kms`."),
    BACKUP_OFFSITE_S3_KMS_KEY(TEXT, none(), "Key id for `aws:kms`; without one the store's own key."),
    BACKUP_OFFSITE_S3_LOCK_MODE(CHOICE, "off", "Object Lock: `off`, `governance`, `compliance`."),
    BACKUP_OFFSITE_S3_LOCK_DAYS(NUMBER, none(), "Days for which a copy is locked."),
    BACKUP_OFFSITE_S3_CA_FILE(PATH, none(), "Certificates (PEM) to trust at the endpoint instead of the system's."),
    BACKUP_OFFSITE_S3_PROXY(SECRET_URL, none(), "HTTP proxy (`http://user:password@host:port`)."),
    BACKUP_OFFSITE_S3_BANDWIDTH(
            BANDWIDTH, "off", "Bytes a second to `s3`: `2M`, or by the time of day `08:00,2M 20:00,off`."),

    BACKUP_OFFSITE_RSYNC_HOST(TEXT, none(), "Host; required for `rsync`."),
    BACKUP_OFFSITE_RSYNC_USER(TEXT, none(), "User; without one ssh decides."),
    BACKUP_OFFSITE_RSYNC_PORT(PORT, "22", "Port of ssh."),
    BACKUP_OFFSITE_RSYNC_PATH(TEXT, none(), "Directory at the host; required for `rsync`."),
    BACKUP_OFFSITE_RSYNC_SSH_KEY(PATH, none(), "Private key; without one ssh decides."),
    BACKUP_OFFSITE_RSYNC_EXTRA(
            ARGUMENTS,
            none(),
            "More options for rsync, divided by spaces; quotes hold together. What breaks a promise is refused."),
    BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS(
            PATH, made("`<state>/known_hosts`"), "Host keys; a new host's is noted there, a changed one is refused."),
    BACKUP_OFFSITE_RSYNC_TIMEOUT(DURATION, "60s", "How long a connection may be silent."),
    BACKUP_OFFSITE_RSYNC_BANDWIDTH(BANDWIDTH, "off", "Bytes a second to `rsync`, as for `s3`."),

    BACKUP_OFFSITE_SFTP_HOST(TEXT, none(), "Host; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_USER(TEXT, none(), "User; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_PORT(PORT, "22", "Port of ssh."),
    BACKUP_OFFSITE_SFTP_PATH(TEXT, none(), "Directory at the host, as the account sees it; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_SSH_KEY(PATH, none(), "Private key without a passphrase; this or a password is required."),
    BACKUP_OFFSITE_SFTP_PASSWORD(SECRET, none(), "Password of the account."),
    BACKUP_OFFSITE_SFTP_KNOWN_HOSTS(PATH, made("`<state>/known_hosts`"), "Host keys, as for `rsync`."),
    BACKUP_OFFSITE_SFTP_TIMEOUT(DURATION, "60s", "How long the host may be silent."),
    BACKUP_OFFSITE_SFTP_BANDWIDTH(BANDWIDTH, "off", "Bytes a second to `sftp`, as for `s3`."),

    BACKUP_OFFSITE_LOCALFS_PATH(
            PATH,
            "storage/backups-offsite",
            "Directory of `localfs`. A disk of the same machine protects from nothing."),
    BACKUP_OFFSITE_LOCALFS_BANDWIDTH(BANDWIDTH, "off", "Bytes a second to `localfs`, as for `s3`."),

    BACKUP_OFFSITE_STATE_DIR(
            PATH,
            made("`$XDG_STATE_HOME/heratio-offsite`, as a service `/var/lib/heratio-offsite`"),
            "Embedded ledger, spool, known hosts."),
    BACKUP_OFFSITE_SPOOL_DIR(PATH, made("`<state>/spool`"), "Payloads on their way."),
    BACKUP_OFFSITE_SPOOL_BUDGET(
            BUDGET,
            "80%",
            "Bytes that the spool may take (`500M`, `2GiB`), or percent of what is free, or its own, at start."),

    BACKUP_OFFSITE_LEDGER_URL(
            SECRET_URL,
            made("H2 in the state directory"),
            "JDBC URL of the ledger; Heratio's settings are still read where `DB_*` says."),
    BACKUP_OFFSITE_LEDGER_USER(TEXT, none(), "User for `BACKUP_OFFSITE_LEDGER_URL`, unless the URL has one."),
    BACKUP_OFFSITE_LEDGER_PASSWORD(SECRET, none(), "Password for `BACKUP_OFFSITE_LEDGER_URL`."),
    DB_CONNECTION(
            CHOICE,
            none(),
            "Heratio's database, which holds its settings and, unless `BACKUP_OFFSITE_LEDGER_URL` is set, the ledger: `mysql`, `mariadb`, `pgsql`. Only when it or `DB_URL` is set do the other `DB_*` count."),
    DB_URL(
            SECRET_URL,
            none(),
            "The same as one URL (`mysql://user:password@host:port/database`), as Laravel reads it: what it names wins over the other `DB_*`."),
    DB_HOST(TEXT, "127.0.0.1", "Its host."),
    DB_PORT(PORT, made("3306 or 5432"), "Its port."),
    DB_DATABASE(TEXT, none(), "Its name; required with `DB_CONNECTION`."),
    DB_USERNAME(TEXT, none(), "Its user."),
    DB_PASSWORD(SECRET, none(), "The user's password."),
    DATABASE_URL(SECRET_URL, none(), "An older Laravel's `DB_URL`; refused in an env file."),
    DB_SOCKET(TEXT, none(), "Laravel's socket of MySQL; refused, since only hosts are known here."),
    DB_PREFIX(TEXT, none(), "Laravel's prefix of tables; refused, since none is known here."),

    BACKUP_OFFSITE_AMQP_URI(SECRET_URL, none(), "RabbitMQ (`amqp://`, `amqps://`); empty means in this process."),
    BACKUP_OFFSITE_AMQP_HOSTS(LIST, none(), "More nodes of the cluster beside the URI's, `host` or `host:port`."),
    BACKUP_OFFSITE_AMQP_USER(TEXT, none(), "User, over the URI's."),
    BACKUP_OFFSITE_AMQP_PASSWORD(SECRET, none(), "Password, over the URI's."),
    BACKUP_OFFSITE_AMQP_CA_FILE(PATH, none(), "Certificates (PEM) to trust at RabbitMQ."),
    BACKUP_OFFSITE_AMQP_CERT_FILE(PATH, none(), "Client certificate (PEM)."),
    BACKUP_OFFSITE_AMQP_KEY_FILE(PATH, none(), "Its private key (PEM, PKCS#8)."),
    BACKUP_OFFSITE_QUEUE_PREFIX(
            TEXT,
            "offsite",
            "Name of the exchange and start of all queue names, for installations that share a broker."),

    BACKUP_OFFSITE_INCLUDE(
            LIST,
            IncludePatterns.DEFAULT,
            "Which files are archives: globs, in any letter case; one with a `/` means the path below the backup directory."),
    BACKUP_OFFSITE_RECURSIVE(BOOLEAN, "true", "Whether subdirectories count."),
    BACKUP_OFFSITE_QUIET_PERIOD(
            DURATION,
            "400ms",
            "How long a file must have been still to be finished; at least 10 s where the kernel can't tell."),
    BACKUP_OFFSITE_SCAN_INTERVAL(
            DURATION, "60s", "How often the whole directory is looked through, for mounts that tell nothing."),
    BACKUP_OFFSITE_COMPLETENESS(
            CHOICE, "hold", "What becomes of a truncated archive: `hold` it back, `warn` and ship it, `off`."),
    BACKUP_OFFSITE_REPAIR(CHOICE, "auto", "Whether a damaged copy is made anew: `auto`, `manual`."),
    BACKUP_OFFSITE_SCAN_CRON(CRON, "15 3 * * *", "When everything is looked through and failures are tried again."),
    BACKUP_OFFSITE_SWEEP_CRON(CRON, "0 4 * * *", "When copies are read back."),
    APP_TIMEZONE(ZONE, "UTC", "Time zone of the schedules and of times in Heratio's table."),
    BACKUP_OFFSITE_CONCURRENCY(
            LIST,
            "encryptor=1,uploader=2,verifier=2",
            "How much a process does at once: a number for all stages, or by stage, an uploader also by destination (`uploader:s3=4`)."),
    BACKUP_OFFSITE_DRAIN_TIMEOUT(DURATION, "30s", "How long a stop waits for what is under way."),
    BACKUP_OFFSITE_LOG_FORMAT(CHOICE, "plain", "`plain` or `json`."),
    BACKUP_OFFSITE_HEALTH_FILE(PATH, none(), "`serve` touches it every 10 s while it serves, for health checks."),
    BACKUP_OFFSITE_DASHBOARD_PORT(PORT, "8484", "Operators' page."),
    BACKUP_OFFSITE_DASHBOARD_HOST(TEXT, "127.0.0.1", "Address that it listens on."),
    BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE(PATH, made("`<state>/dashboard-token`"), "Its token; made at first start.");

    /** What stands behind the name of a secret, when a file holds it. */
    public static final String FILE_SUFFIX = "_FILE";

    private final SettingType type;
    private final @Nullable String defaultText;
    private final String defaultNote;
    private final String description;

    Setting(SettingType type, Default fallback, String description) {
        this.type = type;
        this.defaultText = fallback.text;
        this.defaultNote = fallback.note;
        this.description = description;
    }

    Setting(SettingType type, String fallback, String description) {
        this(type, new Default(fallback, "`" + fallback + "`"), description);
    }

    public SettingType type() {
        return type;
    }

    /** The text that counts when nothing is set, or null when there is none or it is worked out. */
    public @Nullable String defaultText() {
        return defaultText;
    }

    /** The default as documents name it, in Markdown; empty for none. */
    public String defaultNote() {
        return defaultNote;
    }

    /** One line, in Markdown. */
    public String description() {
        return description;
    }

    /** The variable that names a file with the value, for secrets. */
    public Optional<String> fileName() {
        // nothing is read of a setting that is refused, and whose file this may be is not known
        return type.sensitive() && this != DATABASE_URL ? Optional.of(name() + FILE_SUFFIX) : Optional.empty();
    }

    /** Whether an empty text is a value, and not the same as nothing. */
    boolean emptyCounts() {
        return this == BACKUP_OFFSITE_S3_PREFIX;
    }

    private static Default none() {
        return new Default(null, "");
    }

    private static Default made(String note) {
        return new Default(null, note);
    }

    private record Default(@Nullable String text, String note) {}
}
