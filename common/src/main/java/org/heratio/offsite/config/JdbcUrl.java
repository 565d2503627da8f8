package org.heratio.offsite.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * JDBC URLs as far as they have to be understood before a driver is given one. Drivers print the whole URL, the password in it too, when
 * they cannot read it: what they would stumble over is refused here, in words without it.
 */
final class JdbcUrl {
    private static final Pattern SERVER = Pattern.compile("jdbc:(mariadb|postgresql)://([^/?]*)(?:/([^?]*))?.*");
    private static final Pattern HOST = Pattern.compile("(\\[[^\\]]*]|[^:]*)(?::(\\d{1,5}))?");
    /** MariaDB's long form is {@code address=(host=h)(port=p)}. */
    private static final Pattern LONG_HOST = Pattern.compile("\\(host=([^)]*)\\)", Pattern.CASE_INSENSITIVE);

    private static final Pattern H2_SERVER = Pattern.compile("jdbc:h2:tcp://(\\[[^\\]]*]|[^:/]*).*");
    private static final Pattern NO_TLS =
            Pattern.compile("[?&](sslmode=(disabled?|allow|0)|useSsl=(false|0))(&|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private JdbcUrl() {}

    /** The URL in the words of the drivers that are on board. */
    static String normalized(String text) throws BadValueException {
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
        checkServer(url);
        return url;
    }

    private static void checkServer(String url) throws BadValueException {
        Matcher server = SERVER.matcher(url);
        if (!server.matches()) {
            return;
        }
        if (server.group(2).contains("@")) {
            throw new BadValueException(
                    "has a user before the host, which these URLs do not take",
                    "set BACKUP_OFFSITE_LEDGER_USER and BACKUP_OFFSITE_LEDGER_PASSWORD_FILE");
        }
        for (String host : List.of(server.group(2).split(",", -1))) {
            Matcher port = HOST.matcher(host);
            boolean readable = port.matches() && (port.group(2) == null || isPort(Integer.parseInt(port.group(2))));
            // MariaDB has long forms of its own
            if (!readable && !host.startsWith("address=")) {
                throw new BadValueException(
                        "has a port that is not a number from 1 to 65535", "write host:port/database");
            }
        }
        if (url.startsWith("jdbc:postgresql:") && BAD_ESCAPE.matcher(url).find()) {
            throw new BadValueException(
                    "has a % that no two hexadecimal digits follow",
                    "write %25 for it, or set BACKUP_OFFSITE_LEDGER_PASSWORD_FILE instead of a password in the URL");
        }
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65535;
    }

    /** Returns whether the URL switches off TLS, or lets the server do so, on the way to another host. Nothing said is no such wish. */
    static boolean isClearText(String url) {
        Matcher h2 = H2_SERVER.matcher(url);
        if (h2.matches()) {
            return ClearText.isOther(h2.group(1));
        }
        Matcher server = SERVER.matcher(url);
        return server.matches()
                && NO_TLS.matcher(url).find()
                && Stream.of(server.group(2).split(",", -1)).map(JdbcUrl::host).anyMatch(ClearText::isOther);
    }

    private static String host(String entry) {
        Matcher named = LONG_HOST.matcher(entry);
        if (named.find()) {
            return named.group(1);
        }
        Matcher plain = HOST.matcher(entry);
        return plain.matches() ? plain.group(1) : "";
    }

    /** Returns whether two URLs lead to one database of one server, by any way. */
    static boolean sameDatabase(String one, String other) {
        return one.equals(other) || (SERVER.matcher(one).matches() && place(one).equals(place(other)));
    }

    private static String place(String url) {
        Matcher server = SERVER.matcher(url);
        if (!server.matches()) {
            return url;
        }
        Matcher host = HOST.matcher(server.group(2).toLowerCase(Locale.ROOT));
        if (!host.matches()) {
            return url;
        }
        String usual = server.group(1).equals("mariadb") ? "3306" : "5432";
        return server.group(1) + " " + (!ClearText.isOther(host.group(1)) ? "localhost" : host.group(1)) + " "
                + (host.group(2) == null ? usual : host.group(2)) + " " + server.group(3);
    }
}
