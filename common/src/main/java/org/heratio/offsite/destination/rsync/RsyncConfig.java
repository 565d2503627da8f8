package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code rsync} driver has to know.
 *
 * @param host name or address
 * @param user there, or null for what ssh takes by itself
 * @param port of ssh
 * @param path absolute directory there; made at the first put when the directory above it exists
 * @param sshKey private key, or null for what ssh takes by itself
 * @param extra more arguments for rsync, each as it is
 * @param knownHosts our own known-hosts file; an unknown host is taken down there, a changed one is refused
 * @param work directory for what has to lie here for a while, made when it is needed
 * @param timeout to connect, and for how long a connection may be silent
 */
public record RsyncConfig(
        String host,
        @Nullable String user,
        int port,
        String path,
        @Nullable Path sshKey,
        List<String> extra,
        Path knownHosts,
        Path work,
        Duration timeout) {
    public RsyncConfig {
        requireWord(host, "host");
        if (user != null) {
            requireWord(user, "user");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path is not absolute: " + path);
        }
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        extra = List.copyOf(extra);
        if (timeout.toSeconds() < 1) {
            throw new IllegalArgumentException("timeout must be a second or more");
        }
    }

    /** The host as a person would write it, for messages. */
    String where() {
        return (user == null ? "" : user + "@") + host + (port == 22 ? "" : ":" + port);
    }

    private static void requireWord(String text, String name) {
        if (text.isEmpty() || text.startsWith("-") || text.matches("(?s).*[\\s@/].*")) {
            throw new IllegalArgumentException(name + " is not a name: " + text);
        }
    }
}
