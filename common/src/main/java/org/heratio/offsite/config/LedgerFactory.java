package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.config.LedgerSettings.Kind;
import org.jspecify.annotations.Nullable;

/** Finds the ledger (by its own URL, else in Heratio's database, else embedded), and the database with Heratio's settings. */
final class LedgerFactory {
    /** Nobody listens in between; MySQL 8 hands out the key that passwords are sent under only when it is asked to. */
    private static final String NO_TLS = "?sslMode=disable&allowPublicKeyRetrieval=true";

    private static final String HOST = "[A-Za-z0-9._:-]+";
    private static final String DATABASE = "[\\p{L}\\p{N}_$.-]+";

    private final SettingValues values;
    private final SettingsReader read;
    private final List<String> warnings;
    private final List<String> advice;

    LedgerFactory(SettingValues values, SettingsReader read, List<String> warnings, List<String> advice) {
        this.values = values;
        this.read = read;
        this.warnings = warnings;
        this.advice = advice;
    }

    /**
     * @param heratio where {@code ahg_settings} and the rows to adopt are; the ledger itself when that is the same database, null
     *     when there is none
     */
    record Databases(LedgerSettings ledger, @Nullable LedgerSettings heratio) {}

    Databases databases(Path state) {
        LedgerSettings heratio = heratio();
        LedgerSettings ledger = ledger(heratio, state);
        if (heratio == null) {
            // a ledger on a server may well be in Heratio's database, and the settings there count then
            return new Databases(ledger, ledger.kind() == Kind.H2 ? null : ledger);
        }
        refusePrefix();
        if (JdbcUrl.sameDatabase(ledger.url(), heratio.url())) {
            if (ledger.equals(heratio)) {
                refuseSocket(heratio);
            }
            // the user may have written a URL because DB_* alone does not get there, without TLS say
            return new Databases(ledger, ledger);
        }
        refuseSocket(heratio);
        warnings.add(
                "BACKUP_OFFSITE_LEDGER_URL puts the ledger elsewhere than DB_* has Heratio's database: only its settings are"
                        + " read there, and what Heratio shipped is not adopted but shipped again (hint: let the ledger be in Heratio's"
                        + " database, or empty DB_CONNECTION)");
        return new Databases(ledger, heratio);
    }

    private LedgerSettings ledger(@Nullable LedgerSettings heratio, Path state) {
        String url = read.optional(BACKUP_OFFSITE_LEDGER_URL, JdbcUrl::normalized);
        String user = read.optionalText(BACKUP_OFFSITE_LEDGER_USER);
        Secret password = read.secret(BACKUP_OFFSITE_LEDGER_PASSWORD);
        if (url != null) {
            if (JdbcUrl.isClearText(url)) {
                advice.add(BACKUP_OFFSITE_LEDGER_URL
                        + ": the ledger and its password go to another host unencrypted (hint: enable TLS on the server, and"
                        + " remove what switches it off from the URL)");
            }
            return new LedgerSettings(kind(url), url, user, password, values.origin(BACKUP_OFFSITE_LEDGER_URL));
        }
        if (user != null || password != null) {
            read.problem(
                    user != null ? BACKUP_OFFSITE_LEDGER_USER : BACKUP_OFFSITE_LEDGER_PASSWORD,
                    "there is no BACKUP_OFFSITE_LEDGER_URL that it could count for",
                    "set the URL too; Heratio's database has DB_USERNAME and DB_PASSWORD");
        }
        return heratio == null ? embedded(state) : heratio;
    }

    private LedgerSettings embedded(Path state) {
        if (state.toString().matches("(?s).*[;\\n].*")) {
            read.problem(
                    BACKUP_OFFSITE_STATE_DIR,
                    "the embedded ledger cannot lie in a path with ; in it",
                    "choose another directory");
        }
        String url = "jdbc:h2:file:" + state.resolve("ledger").resolve("offsite");
        read.effective(BACKUP_OFFSITE_LEDGER_URL, url);
        return new LedgerSettings(Kind.H2, url, "sa", new Secret(""), Origin.DEFAULT);
    }

    /** Heratio's database, or null when neither {@code DB_CONNECTION} nor {@code DB_URL} names one. */
    private @Nullable LedgerSettings heratio() {
        refuseOldUrl();
        if (read.given(DB_URL)) {
            LaravelUrl url = read.optional(DB_URL, LedgerFactory::laravelUrl);
            if (url == null) {
                return null;
            }
            return server(DB_URL, url.connection(), url);
        }
        if (!read.given(DB_CONNECTION)) {
            if (read.given(DB_DATABASE)) {
                warnings.add(
                        "DB_DATABASE is set and DB_CONNECTION is not: Heratio's database is not used, nor a passphrase that it"
                                + " holds (hint: set DB_CONNECTION to mysql, mariadb or pgsql; or take DB_DATABASE out)");
            }
            return null;
        }
        String connection = read.optional(
                DB_CONNECTION,
                text -> Parse.choice(
                        text.equalsIgnoreCase("postgres") ? "pgsql" : text, List.of("mysql", "mariadb", "pgsql")));
        return server(DB_CONNECTION, connection, null);
    }

    /** @param url its parts win over the other settings, as in Laravel */
    private LedgerSettings server(Setting from, @Nullable String connection, @Nullable LaravelUrl url) {
        Kind kind = "pgsql".equals(connection) ? Kind.POSTGRESQL : Kind.MARIADB;
        String host = url != null && url.host() != null
                ? url.host().toLowerCase(Locale.ROOT)
                : read.value(DB_HOST, LedgerFactory::host);
        Integer port = url != null && url.port() != null ? url.port() : read.optional(DB_PORT, Parse::port);
        if (port == null) {
            port = kind == Kind.POSTGRESQL ? 5432 : 3306;
            read.effective(DB_PORT, String.valueOf(port));
        }
        String database = url == null ? null : url.database();
        if (database == null) {
            database = read.optional(DB_DATABASE, LedgerFactory::database);
            if (!read.given(DB_DATABASE)) {
                read.missing(
                        DB_DATABASE,
                        from + " needs it",
                        "set it as in Heratio's .env, or take " + from + " out to use the embedded ledger");
            }
        }
        String jdbc = (kind == Kind.POSTGRESQL ? "jdbc:postgresql://" : "jdbc:mariadb://") + bracketed(host) + ":"
                + port + "/" + database + (kind == Kind.MARIADB && !ClearText.isOther(host) ? NO_TLS : "");
        String user = url != null && url.user() != null ? url.user() : read.optionalText(DB_USERNAME);
        Secret password = url != null && url.password() != null ? new Secret(url.password()) : read.secret(DB_PASSWORD);
        return new LedgerSettings(kind, jdbc, user, password, values.origin(from));
    }

    /** Parses the URL. Its errors quote no part of it: what looks like a host may be half a password. */
    private static LaravelUrl laravelUrl(String text) throws BadValueException {
        LaravelUrl url = LaravelUrl.parse(text);
        boolean hostReadable = url.host() == null || url.host().matches(HOST + "|\\[[0-9A-Fa-f:.]+]");
        boolean databaseReadable = url.database() == null || url.database().matches(DATABASE);
        if (!hostReadable || !databaseReadable) {
            throw new BadValueException(
                    "names a host or a database that cannot stand in a JDBC URL",
                    "in user and password write %23 for #, %2F for /, %3A for : and %3F for ?");
        }
        return url;
    }

    /** Older Laravels read it, newer ones do not; in the environment alone it is often that of something else. */
    private void refuseOldUrl() {
        if (!read.given(DATABASE_URL)) {
            return;
        }
        if (values.origin(DATABASE_URL).equals(Origin.ENVIRONMENT)) {
            if (!read.given(DB_CONNECTION) && !read.given(DB_URL)) {
                warnings.add(
                        "DATABASE_URL is set and not read: if it is that of Heratio's database, nothing of that is used,"
                                + " nor a passphrase that it holds (hint: set DB_URL to it)");
            }
            return;
        }
        read.problem(
                DATABASE_URL,
                "is not read by offsite, and an older Laravel takes Heratio's database from it",
                "name it DB_URL, or set DATABASE_URL to nothing if DB_* are what counts");
    }

    /** MySQL alone has it; by a URL of its own the same server is reached in another way. */
    private void refuseSocket(LedgerSettings heratio) {
        if (read.given(DB_SOCKET) && heratio.kind() == Kind.MARIADB) {
            read.problem(
                    DB_SOCKET,
                    "Heratio reaches its database by this socket, and offsite knows only hosts and ports",
                    "set DB_SOCKET to nothing in the environment of offsite, and DB_HOST and DB_PORT to where the same server"
                            + " listens, such as 127.0.0.1");
        }
    }

    private void refusePrefix() {
        if (read.given(DB_PREFIX)) {
            read.problem(
                    DB_PREFIX,
                    "Heratio's tables have this prefix, and offsite knows them without any",
                    "set DB_PREFIX to nothing in the environment of offsite if they have none; or else empty DB_CONNECTION and"
                            + " DB_URL there too, and set BACKUP_ENCRYPTION_PASSPHRASE_FILE and HERATIO_BACKUPS_PATH");
        }
    }

    private static Kind kind(String url) {
        if (url.startsWith("jdbc:h2:")) {
            return Kind.H2;
        }
        return url.startsWith("jdbc:postgresql:") ? Kind.POSTGRESQL : Kind.MARIADB;
    }

    private static String host(String text) throws BadValueException {
        if (!text.matches(HOST)) {
            throw new BadValueException(Parse.quoted(text) + " is not a host", "write a host name or an address");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String database(String text) throws BadValueException {
        if (!text.matches(DATABASE)) {
            throw new BadValueException(
                    Parse.quoted(text) + " cannot stand in a JDBC URL",
                    "set DB_CONNECTION to nothing in the environment, and BACKUP_OFFSITE_LEDGER_URL to Heratio's database");
        }
        return text;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
