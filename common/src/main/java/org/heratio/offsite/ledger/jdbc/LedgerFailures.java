package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/**
 * The failures of a database and its driver, as people may see them: without the URL, which a driver prints with the password in it when it
 * cannot read it, and with what to do.
 *
 * @param hint null where nobody knows
 */
record LedgerFailures(String text, @Nullable String hint) {
    private static final String TLS =
            "a server that is not this host is reached with TLS. Give it a certificate that can be checked (serverSslCert=/file in"
                    + " BACKUP_OFFSITE_LEDGER_URL); or set BACKUP_OFFSITE_LEDGER_URL=jdbc:mariadb://host/database?sslMode=trust to encrypt"
                    + " without checking, or with ?sslMode=disable to go in clear, and BACKUP_OFFSITE_LEDGER_USER and _PASSWORD";
    private static final String PUBLIC_KEY =
            "without TLS, MySQL's caching_sha2_password needs the server's public key: add serverRsaPublicKeyFile=/file, or"
                    + " allowPublicKeyRetrieval=true where nobody else is on the line, to BACKUP_OFFSITE_LEDGER_URL";

    private static final int NO_RIGHT_TO_DATABASE = 1044;

    private static final String FULL =
            "the disk of the ledger's database is full: make room there (the embedded one is in BACKUP_OFFSITE_STATE_DIR)."
                    + " Nothing is lost, and what waits goes on by itself";

    private static final String DISK =
            "the disk of the embedded ledger does not take or does not give its bytes: look at it (dmesg, smartctl), and at"
                    + " BACKUP_OFFSITE_STATE_DIR; what waits goes on by itself once it does";

    /** H2 would open a file that it may not write for reading only, and cannot share that with other processes. */
    private static final String UNWRITABLE = "AUTO_SERVER=TRUE && (readOnly";

    private static final String RIGHTS =
            "give the user that runs offsite the right to read and write it, or run offsite as its owner; look at its mount, too";

    private static final String WRITING = "MVStoreException: Writing to";
    private static final String READING = "MVStoreException: Reading from";

    /** A prepared statement that another connection has, and one that no connection has. */
    private static final Set<String> OF_A_POOLER = Set.of("42P05", "26000");

    private static final String POOLER =
            "a pooler stands between offsite and PostgreSQL, and changes the connection below it: set pool_mode=session there, or"
                    + " prepareThreshold=0 in BACKUP_OFFSITE_LEDGER_URL";

    static LedgerFailures of(Throwable thrown, LedgerConfig config) {
        if (any(thrown, cause -> says(cause, UNWRITABLE))) {
            return new LedgerFailures(EmbeddedFile.pathOf(config) + " cannot be read and written here", RIGHTS);
        }
        return new LedgerFailures(shown(String.valueOf(thrown.getMessage()), config), hintFor(thrown, config));
    }

    LedgerException as(ErrorCode code, String what, Throwable cause) {
        return new LedgerException(code, what + ": " + text, hint, cause);
    }

    private static String shown(String message, LedgerConfig config) {
        return message.replace(config.jdbcUrl(), "(its URL)").replaceAll("(?i)jdbc:[a-z0-9]+:\\S*", "(its URL)");
    }

    private static @Nullable String hintFor(Throwable thrown, LedgerConfig config) {
        if (any(thrown, cause -> cause instanceof SQLException sql && DatabaseRights.isDenied(sql))) {
            return DatabaseRights.HINT;
        }
        if (any(thrown, LedgerFailures::isWrongLogin)) {
            return "look at " + config.login()
                    + ": in a .env file a value with # or blanks in it has to stand in quotes";
        }
        if (isFull(thrown, config)) {
            return FULL;
        }
        if (any(thrown, LedgerFailures::isOfStore)) {
            return DISK;
        }
        if (any(thrown, cause -> cause instanceof SQLException sql && OF_A_POOLER.contains(sql.getSQLState()))) {
            return POOLER;
        }
        if (any(thrown, cause -> says(cause, "RSA public key"))) {
            return PUBLIC_KEY;
        }
        boolean tls = any(
                thrown,
                cause -> cause instanceof SSLException
                        || cause instanceof GeneralSecurityException
                        || says(cause, "sslMode"));
        return tls ? TLS : null;
    }

    /** Returns whether the login was refused. MariaDB has the same state for a database that the user may not use. */
    private static boolean isWrongLogin(Throwable cause) {
        return cause instanceof SQLException sql
                && String.valueOf(sql.getSQLState()).startsWith("28")
                && sql.getErrorCode() != NO_RIGHT_TO_DATABASE;
    }

    /** In H2, PostgreSQL, MariaDB. H2 cannot write to a full disk, nor to a broken one: what the system said of it decides, or the room there. */
    private static boolean isFull(Throwable thrown, LedgerConfig config) {
        boolean named = any(
                thrown,
                cause -> says(cause, "No space left")
                        || says(cause, "Disk quota exceeded")
                        || (cause instanceof SQLException sql
                                && ("53100".equals(sql.getSQLState())
                                        || sql.getErrorCode() == 1021
                                        || sql.getErrorCode() == 1114)));
        boolean unexplained = any(thrown, cause -> says(cause, WRITING))
                && (!any(thrown, IOException.class::isInstance) || Room.isShort(config.embedded()));
        return named || unexplained;
    }

    /** Returns whether the file of an embedded database could not be read or written. */
    private static boolean isOfStore(Throwable cause) {
        return says(cause, WRITING) || says(cause, READING);
    }

    private static boolean says(Throwable cause, String words) {
        return String.valueOf(cause.getMessage()).contains(words);
    }

    private static boolean any(Throwable thrown, Predicate<Throwable> test) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (test.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
