package org.heratio.offsite.destination.sftp;

import static org.heratio.offsite.config.Setting.*;

import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.destination.SshAccountReader;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the {@code sftp} driver.
 *
 * @param host empty unless the driver is chosen; so are user and path
 * @param sshKey null when only the password is tried
 * @param timeout how long the host may be silent
 */
public record SftpSettings(
        String host,
        String user,
        int port,
        String path,
        @Nullable Path sshKey,
        @Nullable Secret password,
        Path knownHosts,
        Duration timeout,
        Bandwidth bandwidth) {

    static SftpSettings read(DestinationReader read) {
        SshAccountReader account = new SshAccountReader(read);
        Path key = read.secretFile(BACKUP_OFFSITE_SFTP_SSH_KEY);
        Secret password = read.secret(BACKUP_OFFSITE_SFTP_PASSWORD);
        if (key == null && password == null) {
            read.missing(BACKUP_OFFSITE_SFTP_SSH_KEY, "the driver sftp needs a key or a password", "set one of them");
        }
        return new SftpSettings(
                account.host(BACKUP_OFFSITE_SFTP_HOST, BACKUP_OFFSITE_SFTP_PORT),
                account.word(read.required(BACKUP_OFFSITE_SFTP_USER, "the user at the host"), BACKUP_OFFSITE_SFTP_USER),
                read.port(BACKUP_OFFSITE_SFTP_PORT),
                account.directory(BACKUP_OFFSITE_SFTP_PATH),
                key,
                password,
                read.path(BACKUP_OFFSITE_SFTP_KNOWN_HOSTS, read.state().resolve("known_hosts")),
                read.seconds(BACKUP_OFFSITE_SFTP_TIMEOUT),
                read.bandwidth(BACKUP_OFFSITE_SFTP_BANDWIDTH));
    }
}
