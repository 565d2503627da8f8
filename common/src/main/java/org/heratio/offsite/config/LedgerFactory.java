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

    private final SettingValues values;
    private final SettingsReader read;
    private final List<String> warnings;

    LedgerFactory(SettingValues values, SettingsReader read, List<String> warnings) {
        this.values = values;
        this.read = read;
        this.warnings = warnings;
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
        if (JdbcUrl.sameDatabase(ledger.url(), heratio.url())) {
            // the user may have written a URL because DB_* alone does not get there, without TLS say
            return new Databases(ledger, ledger);
        }
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

    /** Heratio's database, or null when {@code DB_CONNECTION} names none. */
    private @Nullable LedgerSettings heratio() {
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
        Kind kind = "pgsql".equals(connection) ? Kind.POSTGRESQL : Kind.MARIADB;
        String host = read.value(DB_HOST, LedgerFactory::host);
        Integer port = read.optional(DB_PORT, Parse::port);
        if (port == null) {
            port = kind == Kind.POSTGRESQL ? 5432 : 3306;
            read.effective(DB_PORT, String.valueOf(port));
        }
        String database = read.optional(DB_DATABASE, LedgerFactory::database);
        if (!read.given(DB_DATABASE)) {
            read.missing(
                    DB_DATABASE,
                    "DB_CONNECTION needs it",
                    "set it as in Heratio's .env, or take DB_CONNECTION out to use the embedded ledger");
        }
        String url = (kind == Kind.POSTGRESQL ? "jdbc:postgresql://" : "jdbc:mariadb://") + bracketed(host) + ":" + port
                + "/" + database + (kind == Kind.MARIADB && JdbcUrl.isLoopback(host) ? NO_TLS : "");
        return new LedgerSettings(
                kind, url, read.optionalText(DB_USERNAME), read.secret(DB_PASSWORD), values.origin(DB_CONNECTION));
    }

    private static Kind kind(String url) {
        if (url.startsWith("jdbc:h2:")) {
            return Kind.H2;
        }
        return url.startsWith("jdbc:postgresql:") ? Kind.POSTGRESQL : Kind.MARIADB;
    }

    private static String host(String text) throws BadValueException {
        if (!text.matches("[A-Za-z0-9._:-]+")) {
            throw new BadValueException(Parse.quoted(text) + " is not a host", "write a host name or an address");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String database(String text) throws BadValueException {
        if (!text.matches("[\\p{L}\\p{N}_$.-]+")) {
            throw new BadValueException(
                    Parse.quoted(text) + " cannot stand in a JDBC URL",
                    "set DB_CONNECTION to nothing in the environment, and BACKUP_OFFSITE_LEDGER_URL to Heratio's database");
        }
        return text;
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
