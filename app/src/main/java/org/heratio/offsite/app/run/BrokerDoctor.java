package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.jspecify.annotations.Nullable;

/** Runs the broker's own doctor. */
final class BrokerDoctor {
    private BrokerDoctor() {}

    /**
     * Nothing where the queues live in this process.
     *
     * @param ledger its id, null where it does not answer
     */
    static List<Finding> examine(Settings settings, @Nullable String ledger) throws InterruptedException {
        if (settings.broker().embedded()) {
            return List.of();
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
        try {
            return Brokers.doctor(vertx, settings, ledger).examine();
        } finally {
            vertx.close();
        }
    }
}
