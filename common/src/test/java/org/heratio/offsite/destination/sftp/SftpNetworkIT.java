package org.heratio.offsite.destination.sftp;

import java.time.Duration;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.NetworkContract;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class SftpNetworkIT extends NetworkContract {
    private final SshServer server;

    SftpNetworkIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected int port() {
        return server.port();
    }

    @Override
    protected Destination open(int port, Duration patience) throws Exception {
        return new SftpDestination(
                SftpAccount.of(server, port, temp.resolve("far side"), temp.resolve("state-" + port), patience),
                () -> false,
                RateLimit.NONE);
    }
}
