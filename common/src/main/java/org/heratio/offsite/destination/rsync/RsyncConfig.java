package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.destination.SshAccount;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the {@code rsync} driver.
 *
 * @param account the host, and the directory there
 * @param sshKey private key, or null for what ssh takes by itself
 * @param extra more arguments for rsync, each as it is
 * @param knownHosts our own known-hosts file; an unknown host is taken down there, a changed one is refused
 * @param work directory for what has to lie here for a while, made when it is needed
 * @param timeout to connect, and for how long a connection may be silent
 */
public record RsyncConfig(
        SshAccount account, @Nullable Path sshKey, List<String> extra, Path knownHosts, Path work, Duration timeout) {
    public RsyncConfig {
        extra = List.copyOf(extra);
        if (timeout.toSeconds() < 1) {
            throw new IllegalArgumentException("timeout must be a second or more");
        }
    }

    String host() {
        return account.host();
    }

    @Nullable
    String user() {
        return account.user();
    }

    int port() {
        return account.port();
    }

    String path() {
        return account.path();
    }

    String where() {
        return account.where();
    }
}
