package org.heratio.offsite.stage;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Publishes on the broker and waits for its confirmation, for 30 s at most; then it is unknown which events went out. */
public final class BrokerPublisher implements EventPublisher {
    private static final long WAIT_SECONDS = 30;

    private final Broker broker;
    private final EventCodec codec;

    public BrokerPublisher(Broker broker, EventCodec codec) {
        this.broker = broker;
        this.codec = codec;
    }

    @Override
    public void publish(List<? extends Event> events) throws FailureException, InterruptedException {
        List<Future<Void>> published = new ArrayList<>(events.size());
        for (Event event : events) {
            published.add(broker.publish(codec.encode(event)));
        }
        for (Future<Void> one : published) {
            await(one);
        }
    }

    private static void await(Future<Void> published) throws FailureException, InterruptedException {
        try {
            published.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailureException failure) {
                throw new FailureException(failure.failure(), failure);
            }
            throw unavailable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw unavailable(e);
        }
    }

    private static FailureException unavailable(Throwable cause) {
        return new FailureException(
                ErrorCode.BROKER_UNAVAILABLE, "the broker did not take a message: " + cause, null, cause);
    }
}
