package org.heratio.offsite.destination.rsync;

import java.time.Duration;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.NetworkContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class RsyncNetworkIT extends NetworkContract {
    private final SshServer server;

    RsyncNetworkIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected int port() {
        return server.port();
    }

    @Override
    protected Destination open(int port, Duration patience) {
        RsyncConfig config = server.config(port, temp.resolve("far side"), temp.resolve("state-" + port));
        return new RsyncDestination(SshServer.with(config, patience));
    }
}
