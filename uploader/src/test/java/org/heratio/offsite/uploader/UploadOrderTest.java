package org.heratio.offsite.uploader;

import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Timeout;

/** The order of uploads over the queues of this process. */
@Timeout(HangLimit.TEST_SECONDS)
class UploadOrderTest extends UploadOrderContract {
    @Override
    Broker open() {
        return new LocalBroker(vertx);
    }

    @Override
    String prefix() {
        return "t";
    }
}
