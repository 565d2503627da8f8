package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
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

    /** Each of them is a put; S3AnswersTest lists ten thousand. */
    @Override
    protected int many() {
        return 1_200;
    }

    @Override
    protected Destination forbidden() throws Exception {
        return scripted(request -> Reply.error(403, "AccessDenied"));
    }

    @Override
    protected Narrow narrow() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        HealthyStore healthy = new HealthyStore();
        Destination narrow =
                scripted(request -> full.get() && request.getRequestMethod().equals("PUT")
                        ? Reply.error(507, "InsufficientStorage")
                        : healthy.to(request));
        return new Narrow(narrow, () -> full.set(false));
    }

    @Override
    protected Destination limited(RateLimit limit) throws Exception {
        String prefix = "limited/" + temp.getFileName();
        return new S3Destination(server.config(server.port(), prefix, temp.resolve("state")), Clock.systemUTC(), limit);
    }

    /** No server for tests refuses so. */
    private Destination scripted(ScriptedStore.Script script) throws Exception {
        ScriptedStore store = closing(new ScriptedStore(script));
        return closing(new S3Destination(server.config(store.port(), "prefix", temp.resolve("state"))));
    }

    @Override
    protected Destination open() throws Exception {
        String prefix = "heratio-backups/" + temp.getFileName();
        return new S3Destination(server.config(server.port(), prefix, temp.resolve("state")));
    }
}
