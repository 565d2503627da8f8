package org.heratio.offsite.app.run;

import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.local.LocalBroker;

/** A full spool with the queues in memory. */
class FullSpoolTest extends FullSpoolContract {
    @Override
    Broker openBroker() {
        return new LocalBroker(vertx);
    }

    @Override
    String prefix() {
        return "offsite";
    }
}
