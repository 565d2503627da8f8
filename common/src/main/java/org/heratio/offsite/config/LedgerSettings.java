package org.heratio.offsite.config;

import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is.
 *
 * @param kind which database
 * @param url JDBC URL; may hold a password, so it is never printed as it is
 * @param user null when the URL has one, or none is needed
 * @param password null when the URL has one, or none is needed
 * @param origin which settings it was made from
 */
public record LedgerSettings(
        Kind kind,
        String url,
        @Nullable String user,
        @Nullable Secret password,
        Origin origin) {

    /** The databases that a ledger can be in. */
    public enum Kind {
        H2,
        MARIADB,
        POSTGRESQL
    }

    /** The URL for people, without a password. */
    public String shownUrl() {
        return Mask.url(url);
    }

    @Override
    public String toString() {
        return "LedgerSettings[kind=" + kind + ", url=" + shownUrl() + ", user=" + user + ", origin=" + origin + "]";
    }
}
