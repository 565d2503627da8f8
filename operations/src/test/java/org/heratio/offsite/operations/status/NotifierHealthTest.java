package org.heratio.offsite.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifierHealthTest {
    private static final Map<String, String> WEBHOOK = Map.of(
            "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
            "http://127.0.0.1:9/",
            "BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    @TempDir
    Path directory;

    private Settings settings(Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("HOME", directory.toString());
        return KnownDrivers.settings(environment, directory).load(null);
    }

    @Test
    void aReceiverThatAcceptsNothingIsAWarningUntilItAcceptsAgain() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (Ledger ledger = LedgerFixture.h2(vertx, directory.toRealPath())) {
            Notices notices = ledger.notices();
            notices.put(List.of(Notice.of("m1", "webhook", "", "{}", 1000)));
            assertThat(NotifierHealth.alarms(settings(WEBHOOK), notices)).isEmpty();
            notices.failed(notices.first("webhook").orElseThrow(), 61_000, 66_000L, "answered 500");

            assertThat(NotifierHealth.alarms(settings(WEBHOOK), notices))
                    .containsExactly(Alarm.warning(
                            Alarm.Code.NOTIFIER_FAILING,
                            "notifications by webhook fail since 1970-01-01T00:01:01Z: answered 500; 1 wait",
                            "look at the receiver, then run 'offsite notify test'"));

            assertThat(NotifierHealth.alarms(settings(Map.of()), notices))
                    .as("without a webhook")
                    .isEmpty();
            JournalEntry accepted = JournalEntry.of(JournalEntry.Kind.NOTIFIED, "", 0, "webhook: x");
            notices.delivered(notices.first("webhook").orElseThrow(), 70_000, accepted);
            assertThat(NotifierHealth.alarms(settings(WEBHOOK), notices)).isEmpty();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
    }
}
