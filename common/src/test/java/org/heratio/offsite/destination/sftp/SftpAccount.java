package org.heratio.offsite.destination.sftp;

import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.destination.rsync.RsyncConfig;
import org.heratio.offsite.destination.rsync.SshServer;

/** How tests reach an account of the real sshd that offers SFTP alone. */
final class SftpAccount {
    private SftpAccount() {}

    static SftpConfig of(SshServer server, Path path, Path stateDir) throws Exception {
        return of(server, server.port(), path, stateDir, server.patience(server.port()));
    }

    /** @param port its own, or that of a proxy before it */
    static SftpConfig of(SshServer server, int port, Path path, Path stateDir, Duration patience) throws Exception {
        server.forceCommand("internal-sftp");
        RsyncConfig ssh = server.config(port, path, stateDir);
        return new SftpConfig(ssh.account(), ssh.sshKey(), null, ssh.knownHosts(), patience);
    }
}
