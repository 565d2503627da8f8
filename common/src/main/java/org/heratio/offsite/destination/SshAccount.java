package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * An account that ssh leads to, and the directory of copies there.
 *
 * @param host name or address
 * @param user there, or null for what ssh takes by itself
 * @param port of ssh
 * @param path absolute directory there, without a slash at its end; made at the first put when the directory above it exists
 */
public record SshAccount(String host, @Nullable String user, int port, String path) {
    public SshAccount {
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
    }

    /** Returns the account as a person would write it, for messages. */
    public String where() {
        return (user == null ? "" : user + "@") + host + (port == 22 ? "" : ":" + port);
    }

    /** Returns the host as a file of known hosts has it. */
    public String knownAs() {
        return port == 22 ? host : "[" + host + "]:" + port;
    }

    /** Nothing that a program could take for an option, or for another host. */
    private static void requireWord(String text, String name) {
        if (text.isEmpty() || text.startsWith("-") || text.matches("(?s).*[\\s@/].*")) {
            throw new IllegalArgumentException(name + " is not a name: " + text);
        }
    }
}
