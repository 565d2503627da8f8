package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.openpgp.CipherMode;
import org.jspecify.annotations.Nullable;

/** Makes settings of texts, once, and refuses them with all that is wrong. */
final class SettingsFactory {
    private final SettingValues values;
    private final SettingsReader read;
    private final List<String> warnings;
    private final List<String> advice = new ArrayList<>();

    SettingsFactory(SettingValues values, List<ConfigProblem> problems) {
        this.values = values;
        this.read = new SettingsReader(values, problems);
        this.warnings = new ArrayList<>(values.warnings());
    }

    Settings settings() throws ConfigException {
        Settings.Paths paths = paths();
        DirectoryRules.check(read, paths);
        List<String> drivers = read.value(BACKUP_OFFSITE_DRIVER, this::drivers);
        LedgerFactory.Databases databases = new LedgerFactory(values, read, warnings, advice).databases(paths.state());
        Settings settings = new Settings(
                paths,
                drivers,
                destinations(paths, drivers),
                databases.ledger(),
                databases.heratio(),
                journal(),
                broker(),
                watcher(),
                read.constant(BACKUP_OFFSITE_COMPLETENESS, Settings.Completeness.values()),
                read.constant(BACKUP_OFFSITE_REPAIR, Settings.Repair.values()),
                new Settings.Schedules(
                        cron(BACKUP_OFFSITE_SCAN_CRON),
                        cron(BACKUP_OFFSITE_SWEEP_CRON),
                        age(BACKUP_OFFSITE_PROOF_MAX_AGE, Duration.ofHours(1)),
                        age(BACKUP_OFFSITE_WAIT_LIMIT, Duration.ofMinutes(1))),
                encryption(databases.heratio() != null),
                concurrency(),
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_DRAIN_TIMEOUT, Duration.ZERO)),
                read.constant(BACKUP_OFFSITE_LOG_FORMAT, Settings.LogFormat.values()),
                read.optionalPath(BACKUP_OFFSITE_HEALTH_FILE),
                zone(),
                new DashboardFactory(read, warnings).dashboard(paths.state()),
                new NotifyFactory(read, warnings, advice)
                        .notifications(
                                age(BACKUP_OFFSITE_NOTIFY_REPEAT, Duration.ofMinutes(5)),
                                cron(BACKUP_OFFSITE_NOTIFY_SUMMARY_CRON)),
                warnings,
                advice,
                read.result());
        if (!read.problems().isEmpty()) {
            throw new ConfigException(read.problems(), read.result());
        }
        return settings;
    }

    private Settings.Paths paths() {
        Path storage = read.path(HERATIO_STORAGE_PATH, Path.of("storage"));
        Path backups = read.path(HERATIO_BACKUPS_PATH, storage.resolve("backups"));
        Path state = read.path(BACKUP_OFFSITE_STATE_DIR, values.stateDir());
        Path spool = read.path(BACKUP_OFFSITE_SPOOL_DIR, state.resolve("spool"));
        return new Settings.Paths(backups, state, spool, read.value(BACKUP_OFFSITE_SPOOL_BUDGET, ByteBudget::parse));
    }

    private Map<Class<?>, Record> destinations(Settings.Paths paths, List<String> drivers) {
        Map<Class<?>, Record> all = new LinkedHashMap<>();
        for (DestinationType type : values.types()) {
            boolean chosen = drivers.contains(type.name());
            Record settings = type.read(new DestinationReader(read, type.name(), chosen, paths, warnings, advice));
            all.put(settings.getClass(), settings);
        }
        return all;
    }

    private List<String> drivers(String text) throws BadValueException {
        List<String> known = values.knownDrivers();
        LinkedHashSet<String> drivers = new LinkedHashSet<>();
        for (String item : Parse.list(text)) {
            drivers.add(Parse.choice(item, known));
        }
        if (drivers.isEmpty()) {
            throw new BadValueException(
                    "names no driver", "write " + String.join(", ", known) + ", or several of them such as s3,rsync");
        }
        return List.copyOf(drivers);
    }

    private Settings.Broker broker() {
        Set<String> schemes = Set.of("amqp", "amqps");
        URI uri = read.url(BACKUP_OFFSITE_AMQP_URI, schemes);
        Path ca = file(BACKUP_OFFSITE_AMQP_CA_FILE);
        Path cert = file(BACKUP_OFFSITE_AMQP_CERT_FILE);
        Path key = DestinationReader.secretFile(read, BACKUP_OFFSITE_AMQP_KEY_FILE, warnings);
        if ((cert == null) != (key == null)) {
            read.problem(
                    cert == null ? BACKUP_OFFSITE_AMQP_KEY_FILE : BACKUP_OFFSITE_AMQP_CERT_FILE,
                    "a client certificate and its key go together",
                    "set both BACKUP_OFFSITE_AMQP_CERT_FILE and BACKUP_OFFSITE_AMQP_KEY_FILE, or neither");
        }
        if (uri != null && "amqp".equalsIgnoreCase(uri.getScheme()) && (ca != null || cert != null)) {
            read.problem(
                    BACKUP_OFFSITE_AMQP_URI,
                    "certificates are set, but amqp:// does not use TLS",
                    "write amqps://, or take the certificates out");
        }
        List<String> hosts =
                Objects.requireNonNullElse(read.optional(BACKUP_OFFSITE_AMQP_HOSTS, SettingsFactory::hosts), List.of());
        warnOfClearText(uri, hosts);
        return new Settings.Broker(
                uri == null ? null : new Secret(uri.toString()),
                hosts,
                read.optionalText(BACKUP_OFFSITE_AMQP_USER),
                read.secret(BACKUP_OFFSITE_AMQP_PASSWORD),
                ca,
                cert,
                key,
                read.value(BACKUP_OFFSITE_QUEUE_PREFIX, SettingsFactory::queuePrefix));
    }

    private void warnOfClearText(@Nullable URI uri, List<String> hosts) {
        if (uri == null || !"amqp".equalsIgnoreCase(uri.getScheme())) {
            return;
        }
        if (Stream.concat(Stream.of(uri), hosts.stream().map(host -> URI.create("amqp://" + host)))
                .anyMatch(ClearText::leavesThisHost)) {
            advice.add(BACKUP_OFFSITE_AMQP_URI
                    + ": messages and the password go to RabbitMQ on another host unencrypted (hint: write amqps://)");
        }
    }

    private static List<String> hosts(String text) throws BadValueException {
        List<String> hosts = Parse.list(text);
        for (String host : hosts) {
            if (!isHost(host)) {
                throw new BadValueException(
                        Parse.quoted(host) + " is not a host",
                        "write host or host:port, divided by commas; names of hosts have no underscore, and their last part"
                                + " begins with a letter");
            }
            int colon = host.lastIndexOf(':');
            if (colon > host.lastIndexOf(']')) {
                Parse.port(host.substring(colon + 1));
            }
        }
        return hosts;
    }

    /** As the client sees it: where it finds no host in a URI, it would pass over this one. */
    private static boolean isHost(String text) {
        try {
            return text.matches("(\\[[0-9A-Fa-f:]+]|[A-Za-z0-9.-]+)(:\\d{1,5})?")
                    && new URI("amqp://" + text).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String queuePrefix(String text) throws BadValueException {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new BadValueException(
                    Parse.quoted(text) + " cannot begin the name of a queue",
                    "use letters, digits, dots, - and _, at most 64");
        }
        if (text.equals("amq") || text.startsWith("amq.")) {
            throw new BadValueException(
                    Parse.quoted(text) + " is RabbitMQ's own", "begin with another word than amq, such as offsite");
        }
        return text;
    }

    private Settings.Watcher watcher() {
        return new Settings.Watcher(
                read.value(BACKUP_OFFSITE_INCLUDE, SettingsFactory::patterns),
                read.bool(BACKUP_OFFSITE_RECURSIVE),
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_QUIET_PERIOD, Duration.ofMillis(1))),
                Objects.requireNonNull(read.duration(BACKUP_OFFSITE_SCAN_INTERVAL, Duration.ofMillis(100))));
    }

    private static IncludePatterns patterns(String text) throws BadValueException {
        try {
            return IncludePatterns.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(
                    String.valueOf(e.getMessage()), "write globs such as *.gz,*.zip or binlogs/mysql-bin.*");
        }
    }

    /** The scheduler checks the syntax; {@code off} is never. */
    private @Nullable String cron(Setting setting) {
        String text = read.text(setting);
        return text.equalsIgnoreCase("off") ? null : text;
    }

    /** Returns the duration; null for {@code off}. */
    private @Nullable Duration age(Setting setting, Duration least) {
        return read.text(setting).equalsIgnoreCase("off") ? null : read.duration(setting, least);
    }

    /** @param heratio whether there is a database of Heratio, which may hold the passphrase */
    private Settings.Encryption encryption(boolean heratio) {
        Secret passphrase = read.optional(BACKUP_ENCRYPTION_PASSPHRASE, SettingsFactory::passphrase);
        judgeStrays(passphrase != null, heratio && !values.askedHeratio());
        List<Secret> former =
                FormerFile.read(read, read.optionalPath(BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE), warnings, advice);
        boolean none = passphrase == null && values.noPassphrase();
        return new Settings.Encryption(
                passphrase,
                none,
                values.origin(BACKUP_ENCRYPTION_PASSPHRASE),
                former,
                read.constant(BACKUP_OFFSITE_CIPHER, CipherMode.values()));
    }

    /** Without a passphrase, a name that was meant for it would ship the archives unencrypted. */
    private void judgeStrays(boolean encrypts, boolean open) {
        for (StrayName stray : values.aboutEncryption()) {
            if (encrypts || open) {
                warnings.add(stray.ignored());
            } else {
                read.problems().add(stray.unencrypted());
            }
        }
    }

    private static Secret passphrase(String text) throws BadValueException {
        if (text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
            throw new BadValueException(
                    "has a line break or a NUL in it, which gpg could not be given",
                    "set a passphrase of one line; if copies were encrypted with this one, they open with its first line");
        }
        return new Secret(text);
    }

    private Concurrency concurrency() {
        String defaults = Concurrency.defaults(Runtime.getRuntime().availableProcessors());
        return read.value(
                BACKUP_OFFSITE_CONCURRENCY, defaults, text -> Concurrency.parse(text, defaults, values.knownDrivers()));
    }

    private Settings.Journal journal() {
        return new Settings.Journal(
                Duration.ofDays(read.value(BACKUP_OFFSITE_JOURNAL_DAYS, text -> Parse.number(text, 1, 36_500))),
                read.value(BACKUP_OFFSITE_JOURNAL_ROWS, text -> Parse.number(text, 1_000, 999_999_999)));
    }

    private ZoneId zone() {
        return read.value(APP_TIMEZONE, Parse::zone);
    }

    /** A file that has to be there when it is used; that it is not there now may be meant, in a process that does not use it. */
    private @Nullable Path file(Setting setting) {
        return DestinationReader.file(read, setting, warnings);
    }
}
