package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.ledger.PendingTask.Kind;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private final Vertx vertx = Vertx.vertx();
    private final Broker broker = new LocalBroker(vertx);

    @AfterEach
    void close() throws Exception {
        get(broker.close());
        get(vertx.close());
    }

    @Test
    void aCopyWhoseMessageWaitsAtItsDestinationIsNotMissing() throws Exception {
        get(broker.declare(
                Topology.of("t", Set.of("s3", "localfs"), RetryPolicy.standard().ladder())));
        PendingTask queued = new PendingTask(Kind.VERIFY, 1, "/backups/a.gz", 11, 0, "s3");
        PendingTask lost = new PendingTask(Kind.VERIFY, 1, "/backups/a.gz", 12, 0, "localfs");
        get(broker.publish(new EventCodec().encode(new CopyReplicated(11, "s3"))));

        assertThat(new Backlog(broker, "t").missing(List.of(queued, lost))).containsExactly(lost);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
