package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Vertx;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.BrokerContract;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract, on a real server. */
@ExtendWith(SharedRabbit.class)
class RabbitBrokerIT extends BrokerContract {
    private final Vertx vertx = Vertx.vertx();
    private final RabbitServer server;

    RabbitBrokerIT(RabbitServer server) {
        this.server = server;
    }

    @Override
    protected Vertx vertx() {
        return vertx;
    }

    @Override
    protected Broker connect() {
        return new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
    }
}
