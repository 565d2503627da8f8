package org.heratio.offsite.destination.rsync;

import static org.heratio.offsite.config.Setting.*;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Parse;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.destination.SshAccountReader;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the {@code rsync} driver.
 *
 * @param host empty unless the driver is chosen
 * @param user null leaves it to ssh
 * @param path directory at the host; empty unless the driver is chosen
 * @param sshKey null leaves it to ssh
 * @param extra more arguments for rsync
 * @param timeout how long a connection may be silent
 */
public record RsyncSettings(
        String host,
        @Nullable String user,
        int port,
        String path,
        @Nullable Path sshKey,
        List<String> extra,
        Path knownHosts,
        Duration timeout,
        Bandwidth bandwidth) {

    static RsyncSettings read(DestinationReader read) {
        SshAccountReader account = new SshAccountReader(read);
        String host = account.host(BACKUP_OFFSITE_RSYNC_HOST, BACKUP_OFFSITE_RSYNC_PORT);
        String user = read.text(BACKUP_OFFSITE_RSYNC_USER);
        String path = account.directory(BACKUP_OFFSITE_RSYNC_PATH);
        List<String> extra =
                Objects.requireNonNullElse(read.optional(BACKUP_OFFSITE_RSYNC_EXTRA, RsyncExtra::parse), List.of());
        argument(read, host, BACKUP_OFFSITE_RSYNC_HOST);
        if (user != null) {
            argument(read, account.word(user, BACKUP_OFFSITE_RSYNC_USER), BACKUP_OFFSITE_RSYNC_USER);
        }
        argument(read, path, BACKUP_OFFSITE_RSYNC_PATH);
        extra.forEach(word -> argument(read, word, BACKUP_OFFSITE_RSYNC_EXTRA));
        return new RsyncSettings(
                host,
                user,
                read.port(BACKUP_OFFSITE_RSYNC_PORT),
                path,
                read.secretFile(BACKUP_OFFSITE_RSYNC_SSH_KEY),
                extra,
                read.path(BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS, read.state().resolve("known_hosts")),
                read.seconds(BACKUP_OFFSITE_RSYNC_TIMEOUT),
                read.bandwidth(BACKUP_OFFSITE_RSYNC_BANDWIDTH));
    }

    /** Checks a text that becomes an argument of ssh or rsync. */
    private static void argument(DestinationReader read, String text, Setting setting) {
        if (read.chosen() && !SystemText.passes(text)) {
            read.problem(
                    setting,
                    Parse.quoted(text)
                            + " has letters other than ASCII, which do not reach another program from the locale "
                            + SystemText.charsetOfNames(),
                    SystemText.HINT);
        }
    }
}
