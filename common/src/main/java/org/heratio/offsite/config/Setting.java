package org.heratio.offsite.config;

import static org.heratio.offsite.config.SettingType.*;

import java.util.Optional;
import org.heratio.offsite.archive.IncludePatterns;
import org.jspecify.annotations.Nullable;

/**
 * All settings. The constants are the names of the variables. The loader, {@code offsite config} and the table in
 * {@code docs/settings.md} are all made from this list. A constant is never renamed.
 */
public enum Setting {
    HERATIO_BACKUPS_PATH(
            PATH, made("`<HERATIO_STORAGE_PATH>/backups`"), "Backup directory, where Heratio writes its archives."),
    HERATIO_STORAGE_PATH(PATH, "storage", "Heratio's storage directory."),
    BACKUP_OFFSITE_DRIVER(LIST, "localfs", "Destinations: `s3`, `rsync`, `sftp`, `localfs`, or several (`s3,rsync`)."),
    BACKUP_ENCRYPTION_PASSPHRASE(
            SECRET,
            none(),
            "Encrypts archives; overrides the passphrase in `ahg_settings`. Without one, archives are shipped"
                    + " unencrypted."),
    BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE(
            PATH, none(), "File of former passphrases, one per line, for reading older copies."),
    BACKUP_OFFSITE_CIPHER(
            CHOICE,
            "cfb",
            "Mode of AES-256 in new payloads: `cfb`, for every gpg since 2.0, or `ocb`, which is faster, for gpg 2.2.21 and"
                    + " newer. Copies of both modes are read."),

    BACKUP_OFFSITE_S3_BUCKET(TEXT, none(), "Bucket; required for `s3`."),
    BACKUP_OFFSITE_S3_REGION(TEXT, "us-east-1", "Region."),
    BACKUP_OFFSITE_S3_ENDPOINT(URL, none(), "Endpoint of a store other than AWS."),
    BACKUP_OFFSITE_S3_KEY(
            SECRET, none(), "Access key id; without one, the AWS SDK's default credential chain applies."),
    BACKUP_OFFSITE_S3_SECRET(SECRET, none(), "Secret access key."),
    BACKUP_OFFSITE_S3_PREFIX(TEXT, "heratio-backups", "Prefix of every key, separated by `/`; may be empty."),
    BACKUP_OFFSITE_S3_PATH_STYLE(
            BOOLEAN, "false", "Puts the bucket into the path instead of the host name (MinIO, Ceph)."),
    BACKUP_OFFSITE_S3_STORAGE_CLASS(TEXT, none(), "Storage class, such as `STANDARD_IA`."),
    BACKUP_OFFSITE_S3_SSE(CHOICE, "none", "Server-side encryption: `none`, `AES256`, `aws:kms`."),
    BACKUP_OFFSITE_S3_KMS_KEY(TEXT, none(), "Key id for `aws:kms`; without one, the store uses its own key."),
    BACKUP_OFFSITE_S3_LOCK_MODE(CHOICE, "off", "Object Lock: `off`, `governance`, `compliance`."),
    BACKUP_OFFSITE_S3_LOCK_DAYS(NUMBER, none(), "Number of days for which each copy is locked."),
    BACKUP_OFFSITE_S3_CA_FILE(PATH, none(), "CA certificates (PEM) to trust at the endpoint instead of the system's."),
    BACKUP_OFFSITE_S3_PROXY(SECRET_URL, none(), "HTTP proxy (`http://user:password@host:port`)."),
    BACKUP_OFFSITE_S3_BANDWIDTH(
            BANDWIDTH, "off", "Bytes per second to `s3`: `2M`, or a timetable `08:00,2M 20:00,off`."),

    BACKUP_OFFSITE_RSYNC_HOST(TEXT, none(), "Host; required for `rsync`."),
    BACKUP_OFFSITE_RSYNC_USER(TEXT, none(), "User; without one, ssh decides."),
    BACKUP_OFFSITE_RSYNC_PORT(PORT, "22", "SSH port."),
    BACKUP_OFFSITE_RSYNC_PATH(TEXT, none(), "Directory on the host; required for `rsync`."),
    BACKUP_OFFSITE_RSYNC_SSH_KEY(PATH, none(), "Private key; without one, ssh decides."),
    BACKUP_OFFSITE_RSYNC_EXTRA(
            ARGUMENTS,
            none(),
            "Additional rsync options, separated by spaces; quotes group words. Unsafe options are refused."),
    BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS(
            PATH, made("`<state>/known_hosts`"), "Host keys. A new host's key is added; a changed key is refused."),
    BACKUP_OFFSITE_RSYNC_TIMEOUT(DURATION, "60s", "How long a connection may be silent."),
    BACKUP_OFFSITE_RSYNC_BANDWIDTH(BANDWIDTH, "off", "Bytes per second to `rsync`, as for `s3`."),

    BACKUP_OFFSITE_SFTP_HOST(TEXT, none(), "Host; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_USER(TEXT, none(), "User; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_PORT(PORT, "22", "SSH port."),
    BACKUP_OFFSITE_SFTP_PATH(TEXT, none(), "Directory on the host, as the account sees it; required for `sftp`."),
    BACKUP_OFFSITE_SFTP_SSH_KEY(PATH, none(), "Private key without a passphrase; required unless there is a password."),
    BACKUP_OFFSITE_SFTP_PASSWORD(SECRET, none(), "Password of the account."),
    BACKUP_OFFSITE_SFTP_KNOWN_HOSTS(PATH, made("`<state>/known_hosts`"), "Host keys, as for `rsync`."),
    BACKUP_OFFSITE_SFTP_TIMEOUT(DURATION, "60s", "How long the host may be silent."),
    BACKUP_OFFSITE_SFTP_BANDWIDTH(BANDWIDTH, "off", "Bytes per second to `sftp`, as for `s3`."),

    BACKUP_OFFSITE_LOCALFS_PATH(
            PATH,
            "storage/backups-offsite",
            "Directory of `localfs`. A disk of this machine protects against nothing."),
    BACKUP_OFFSITE_LOCALFS_BANDWIDTH(BANDWIDTH, "off", "Bytes per second to `localfs`, as for `s3`."),

    BACKUP_OFFSITE_STATE_DIR(
            PATH,
            made("`$XDG_STATE_HOME/heratio-offsite`, as a service `/var/lib/heratio-offsite`"),
            "Embedded ledger, spool, known hosts."),
    BACKUP_OFFSITE_SPOOL_DIR(PATH, made("`<state>/spool`"), "Payloads that wait for their upload."),
    BACKUP_OFFSITE_SPOOL_BUDGET(
            BUDGET,
            "80%",
            "Maximum size of the spool: bytes (`500M`, `2GiB`), or a percentage of the space that is free or its own"
                    + " at start."),

    BACKUP_OFFSITE_LEDGER_URL(
            SECRET_URL,
            made("H2 in the state directory"),
            "JDBC URL of the ledger. Heratio's settings are still read from the database of `DB_*`."),
    BACKUP_OFFSITE_LEDGER_USER(TEXT, none(), "User for `BACKUP_OFFSITE_LEDGER_URL`, unless the URL names one."),
    BACKUP_OFFSITE_LEDGER_PASSWORD(SECRET, none(), "Password for `BACKUP_OFFSITE_LEDGER_URL`."),
    BACKUP_OFFSITE_JOURNAL_DAYS(NUMBER, "400", "Age in days at which events in the journal are deleted."),
    BACKUP_OFFSITE_JOURNAL_ROWS(NUMBER, "5000000", "Maximum number of events in the journal."),
    DB_CONNECTION(
            CHOICE,
            none(),
            "Kind of Heratio's database: `mysql`, `mariadb`, `pgsql`. The other `DB_*` need this or `DB_URL`."),
    DB_URL(
            SECRET_URL,
            none(),
            "The `DB_*` settings as one URL (`mysql://user:password@host:port/database`), as in Laravel; it overrides"
                    + " them."),
    DB_HOST(TEXT, "127.0.0.1", "Host of Heratio's database."),
    DB_PORT(PORT, made("3306 or 5432"), "Port of Heratio's database."),
    DB_DATABASE(TEXT, none(), "Name of Heratio's database; required with `DB_CONNECTION`."),
    DB_USERNAME(TEXT, none(), "User of Heratio's database."),
    DB_PASSWORD(SECRET, none(), "Password of that user."),
    DATABASE_URL(SECRET_URL, none(), "Older Laravel name of `DB_URL`; refused in an env file."),
    DB_SOCKET(TEXT, none(), "Laravel's MySQL socket; refused, since offsite connects to hosts only."),
    DB_PREFIX(TEXT, none(), "Laravel's table prefix; refused, since offsite supports none."),

    BACKUP_OFFSITE_AMQP_URI(
            SECRET_URL, none(), "RabbitMQ (`amqp://`, `amqps://`). Without it, the queues are in this process."),
    BACKUP_OFFSITE_AMQP_HOSTS(LIST, none(), "More nodes of the cluster, `host` or `host:port`."),
    BACKUP_OFFSITE_AMQP_USER(TEXT, none(), "User; overrides the URI's."),
    BACKUP_OFFSITE_AMQP_PASSWORD(SECRET, none(), "Password; overrides the URI's."),
    BACKUP_OFFSITE_AMQP_CA_FILE(PATH, none(), "CA certificates (PEM) to trust at RabbitMQ."),
    BACKUP_OFFSITE_AMQP_CERT_FILE(PATH, none(), "Client certificate (PEM)."),
    BACKUP_OFFSITE_AMQP_KEY_FILE(PATH, none(), "Private key of the client certificate (PEM, PKCS#8)."),
    BACKUP_OFFSITE_QUEUE_PREFIX(
            TEXT, "offsite", "Name of the exchange and prefix of all queues, for installations that share a broker."),

    BACKUP_OFFSITE_INCLUDE(
            LIST,
            IncludePatterns.DEFAULT,
            "Globs that select archives, in any letter case. A glob with a `/` matches the path below the backup"
                    + " directory."),
    BACKUP_OFFSITE_RECURSIVE(BOOLEAN, "true", "Includes subdirectories."),
    BACKUP_OFFSITE_QUIET_PERIOD(
            DURATION,
            "400ms",
            "How long a file must stay unchanged to be finished; at least 10 s where the kernel cannot tell."),
    BACKUP_OFFSITE_SCAN_INTERVAL(
            DURATION, "60s", "Interval of scans of the whole directory, for mounts that report no changes."),
    BACKUP_OFFSITE_COMPLETENESS(
            CHOICE, "hold", "Treatment of a truncated archive: `hold` it back, `warn` and ship it, `off`."),
    BACKUP_OFFSITE_REPAIR(CHOICE, "auto", "Repair of damaged copies: `auto`, `manual`."),
    BACKUP_OFFSITE_SCAN_CRON(CRON, "15 3 * * *", "Schedule of the scan that also retries failures."),
    BACKUP_OFFSITE_SWEEP_CRON(CRON, "0 4 * * *", "Schedule of the sweep that reads copies back."),
    BACKUP_OFFSITE_PROOF_MAX_AGE(
            AGE,
            "35d",
            "Age at which the proof of a copy no longer counts: its archive is not safe until the copy is read back again."
                    + " The default applies where `serve` makes sweeps."),
    BACKUP_OFFSITE_WAIT_LIMIT(
            AGE,
            "26h",
            "How long an archive may wait to be off-site and verified, and how long no scan may be made, before"
                    + " `status` and `doctor` call it a fault."),
    APP_TIMEZONE(ZONE, "UTC", "Time zone of the schedules, and of times in Heratio's table."),
    BACKUP_OFFSITE_CONCURRENCY(
            LIST,
            made("by processors: with two `encryptor=1,uploader=4,verifier=2`, with eight"
                    + " `encryptor=2,uploader=4,verifier=3`"),
            "Parallel jobs in a process: a number for all stages, or one per stage, for uploaders also per destination"
                    + " (`uploader:s3=4`). A verifier reads so many new copies at each destination, and so many of a"
                    + " sweep beside them. The encryptor reads up to two more archives beside those that take longer than 5 s:"
                    + " `encryptor=1` uses up to three processor cores, and memory for three."),
    BACKUP_OFFSITE_DRAIN_TIMEOUT(DURATION, "30s", "How long a stop waits for the current work."),
    BACKUP_OFFSITE_LOG_FORMAT(CHOICE, "plain", "`plain` or `json`."),
    BACKUP_OFFSITE_HEALTH_FILE(
            PATH, none(), "File that `serve` touches every 10 s while it serves, for health checks."),
    BACKUP_OFFSITE_DASHBOARD(BOOLEAN, "true", "Whether `serve` has the operators' page."),
    BACKUP_OFFSITE_DASHBOARD_PORT(PORT, "8484", "Port of the operators' page."),
    BACKUP_OFFSITE_DASHBOARD_HOST(TEXT, "127.0.0.1", "Address on which the operators' page listens."),
    BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE(
            PATH, made("`<state>/dashboard-token`"), "Token of the operators' page; created at first start."),
    BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE(
            PATH, none(), "Second token, which may look and do nothing; created at first start."),
    BACKUP_OFFSITE_DASHBOARD_HOSTS(
            LIST, none(), "Names under which the page is opened, besides `localhost` and IP addresses."),
    BACKUP_OFFSITE_DASHBOARD_CERT_FILE(PATH, none(), "Certificate (PEM) of the page; without one, it has no TLS."),
    BACKUP_OFFSITE_DASHBOARD_KEY_FILE(PATH, none(), "Private key of that certificate (PEM, PKCS#8)."),
    BACKUP_OFFSITE_DASHBOARD_PLAIN(
            BOOLEAN,
            "false",
            "Allows an address other than loopback without TLS, as behind a proxy or in a container."),
    BACKUP_OFFSITE_DASHBOARD_PROXIES(
            LIST, none(), "IP addresses of reverse proxies that have checked the user and name him."),
    BACKUP_OFFSITE_DASHBOARD_USER_HEADER(TEXT, none(), "Header in which those proxies name the user."),
    BACKUP_OFFSITE_DASHBOARD_ADMINS(LIST, none(), "Such users who may act (`*` for all); the others may only look."),
    BACKUP_OFFSITE_METRICS_LISTEN(
            TEXT,
            none(),
            "Address and port (`127.0.0.1:9464`) at which `serve` shows its metrics without the page, too."),
    BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL(
            SECRET, none(), "URL to which notifications are posted as Standard Webhooks (docs/notify.md)."),
    BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET(
            SECRET,
            none(),
            "Key that signs them: `whsec_` and Base64 of 24 to 64 bytes; two of them, with a blank between, while it is"
                    + " changed."),
    BACKUP_OFFSITE_NOTIFY_MAIL_HOST(TEXT, none(), "SMTP server that sends notifications by e-mail (docs/notify.md)."),
    BACKUP_OFFSITE_NOTIFY_MAIL_PORT(
            PORT, made("`587`, or `465` with `tls`, or `25` with `none`"), "Port of that server."),
    BACKUP_OFFSITE_NOTIFY_MAIL_TLS(
            CHOICE, "starttls", "`starttls`, without which nothing is sent, `tls` from the first byte, or `none`."),
    BACKUP_OFFSITE_NOTIFY_MAIL_FROM(TEXT, none(), "Address that sends them."),
    BACKUP_OFFSITE_NOTIFY_MAIL_TO(LIST, none(), "Addresses that get them."),
    BACKUP_OFFSITE_NOTIFY_MAIL_USER(TEXT, none(), "User at that server; without one, there is no login."),
    BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD(SECRET, none(), "Password of that user."),
    BACKUP_OFFSITE_NOTIFY_CA_FILE(
            PATH, none(), "CA certificates (PEM) to trust at the receivers of notifications instead of the system's."),
    BACKUP_OFFSITE_NOTIFY_REPEAT(AGE, "12h", "Interval of the reminders of a failure that lasts."),
    BACKUP_OFFSITE_NOTIFY_SUMMARY_CRON(
            CRON, "0 7 * * *", "Schedule of the summary, which is sent also if all is well."),
    BACKUP_OFFSITE_NOTIFY_PING_URL(
            SECRET, none(), "URL that is requested while all is well: the check of a dead-man service."),
    BACKUP_OFFSITE_NOTIFY_PING_INTERVAL(DURATION, "5m", "Interval of those requests.");

    /** The ending of a secret's name when the value is a file that holds it. */
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

    /** Returns whether an empty text is a value, and not the same as nothing. */
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
