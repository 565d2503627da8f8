package org.heratio.offsite.app.run;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Objects;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.broker.rabbit.RabbitBroker;
import org.heratio.offsite.broker.rabbit.RabbitDoctor;
import org.heratio.offsite.broker.rabbit.RabbitSettings;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.stage.RetryPolicy;

/** The one place that knows which message queues there are. */
public final class Brokers {
    private Brokers() {}

    static Broker open(Vertx vertx, Settings.Broker settings) {
        if (settings.embedded()) {
            return new LocalBroker(vertx);
        }
        return new RabbitBroker(vertx, rabbit(settings));
    }

    /** Looks at RabbitMQ; not for queues that live in this process. */
    public static RabbitDoctor doctor(Vertx vertx, Settings settings) {
        return new RabbitDoctor(vertx, rabbit(settings.broker()), topology(settings, RetryPolicy.standard()));
    }

    static Topology topology(Settings settings, RetryPolicy policy) {
        return Topology.of(settings.broker().queuePrefix(), new HashSet<>(settings.drivers()), policy.ladder());
    }

    private static RabbitSettings rabbit(Settings.Broker settings) {
        return new RabbitSettings(
                Objects.requireNonNull(settings.uri()).reveal(),
                settings.hosts(),
                settings.user(),
                settings.password() == null ? null : settings.password().reveal(),
                settings.caFile(),
                settings.certFile(),
                settings.keyFile());
    }

    /** Waits for a server that is not there yet, as a service should that may start before it. */
    static Future<Void> declareWhenThere(Broker broker, Topology topology) {
        return broker instanceof RabbitBroker rabbit ? rabbit.declareWhenThere(topology) : broker.declare(topology);
    }
}
