package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/** The settings of the destinations. What a driver needs is asked only of those that are chosen. */
final class DestinationSettings {
    private static final Set<String> HTTP = Set.of("http", "https");
    /** A name by the rules of any store, a tenant of Ceph's before it, or an access point. */
    private static final Pattern BUCKET = Pattern.compile("arn:\\S+|[A-Za-z0-9][A-Za-z0-9._:-]{0,254}");
    /** A name, also one of ssh's configuration, or an IPv4 address; or an IPv6 address, whose zone may stand behind a percent sign. */
    private static final Pattern HOST = Pattern.compile(
            "[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]*|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*(%[A-Za-z0-9._-]+)?");

    private final SettingsReader read;
    private final List<String> drivers;
    private final List<String> warnings;

    DestinationSettings(SettingsReader read, List<String> drivers, List<String> warnings) {
        this.read = read;
        this.drivers = drivers;
        this.warnings = warnings;
    }

    Settings.S3 s3() {
        Secret key = read.secret(BACKUP_OFFSITE_S3_KEY);
        Secret secret = read.secret(BACKUP_OFFSITE_S3_SECRET);
        if ((key == null) != (secret == null)) {
            read.problem(
                    key == null ? BACKUP_OFFSITE_S3_SECRET : BACKUP_OFFSITE_S3_KEY,
                    "key and secret go together",
                    "set both BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET, or neither to use the AWS SDK's default chain");
        }
        String lockMode = choice(BACKUP_OFFSITE_S3_LOCK_MODE, List.of("off", "GOVERNANCE", "COMPLIANCE"), "off");
        Integer lockDays = read.optional(BACKUP_OFFSITE_S3_LOCK_DAYS, text -> Parse.number(text, 1, 36_500));
        checkLock(lockMode, lockDays);
        String sse = choice(BACKUP_OFFSITE_S3_SSE, List.of("none", "AES256", "aws:kms"), "none");
        String kmsKey = read.optionalText(BACKUP_OFFSITE_S3_KMS_KEY);
        if (kmsKey != null && !"aws:kms".equals(sse)) {
            read.problem(
                    BACKUP_OFFSITE_S3_KMS_KEY,
                    "a KMS key is set but not used",
                    "set BACKUP_OFFSITE_S3_SSE=aws:kms too");
        }
        URI proxy = read.url(BACKUP_OFFSITE_S3_PROXY, HTTP);
        return new Settings.S3(
                bucket(),
                read.value(BACKUP_OFFSITE_S3_REGION, DestinationSettings::region),
                read.optional(BACKUP_OFFSITE_S3_ENDPOINT, DestinationSettings::endpoint),
                key,
                secret,
                read.value(BACKUP_OFFSITE_S3_PREFIX, DestinationSettings::prefix),
                read.bool(BACKUP_OFFSITE_S3_PATH_STYLE),
                read.optionalText(BACKUP_OFFSITE_S3_STORAGE_CLASS),
                sse,
                kmsKey,
                lockMode,
                lockMode == null || lockDays == null ? 0 : lockDays,
                file(BACKUP_OFFSITE_S3_CA_FILE),
                proxy == null ? null : new Secret(proxy.toString()),
                read.value(BACKUP_OFFSITE_S3_BANDWIDTH, Bandwidth::parse));
    }

    Settings.Rsync rsync(Path state) {
        return new Settings.Rsync(
                argument(
                        host(BACKUP_OFFSITE_RSYNC_HOST, "rsync", BACKUP_OFFSITE_RSYNC_PORT), BACKUP_OFFSITE_RSYNC_HOST),
                user(),
                read.value(BACKUP_OFFSITE_RSYNC_PORT, Parse::port),
                argument(remoteDirectory(BACKUP_OFFSITE_RSYNC_PATH, "rsync"), BACKUP_OFFSITE_RSYNC_PATH),
                file(BACKUP_OFFSITE_RSYNC_SSH_KEY),
                extra(),
                read.path(BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS, state.resolve("known_hosts")),
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_RSYNC_TIMEOUT, Duration.ofSeconds(1))),
                read.value(BACKUP_OFFSITE_RSYNC_BANDWIDTH, Bandwidth::parse));
    }

    Settings.Sftp sftp(Path state) {
        Path key = file(BACKUP_OFFSITE_SFTP_SSH_KEY);
        Secret password = read.secret(BACKUP_OFFSITE_SFTP_PASSWORD);
        if (key == null && password == null && drivers.contains("sftp")) {
            read.missing(BACKUP_OFFSITE_SFTP_SSH_KEY, "the driver sftp needs a key or a password", "set one of them");
        }
        return new Settings.Sftp(
                host(BACKUP_OFFSITE_SFTP_HOST, "sftp", BACKUP_OFFSITE_SFTP_PORT),
                word(required(BACKUP_OFFSITE_SFTP_USER, "sftp", "the user at the host"), BACKUP_OFFSITE_SFTP_USER),
                read.value(BACKUP_OFFSITE_SFTP_PORT, Parse::port),
                remoteDirectory(BACKUP_OFFSITE_SFTP_PATH, "sftp"),
                key,
                password,
                read.path(BACKUP_OFFSITE_SFTP_KNOWN_HOSTS, state.resolve("known_hosts")),
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_SFTP_TIMEOUT, Duration.ofSeconds(1))),
                read.value(BACKUP_OFFSITE_SFTP_BANDWIDTH, Bandwidth::parse));
    }

    Settings.Localfs localfs() {
        return new Settings.Localfs(
                Objects.requireNonNull(read.optionalPath(BACKUP_OFFSITE_LOCALFS_PATH)),
                read.value(BACKUP_OFFSITE_LOCALFS_BANDWIDTH, Bandwidth::parse));
    }

    private void checkLock(@Nullable String mode, @Nullable Integer days) {
        if (mode != null && days == null) {
            read.problem(
                    BACKUP_OFFSITE_S3_LOCK_MODE,
                    "nothing says for how long copies are locked",
                    "set BACKUP_OFFSITE_S3_LOCK_DAYS");
        }
        if (mode == null && days != null) {
            read.problem(
                    BACKUP_OFFSITE_S3_LOCK_DAYS,
                    "days are set, but Object Lock is off",
                    "set BACKUP_OFFSITE_S3_LOCK_MODE to governance or compliance");
        }
    }

    /** Null for the choice that means nothing. */
    private @Nullable String choice(Setting setting, List<String> choices, String nothing) {
        String choice = read.value(setting, text -> Parse.choice(text, choices));
        return choice.equals(nothing) ? null : choice;
    }

    private static URI endpoint(String text) throws BadValueException {
        URI uri = Parse.url(text, HTTP);
        if (uri.getUserInfo() != null) {
            throw new BadValueException(
                    "holds a user", "put credentials into BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET");
        }
        return uri;
    }

    private String bucket() {
        String bucket = required(BACKUP_OFFSITE_S3_BUCKET, "s3", "the name of the bucket");
        if (!bucket.isEmpty() && !BUCKET.matcher(bucket).matches()) {
            read.problem(
                    BACKUP_OFFSITE_S3_BUCKET,
                    Parse.quoted(bucket) + " is not the name of a bucket",
                    "write the name alone; BACKUP_OFFSITE_S3_ENDPOINT says where it is, BACKUP_OFFSITE_S3_PREFIX what stands"
                            + " before each name in it");
        }
        return bucket;
    }

    private static String region(String text) throws BadValueException {
        if (!text.matches("[A-Za-z0-9._-]+")) {
            throw new BadValueException(
                    Parse.quoted(text) + " is not the id of a region",
                    "write its id, such as eu-west-1; us-east-1 where the store knows no regions");
        }
        return text;
    }

    /** Without slashes at its ends. What a proxy or a tool would resolve as a path must not be in it: it would be another key. */
    private static String prefix(String text) throws BadValueException {
        String prefix = text.replaceAll("^/+|/+$", "");
        boolean odd = prefix.chars().anyMatch(Character::isISOControl)
                || (!prefix.isEmpty()
                        && Arrays.stream(prefix.split("/", -1))
                                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..")));
        if (odd) {
            throw new BadValueException(
                    Parse.quoted(text) + " can't stand before the names of copies",
                    "write names divided by single slashes, none of them . or .., such as heratio/backups");
        }
        return prefix;
    }

    private String required(Setting setting, String driver, String what) {
        String text = read.optionalText(setting);
        if (text == null && drivers.contains(driver)) {
            read.missing(setting, "the driver " + driver + " needs it", "set it to " + what);
        }
        return text == null ? "" : text;
    }

    private String host(Setting setting, String driver, Setting port) {
        String text = word(required(setting, driver, "the host"), setting);
        // ssh wants the address alone
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            read.problem(
                    setting,
                    Parse.quoted(text) + " is neither a host's name nor an address",
                    "write a name or an address alone; the port is " + port);
        }
        return host;
    }

    private @Nullable String user() {
        String user = read.optionalText(BACKUP_OFFSITE_RSYNC_USER);
        return user == null ? null : argument(word(user, BACKUP_OFFSITE_RSYNC_USER), BACKUP_OFFSITE_RSYNC_USER);
    }

    private String remoteDirectory(Setting setting, String driver) {
        String path = required(setting, driver, "the directory at the host");
        if (!path.isEmpty() && !path.startsWith("/")) {
            read.problem(
                    setting,
                    Parse.quoted(path) + " is not absolute; the ledger holds absolute paths",
                    "write it from / on");
        }
        return path;
    }

    private List<String> extra() {
        List<String> words =
                Objects.requireNonNullElse(read.optional(BACKUP_OFFSITE_RSYNC_EXTRA, RsyncExtra::parse), List.of());
        words.forEach(word -> argument(word, BACKUP_OFFSITE_RSYNC_EXTRA));
        return words;
    }

    /** Checks a value that becomes an argument of ssh or rsync, where they are used. */
    private String argument(String text, Setting setting) {
        if (drivers.contains("rsync") && !SystemText.passes(text)) {
            read.problem(
                    setting,
                    Parse.quoted(text)
                            + " has letters other than ASCII, which do not reach another program from the locale "
                            + SystemText.charsetOfNames(),
                    SystemText.HINT);
        }
        return text;
    }

    /** Checks a host or a user: nothing that ssh could take for an option, or for another host. */
    private String word(String text, Setting setting) {
        if (text.startsWith("-") || text.matches("(?s).*[\\s@/].*")) {
            read.problem(
                    setting,
                    Parse.quoted(text) + " is not a name",
                    "write the name alone; user, host, port and path have settings of their own");
        }
        return text;
    }

    private @Nullable Path file(Setting setting) {
        return file(read, setting, warnings);
    }

    /** A file that has to be there when it is used; warned of only, since not every process uses it. */
    static @Nullable Path file(SettingsReader read, Setting setting, List<String> warnings) {
        Path file = read.optionalPath(setting);
        if (file != null && !Files.isReadable(file)) {
            warnings.add(setting + ": " + file + " is not there, or not readable");
        }
        return file;
    }
}
