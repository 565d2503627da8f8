package org.heratio.offsite.app.run;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.broker.rabbit.RabbitBroker;
import org.heratio.offsite.broker.rabbit.RabbitDoctor;
import org.heratio.offsite.broker.rabbit.RabbitSettings;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.stage.RetryPolicy;
import org.jspecify.annotations.Nullable;

/** The one place that knows which message queues there are. */
public final class Brokers {
    private Brokers() {}

    static Broker open(Vertx vertx, Settings.Broker settings) {
        if (settings.embedded()) {
            return new LocalBroker(vertx);
        }
        return new RabbitBroker(vertx, rabbit(settings));
    }

    /**
     * Looks at RabbitMQ; not for queues that live in this process.
     *
     * @param ledger whose queues they should be; null where that is not known
     */
    public static RabbitDoctor doctor(Vertx vertx, Settings settings, @Nullable String ledger) {
        Topology topology = Topology.of(
                settings.broker().queuePrefix(),
                new HashSet<>(settings.drivers()),
                RetryPolicy.standard().ladder());
        return new RabbitDoctor(vertx, rabbit(settings.broker()), ledger == null ? topology : topology.ownedBy(ledger));
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

    /** Refuses files that cannot be used before anything waits for a server. Blocks. */
    static void check(Vertx vertx, Settings.Broker settings) throws ConfigException {
        try {
            if (!settings.embedded()) {
                rabbit(settings).check(vertx);
            }
        } catch (FailureException e) {
            throw new ConfigException(List.of(new ConfigProblem(
                    e.failure().reason(), Objects.requireNonNullElse(e.failure().hint(), ""))));
        }
    }

    /** Waits for a server that is not there yet, as a service should that may start before it. */
    static Future<Void> declareWhenThere(Broker broker, Topology topology) {
        return broker instanceof RabbitBroker rabbit ? rabbit.declareWhenThere(topology) : broker.declare(topology);
    }
}
