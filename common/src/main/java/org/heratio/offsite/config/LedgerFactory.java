package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.heratio.offsite.config.LedgerSettings.Kind;
import org.jspecify.annotations.Nullable;

/** Finds the ledger: by its own URL, else in Heratio's database, else embedded. */
final class LedgerFactory {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final SettingValues values;
    private final SettingsReader read;

    LedgerFactory(SettingValues values, SettingsReader read) {
        this.values = values;
        this.read = read;
    }

    LedgerSettings ledger(Path state) {
        String url = read.optional(BACKUP_OFFSITE_LEDGER_URL, LedgerFactory::normalized);
        String user = read.optionalText(BACKUP_OFFSITE_LEDGER_USER);
        Secret password = read.secret(BACKUP_OFFSITE_LEDGER_PASSWORD);
        LedgerSettings heratio = heratio(url != null);
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
    private @Nullable LedgerSettings heratio(boolean overridden) {
        if (!read.given(DB_CONNECTION) || overridden) {
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
                + "/" + database + (kind == Kind.MARIADB && LOOPBACK.contains(host) ? "?sslMode=disable" : "");
        return new LedgerSettings(
                kind, url, read.optionalText(DB_USERNAME), read.secret(DB_PASSWORD), values.origin(DB_CONNECTION));
    }

    /** The URL in the words of the drivers that are on board. */
    private static String normalized(String text) throws BadValueException {
        String url = text.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
        if (!url.startsWith("jdbc:h2:")
                && !url.startsWith("jdbc:mariadb://")
                && !url.startsWith("jdbc:postgresql://")) {
            throw new BadValueException(
                    "is not the JDBC URL of a database that can hold the ledger",
                    "write jdbc:mariadb://host/database, jdbc:postgresql://host/database or jdbc:h2:file:/path");
        }
        if (url.startsWith("jdbc:h2:mem:")) {
            throw new BadValueException(
                    "is a database in memory, which knows nothing after a restart", "write jdbc:h2:file:/path");
        }
        return url;
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
                    Parse.quoted(text) + " cannot stand in a JDBC URL", "set BACKUP_OFFSITE_LEDGER_URL instead");
        }
        return text;
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
