package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnershipContract;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;

class S3OwnershipIT extends OwnershipContract {
    /** On a busy machine the server leaves a few requests that follow a refused put without an answer; the SDK sends them again. */
    private static final S3Config.Timeouts UNANSWERED = new S3Config.Timeouts(HangLimit.STEP, Duration.ofSeconds(10));

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
        S3Config usual = server.config(server.port(), prefix(), temp.resolve(state));
        return new S3Destination(config(usual.with(UNANSWERED)));
    }

    /** For other limits. */
    protected S3Config config(S3Config config) {
        return config;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repairsACopyThatRottedAtTheStoreByTheSamePayload(boolean announces) throws Exception {
        if (announces) {
            assertThat(destination.announce(new Installation(MINE, "one"))).isTrue();
        }
        PutRequest request = new Payloads(temp, MINE).request("a.gz", bytes("the same"));
        destination.put(request);
        server.flipAByte(prefix() + "/a.gz");

        destination.put(Payloads.replacingOnlyItsOwn(request));

        try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("the same"));
        }
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
