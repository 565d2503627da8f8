package org.heratio.offsite.destination.s3;

import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3DestinationIT extends DestinationContract {
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
    protected Destination open() throws Exception {
        String prefix = "heratio-backups/" + temp.getFileName();
        return new S3Destination(server.config(server.port(), prefix, temp.resolve("state")));
    }
}
