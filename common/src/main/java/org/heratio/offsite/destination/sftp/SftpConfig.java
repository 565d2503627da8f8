package org.heratio.offsite.destination.sftp;

import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.destination.SshAccount;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the {@code sftp} driver.
 *
 * @param account the host, its user, and the directory there
 * @param key private key without a passphrase, or null
 * @param password or null; asked for after the key
 * @param knownHosts an unknown host's key is noted there, a changed one is refused
 * @param timeout to connect, and for how long the host may be silent
 */
public record SftpConfig(
        SshAccount account, @Nullable Path key, @Nullable Secret password, Path knownHosts, Duration timeout) {
    public SftpConfig {
        if (timeout.toMillis() < 1_000) {
            throw new IllegalArgumentException("timeout must be a second or more");
        }
    }

    String user() {
        String user = account.user();
        return user == null ? "" : user;
    }
}
