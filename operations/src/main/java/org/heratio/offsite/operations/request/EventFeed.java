package org.heratio.offsite.operations.request;

import java.util.function.Consumer;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.FailureException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens to events of one type. Events may be lost, so that nothing may depend on them. */
public final class EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

    private final Broker broker;
    private final EventCodec codec;

    public EventFeed(Broker broker, EventCodec codec) {
        this.broker = broker;
        this.codec = codec;
    }

    /** Ends the listening when it is closed. */
    public interface Listening extends AutoCloseable {
        /** Does not wait: an event that is on its way may still arrive. Idempotent. */
        @Override
        void close();
    }

    /**
     * Starts to listen. Blocks until the broker agrees.
     *
     * @param pattern a topic pattern, as for {@link Broker#listen}
     * @param consumer called on an event loop; events that cannot be decoded are skipped
     */
    public <E extends Event> Listening listen(String pattern, Class<E> type, Consumer<E> consumer)
            throws FailureException, InterruptedException {
        Subscription subscription = Futures.await(
                broker.listen(pattern, envelope -> {
                    try {
                        Event event = codec.decode(envelope);
                        if (type.isInstance(event)) {
                            consumer.accept(type.cast(event));
                        }
                    } catch (FailureException e) {
                        LOG.debug("not for us: {}", e.failure().oneLine());
                    }
                }),
                "listening to " + pattern);
        return () -> subscription
                .cancel()
                .onFailure(e -> LOG.debug("listening to {} does not end: {}", pattern, String.valueOf(e)));
    }
}
