package org.heratio.offsite.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server, sender and receivers of mail.
 *
 * @param from an address, without a name
 * @param to at least one of such
 * @param user null for no login; else there is a password
 */
public record MailSettings(
        String host,
        int port,
        Tls tls,
        String from,
        List<String> to,
        @Nullable String user,
        @Nullable Secret password) {
    public MailSettings {
        to = List.copyOf(to);
    }

    /** The protection of a connection. */
    public enum Tls {
        /** TLS begins after a command, and nothing is sent without it. */
        STARTTLS(587),
        /** TLS from the first byte. */
        TLS(465),
        NONE(25);

        private final int port;

        Tls(int port) {
            this.port = port;
        }

        /** Returns the port that such servers listen on. */
        public int port() {
            return port;
        }
    }
}
