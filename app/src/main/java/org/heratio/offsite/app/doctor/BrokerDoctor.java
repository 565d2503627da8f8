package org.heratio.offsite.app.doctor;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import org.heratio.offsite.app.run.Brokers;
import org.heratio.offsite.broker.BrokerFinding;
import org.heratio.offsite.config.Settings;

/** What the broker's own doctor finds out. */
final class BrokerDoctor {
    private BrokerDoctor() {}

    /** Nothing where the queues live in this process. */
    static List<Finding> examine(Settings settings) throws InterruptedException {
        if (settings.broker().embedded()) {
            return List.of();
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
        try {
            return Brokers.doctor(vertx, settings).examine().stream()
                    .map(BrokerDoctor::of)
                    .toList();
        } finally {
            vertx.close();
        }
    }

    private static Finding of(BrokerFinding found) {
        return switch (found.level()) {
            case WELL -> Finding.ok(found.text());
            case NOTE -> Finding.warn(found.text(), found.hint());
            case FAULT -> Finding.fail(found.text(), found.hint());
        };
    }
}
