package org.heratio.offsite.destination.s3;

import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.OwnershipContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;

class S3OwnershipIT extends OwnershipContract {
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
        return at("state");
    }

    @Override
    protected Destination openAgain() throws Exception {
        return at("another state");
    }

    private Destination at(String state) throws Exception {
        return new S3Destination(server.config(server.port(), prefix(), temp.resolve(state)));
    }

    @Override
    protected void plant(String name, byte[] bytes) throws Exception {
        try (S3AsyncClient client = server.client()) {
            client.putObject(
                            r -> r.bucket(S3Server.BUCKET).key(prefix() + "/" + name),
                            AsyncRequestBody.fromBytes(bytes))
                    .get(1, TimeUnit.MINUTES);
        }
    }

    private String prefix() {
        return "heratio-backups/" + temp.getFileName();
    }
}
