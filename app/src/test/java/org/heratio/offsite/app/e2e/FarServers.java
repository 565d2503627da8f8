package org.heratio.offsite.app.e2e;

import java.nio.file.Path;
import org.heratio.offsite.destination.rsync.RsyncConfig;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.destination.s3.S3Server;

/** A real S3 server and a real sshd, and the settings with which an installation ships to both and to localfs. */
public final class FarServers implements AutoCloseable {
    private final S3Server s3;
    private final SshServer ssh;
    private final Path far;

    /** @param far the directory of rsync's copies */
    FarServers(Path far) throws Exception {
        this.far = far;
        this.s3 = S3Server.start();
        this.ssh = SshServer.start();
    }

    S3Server s3() {
        return s3;
    }

    SshServer ssh() {
        return ssh;
    }

    /** Where rsync puts copies. */
    Path far() {
        return far;
    }

    /** Ships to all three from now on. */
    OffsiteHome shipTo(OffsiteHome home) {
        return shipTo(home, s3.port(), ssh.port()).set("BACKUP_OFFSITE_DRIVER", "s3,rsync,localfs");
    }

    /** The settings of s3 and rsync; the ports are the servers' own, or those of proxies before them. */
    OffsiteHome shipTo(OffsiteHome home, int s3Port, int sshPort) {
        return shipTo(home, ssh, sshPort, far)
                .set("BACKUP_OFFSITE_DRIVER", "s3,rsync")
                .set("BACKUP_OFFSITE_S3_BUCKET", S3Server.BUCKET)
                .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:" + s3Port)
                .set("BACKUP_OFFSITE_S3_PATH_STYLE", "true")
                .set("BACKUP_OFFSITE_S3_KEY", S3Server.CREDENTIALS.keyId())
                .set("BACKUP_OFFSITE_S3_SECRET", S3Server.CREDENTIALS.secret());
    }

    /** The settings of rsync alone. */
    public static OffsiteHome shipTo(OffsiteHome home, SshServer ssh, int port, Path far) {
        RsyncConfig rsync = ssh.config(port, far, home.state());
        return home.set("BACKUP_OFFSITE_RSYNC_HOST", rsync.account().host())
                .set("BACKUP_OFFSITE_RSYNC_USER", String.valueOf(rsync.account().user()))
                .set("BACKUP_OFFSITE_RSYNC_PORT", String.valueOf(port))
                .set("BACKUP_OFFSITE_RSYNC_PATH", far.toString())
                .set("BACKUP_OFFSITE_RSYNC_SSH_KEY", String.valueOf(rsync.sshKey()))
                .set("BACKUP_OFFSITE_RSYNC_TIMEOUT", ssh.patience(port).toSeconds() + "s");
    }

    /** The settings of sftp alone, with another directory of the same host. */
    OffsiteHome shipToSftp(OffsiteHome home, Path there) {
        return shipToSftp(home, ssh, ssh.port(), there);
    }

    /** The same; the port is the server's own, or that of a proxy before it. */
    static OffsiteHome shipToSftp(OffsiteHome home, SshServer ssh, int port, Path there) {
        RsyncConfig account = ssh.config(port, there, home.state());
        return home.set("BACKUP_OFFSITE_DRIVER", "sftp")
                .set("BACKUP_OFFSITE_SFTP_HOST", account.account().host())
                .set(
                        "BACKUP_OFFSITE_SFTP_USER",
                        String.valueOf(account.account().user()))
                .set("BACKUP_OFFSITE_SFTP_PORT", String.valueOf(port))
                .set("BACKUP_OFFSITE_SFTP_PATH", there.toString())
                .set("BACKUP_OFFSITE_SFTP_SSH_KEY", String.valueOf(account.sshKey()));
    }

    @Override
    public void close() throws Exception {
        s3.close();
        ssh.close();
    }
}
