package org.heratio.offsite.uploader;

import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.rabbit.RabbitBroker;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.RabbitSettings;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The order of uploads over a real RabbitMQ. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class UploadOrderIT extends UploadOrderContract {
    private final RabbitServer server;
    private final String prefix = "o" + Long.toHexString(System.nanoTime());

    UploadOrderIT(RabbitServer server) {
        this.server = server;
    }

    @Override
    Broker open() {
        return new RabbitBroker(vertx, RabbitSettings.of(server.uri()));
    }

    @Override
    String prefix() {
        return prefix;
    }
}
