package org.heratio.offsite.app.run;

import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.rabbit.RabbitBroker;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.RabbitSettings;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.junit.jupiter.api.extension.ExtendWith;

/** A full spool over a real RabbitMQ. */
@ExtendWith(SharedRabbit.class)
class FullSpoolIT extends FullSpoolContract {
    private final RabbitServer server;
    private final String prefix = "f" + Long.toHexString(System.nanoTime());

    FullSpoolIT(RabbitServer server) {
        this.server = server;
    }

    @Override
    Broker openBroker() {
        return new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
    }

    @Override
    String prefix() {
        return prefix;
    }
}
