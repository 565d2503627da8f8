package org.heratio.offsite.destination.s3;

import java.time.Duration;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.NetworkContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3NetworkIT extends NetworkContract {
    private static S3Server server;

    @BeforeAll
    static void startServer() throws Exception {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Override
    protected int port() {
        return server.port();
    }

    @Override
    protected Destination open(int port, Duration patience) throws Exception {
        String prefix = temp.getFileName().toString();
        return new S3Destination(server.config(port, prefix, temp.resolve("state-" + port))
                .with(new S3Config.Timeouts(patience, patience)));
    }
}
