package org.heratio.offsite.ledger.jdbc;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.heratio.offsite.text.SystemText;

/** JDBC URLs of H2 databases that are files which this process opens itself. */
final class EmbeddedUrl {
    private static final String H2 = "jdbc:h2:";

    private static final List<String> OPTIONS = List.of(
            // every commit reaches the file before it is acknowledged: the default loses some on kill -9
            "WRITE_DELAY=0",
            // the first process serves the others over loopback
            "AUTO_SERVER=TRUE",
            "DATABASE_TO_LOWER=TRUE",
            "CASE_INSENSITIVE_IDENTIFIERS=TRUE",
            "LOCK_TIMEOUT=5000",
            "QUERY_CACHE_SIZE=256",
            "TRACE_LEVEL_FILE=0");

    private EmbeddedUrl() {}

    static String of(Path database) {
        return tuned(H2 + "file:" + database);
    }

    /**
     * The database of a URL, without the endings of its files; empty when it is not a file, or of another kind of database.
     *
     * @throws IllegalArgumentException when it would be in memory, and everything lost with the process
     */
    static Optional<Path> database(String jdbcUrl) {
        if (!jdbcUrl.toLowerCase(Locale.ROOT).startsWith(H2)) {
            return Optional.empty();
        }
        String name = jdbcUrl.substring(H2.length()).split(";", 2)[0];
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("mem:")) {
            throw new IllegalArgumentException(
                    "a ledger in memory knows nothing after a restart; write jdbc:h2:file:/path");
        }
        if (lower.startsWith("tcp:") || lower.startsWith("ssl:")) {
            return Optional.empty();
        }
        if (lower.startsWith("file:")) {
            name = name.substring("file:".length());
        }
        if (name.startsWith("~/")) {
            name = System.getProperty("user.home") + name.substring(1);
        }
        if (!SystemText.opens(name)) {
            throw new IllegalArgumentException(
                    "the ledger's file " + name + " has letters other than ASCII, and file names are written as "
                            + SystemText.charsetOfNames() + " here; " + SystemText.HINT);
        }
        return Optional.of(Path.of(name).toAbsolutePath().normalize());
    }

    /** The URL with the options that the ledger needs; those that it has already stay. */
    static String tuned(String jdbcUrl) {
        StringBuilder url = new StringBuilder(jdbcUrl);
        for (String option : OPTIONS) {
            String name = option.substring(0, option.indexOf('=') + 1);
            if (!jdbcUrl.toUpperCase(Locale.ROOT).contains(";" + name)) {
                url.append(';').append(option);
            }
        }
        return url.toString();
    }
}
