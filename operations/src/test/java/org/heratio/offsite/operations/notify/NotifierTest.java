package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a real ledger, with a receiver; turns are made by hand. */
@Timeout(HangLimit.TEST_SECONDS)
class NotifierTest extends NotifierFixture {
    private Receiver receiver;
    private Notifier notifier;
    private Directory backups;
    private @Nullable Error error;

    @BeforeEach
    void listen() throws Exception {
        receiver = new Receiver();
        backups = new Directory();
        Map<String, String> environment = Map.of(
                "HOME",
                directory.toString(),
                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
                receiver.url("/hook"),
                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Settings settings = KnownDrivers.settings(environment, directory).load(null);
        notifier = new Notifier(
                ledger,
                new StatusService(settings, ledger, backups, clock),
                new NotifyChannels(settings.notifications(), clock),
                List::of,
                meter,
                new BreakingClock());
    }

    @AfterEach
    void stop() throws Exception {
        backups.goesOn.countDown();
        notifier.close();
        receiver.close();
    }

    private void put(String id) throws Exception {
        ledger.notices().put(List.of(Notice.of(id, "webhook", "", "{}", clock.millis())));
    }

    private List<String> sent() {
        return receiver.received.stream()
                .map(request -> request.header("Webhook-id"))
                .toList();
    }

    @Test
    void theLastSuccessIsKnownAfterARestart() throws Exception {
        ledger.notices().accepted("webhook", 5_000);

        notifier.turn();

        assertThat(meter.counted).containsExactly("webhook at 5000");
    }

    @Test
    void aStatusThatFailsIsNotAskedAtEachTurnAndKeepsNoMessageBack() throws Exception {
        backups.failure = new FailureException(ErrorCode.UNEXPECTED, "it broke", null);
        put("m1");

        notifier.turn();
        await().atMost(HangLimit.STEP).until(() -> backups.looks.get() == 1);
        notifier.turn();

        assertThat(sent()).containsExactly("m1");
        assertThat(backups.looks.get()).isOne();
    }

    @Test
    void aBackupDirectoryThatHangsKeepsNoMessageBack() throws Exception {
        notifier.turn();
        await().atMost(HangLimit.STEP).until(() -> backups.looks.get() == 1);
        put("m1");

        notifier.turn();

        assertThat(sent()).containsExactly("m1");
        assertThat(backups.goesOn.getCount()).isOne();
    }

    @Test
    void anErrorGivesTheLeaseUpAndTheNextTurnGoesOn() throws Exception {
        put("m1");
        error = new StackOverflowError();
        notifier.turn();
        error = null;
        try (Lease free = ledger.leases().take("notifier").orElseThrow()) {
            assertThat(free.held()).isTrue();
        }

        notifier.turn();

        assertThat(sent()).containsExactly("m1");
    }

    /** A directory that breaks as it is told. */
    private static final class Directory implements BackupInventory {
        final CountDownLatch goesOn = new CountDownLatch(1);
        final AtomicInteger looks = new AtomicInteger();

        @Nullable
        volatile FailureException failure;

        @Override
        public Contents look() throws FailureException {
            looks.incrementAndGet();
            if (failure != null) {
                throw failure;
            }
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new FailureException(ErrorCode.UNEXPECTED, "it hung", null);
        }

        @Override
        public void requireRoot() {}
    }

    private final class BreakingClock extends Clock {
        @Override
        public Instant instant() {
            if (error != null) {
                throw error;
            }
            return clock.instant();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
