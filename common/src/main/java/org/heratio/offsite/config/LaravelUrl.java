package org.heratio.offsite.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database as Laravel's {@code DB_URL} names it: {@code mysql://user:password@host:port/database}. What is not in it is null and comes
 * from the other {@code DB_*}. Messages never show the text, which has a password in it.
 *
 * @param connection {@code mysql} or {@code pgsql}
 */
record LaravelUrl(
        String connection,
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String database,
        @Nullable String user,
        @Nullable String password) {
    private static final Map<String, String> SCHEMES = Map.of(
            "mysql", "mysql",
            "mysql2", "mysql",
            "mariadb", "mysql",
            "pgsql", "pgsql",
            "postgres", "pgsql",
            "postgresql", "pgsql");

    // the last @ divides, as in PHP: a password may have one
    private static final Pattern SHAPE = Pattern.compile(
            "(?<scheme>[A-Za-z0-9+.-]+)://(?:(?<user>[^:/?#]*?)(?::(?<password>[^/?#]*))?@)?"
                    + "(?<host>\\[[^\\]/?#@]*]|[^:@/?#]*)(?::(?<port>\\d{1,5}))?(?:/(?<database>[^?#]*))?(?:\\?(?<query>[^#]*))?(?:#.*)?",
            Pattern.DOTALL);

    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    static LaravelUrl parse(String text) throws BadValueException {
        Matcher url = SHAPE.matcher(text);
        if (!url.matches() || !isPort(url.group("port"))) {
            throw new BadValueException(
                    "cannot be read as mysql://user:password@host:port/database",
                    "in user and password write %23 for #, %2F for /, %3A for : and %3F for ?");
        }
        String connection = SCHEMES.get(url.group("scheme").toLowerCase(Locale.ROOT));
        if (connection == null) {
            throw new BadValueException(
                    "names a database that can hold neither Heratio's tables nor the ledger",
                    "write mysql://… or pgsql://…, or set it to nothing in the environment");
        }
        String query = url.group("query");
        if (query != null && query.matches("(?i)(.*&)?(unix_socket|prefix)=[^&].*")) {
            throw new BadValueException(
                    "has a unix_socket or a prefix in it, which offsite does not know",
                    "let the server listen on 127.0.0.1 and name it as the host; tables have no prefix");
        }
        return new LaravelUrl(
                connection,
                part(url, "host"),
                url.group("port") == null ? null : Integer.valueOf(url.group("port")),
                part(url, "database"),
                part(url, "user"),
                part(url, "password"));
    }

    private static boolean isPort(@Nullable String text) {
        return text == null || (Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535);
    }

    private static @Nullable String part(Matcher url, String name) {
        String text = url.group(name);
        return text == null || text.isEmpty() ? null : decoded(text);
    }

    /** A % that nothing hexadecimal follows, and a +, stand for themselves. */
    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher escape = ESCAPE.matcher(text);
        int from = 0;
        while (escape.find()) {
            bytes.writeBytes(text.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(escape.group(1), 16));
            from = escape.end();
        }
        bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "LaravelUrl[" + connection + ", host=" + host + ", port=" + port + ", database=" + database + "]";
    }
}
