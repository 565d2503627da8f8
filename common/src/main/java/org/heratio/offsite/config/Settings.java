package org.heratio.offsite.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.openpgp.CipherMode;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force: typed, checked as a whole, and immutable. No secret shows in {@code toString}.
 *
 * @param drivers the destinations in the order that was given, at least one, each once
 * @param destinations what each driver has read, chosen or not, by its class
 * @param heratio the database with Heratio's settings and rows, which may be the ledger's; null where there is none
 * @param drainTimeout how long a stop waits for what is under way; may be zero
 * @param timezone of the schedules
 * @param warnings what is odd but not refused; one line each, without secrets
 * @param advice the same for what may be meant, which {@code config} and {@code doctor} say and no other command
 * @param effective every setting with the text in force and its origin, for {@code offsite config}
 */
public record Settings(
        Paths paths,
        List<String> drivers,
        Map<Class<?>, Record> destinations,
        LedgerSettings ledger,
        @Nullable LedgerSettings heratio,
        Journal journal,
        Broker broker,
        Watcher watcher,
        Completeness completeness,
        Repair repair,
        Schedules schedules,
        Encryption encryption,
        Concurrency concurrency,
        Duration drainTimeout,
        LogFormat logFormat,
        @Nullable Path healthFile,
        ZoneId timezone,
        Dashboard dashboard,
        Notifications notifications,
        List<String> warnings,
        List<String> advice,
        Effective effective) {

    /**
     * Where things lie on this host; all absolute.
     *
     * @param spoolBudget what the payloads in the spool may take
     */
    public record Paths(Path backups, Path state, Path spool, ByteBudget spoolBudget) {}

    /**
     * The message queue.
     *
     * @param uri null means in this process; may hold a password
     * @param hosts more nodes, each with a port or without
     */
    public record Broker(
            @Nullable Secret uri,
            List<String> hosts,
            @Nullable String user,
            @Nullable Secret password,
            @Nullable Path caFile,
            @Nullable Path certFile,
            @Nullable Path keyFile,
            String queuePrefix) {
        /** Returns whether the queues live in this process. */
        public boolean embedded() {
            return uri == null;
        }
    }

    /**
     * The settings of the watcher.
     *
     * @param quietPeriod how long a file must be still when the kernel says that nobody writes it
     */
    public record Watcher(IncludePatterns include, boolean recursive, Duration quietPeriod, Duration scanInterval) {}

    /**
     * The bounds of the journal.
     *
     * @param age at which a fact is deleted
     * @param rows more than these are deleted, oldest first
     */
    public record Journal(Duration age, long rows) {}

    /** The treatment of incomplete archives. */
    public enum Completeness {
        HOLD,
        WARN,
        OFF
    }

    /** When damaged copies are repaired: automatically, or on request. */
    public enum Repair {
        AUTO,
        MANUAL
    }

    /** How log lines look. */
    public enum LogFormat {
        PLAIN,
        JSON
    }

    /**
     * The schedules. Cron expressions have five fields.
     *
     * @param scan null for never
     * @param sweep null for never
     * @param proofMaxAge how long the proof of a copy counts; null for ever
     * @param waitLimit how long an archive, or the next scan, may let people wait; null for ever
     */
    public record Schedules(
            @Nullable String scan,
            @Nullable String sweep,
            @Nullable Duration proofMaxAge,
            @Nullable Duration waitLimit) {}

    /**
     * The passphrase.
     *
     * @param passphrase null means that archives are shipped as they are
     * @param none whether that is said in so many words: by the text {@code (empty)} in the environment, or an empty one in {@code
     *     ahg_settings}
     * @param former older ones, for reading only, newest first as in their file
     * @param cipher the mode of what is written
     */
    public record Encryption(
            @Nullable Secret passphrase, boolean none, Origin origin, List<Secret> former, CipherMode cipher) {}

    /**
     * The operators' page.
     *
     * @param enabled whether {@code serve} has it
     * @param tokenFile need not exist
     * @param readTokenFile of a token that may only look; need not exist; null for none
     * @param hosts names under which it is opened, besides IP addresses and {@code localhost}; small letters
     * @param tls null for none
     * @param proxy null where no reverse proxy is believed
     * @param metrics where metrics are shown besides the page; null for nowhere
     */
    public record Dashboard(
            boolean enabled,
            String host,
            int port,
            Path tokenFile,
            @Nullable Path readTokenFile,
            List<String> hosts,
            @Nullable Tls tls,
            @Nullable Proxy proxy,
            @Nullable Listen metrics) {
        public Dashboard {
            hosts = List.copyOf(hosts);
        }

        /** An address and a port. */
        public record Listen(String host, int port) {}

        /** A certificate and its private key, both PEM. */
        public record Tls(Path cert, Path key) {}

        /**
         * Reverse proxies that have checked the user.
         *
         * @param peers their IP addresses
         * @param userHeader the header in which they name the user
         * @param admins users who may act; {@code *} for all
         */
        public record Proxy(List<String> peers, String userHeader, List<String> admins) {
            public Proxy {
                peers = List.copyOf(peers);
                admins = List.copyOf(admins);
            }
        }
    }

    /**
     * Who is told what happens.
     *
     * @param webhook null for none
     * @param mail null for none
     * @param ping null for none
     * @param caFile certificates to trust instead of the system's; null for the system's
     * @param repeat how often a failure that lasts is told again; null for never
     * @param summary cron expression; null for never
     */
    public record Notifications(
            @Nullable Webhook webhook,
            @Nullable MailSettings mail,
            @Nullable Ping ping,
            @Nullable Path caFile,
            @Nullable Duration repeat,
            @Nullable String summary) {
        /**
         * A receiver of messages.
         *
         * @param url may hold a token
         * @param keys at least one; each signs every message
         */
        public record Webhook(Secret url, List<WebhookKey> keys) {
            public Webhook {
                keys = List.copyOf(keys);
            }
        }

        /**
         * A service that misses us.
         *
         * @param url of the check; a secret, since anyone who has it can ping
         */
        public record Ping(Secret url, Duration interval) {}

        /** Returns whether anybody is told anything. */
        public boolean enabled() {
            return hasReceivers() || ping != null;
        }

        /** Returns whether messages go to anybody. */
        public boolean hasReceivers() {
            return webhook != null || mail != null;
        }
    }

    public Settings {
        drivers = List.copyOf(drivers);
        destinations = Map.copyOf(destinations);
        warnings = List.copyOf(warnings);
        advice = List.copyOf(advice);
    }

    static Settings of(SettingValues values, List<ConfigProblem> problems) throws ConfigException {
        return new SettingsFactory(values, problems).settings();
    }

    /** Returns the settings of a destination, in the record that its driver reads. */
    public <T extends Record> T destination(Class<T> type) {
        return type.cast(Objects.requireNonNull(destinations.get(type), type.getName()));
    }

    /** Returns the names of the drivers that there are, chosen or not, in the order of documents. */
    public List<String> knownDrivers() {
        return effective.values().knownDrivers();
    }

    /** Where the value in force came from. */
    public Origin origin(Setting setting) {
        return effective.values().origin(setting);
    }

    /** These settings with others from the command line over them, checked anew as a whole. */
    public Settings with(Map<Setting, String> overrides) throws ConfigException {
        return of(effective.values().with(overrides, Origin.COMMAND_LINE), List.of());
    }

    /** {@link #with(Map)} for one setting. */
    public Settings with(Setting setting, String text) throws ConfigException {
        return with(Map.of(setting, text));
    }

    /**
     * These settings with what Heratio's {@code ahg_settings} holds, where nothing else sets it. An empty text takes back what an
     * earlier call set; null, for a row that is not there, does not: it is not there for a moment while a dump is imported, and to go
     * on without the passphrase then would ship in clear.
     *
     * @param passphrase {@code backup_encryption_passphrase}, or null
     * @param backupPath {@code backup_path}, or null
     */
    public Settings withHeratio(@Nullable String passphrase, @Nullable String backupPath) throws ConfigException {
        Map<Setting, String> found = new java.util.EnumMap<>(Setting.class);
        addIfUnset(found, Setting.BACKUP_ENCRYPTION_PASSPHRASE, passphrase);
        addIfUnset(found, Setting.HERATIO_BACKUPS_PATH, backupPath);
        return of(effective.values().with(found, Origin.AHG_SETTINGS), List.of());
    }

    private void addIfUnset(Map<Setting, String> found, Setting setting, @Nullable String text) {
        Origin origin = origin(setting);
        if (text != null && (origin.equals(Origin.DEFAULT) || origin.equals(Origin.AHG_SETTINGS))) {
            found.put(setting, text);
        }
    }
}
