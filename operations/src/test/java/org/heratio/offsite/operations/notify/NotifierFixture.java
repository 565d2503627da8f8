package org.heratio.offsite.operations.notify;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real ledger, a clock that stands still, and a channel that keeps what it gets. */
abstract class NotifierFixture {
    @TempDir
    Path directory;

    final Vertx vertx = Vertx.vertx();
    final ManualClock clock = new ManualClock();
    final KeepingChannel channel = new KeepingChannel();
    final KeepingMeter meter = new KeepingMeter();
    Ledger ledger;

    @BeforeEach
    void open() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory.toRealPath(), clock);
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    /** Takes the messages of the outbox out of it, oldest first. */
    List<Notice> taken() throws Exception {
        List<Notice> all = new ArrayList<>();
        while (ledger.notices().first(channel.name()).isPresent()) {
            Notice first = ledger.notices().first(channel.name()).get();
            all.add(first);
            ledger.notices().delivered(first, clock.millis(), accepted());
        }
        return all;
    }

    static JournalEntry accepted() {
        return JournalEntry.of(JournalEntry.Kind.NOTIFIED, "", 0, "webhook: accepted");
    }

    /** Accepts messages, unless it is told what is wrong. */
    static final class KeepingChannel implements Channel {
        final List<String> ids = new ArrayList<>();

        @Nullable
        String error;

        String refused = "";

        @Override
        public String name() {
            return "webhook";
        }

        @Override
        public void send(String id, String body) throws DeliveryException {
            if (error != null) {
                throw new DeliveryException(error);
            }
            if (id.equals(refused)) {
                throw new DeliveryException("answered 400", true);
            }
            ids.add(id);
        }
    }

    /** Keeps what it is told. */
    static final class KeepingMeter implements NotifyMeter {
        final List<String> counted = new ArrayList<>();

        @Override
        public void attempted(String channel, Outcome outcome) {
            counted.add(channel + " " + outcome);
        }

        @Override
        public void lastSuccess(String channel, long at) {
            counted.add(channel + " at " + at);
        }
    }

    /** Stands still until it is told to go on. */
    static final class ManualClock extends Clock {
        private Instant now = Instant.parse("2026-11-30T12:00:00Z");

        long millis(Duration from) {
            return now.plus(from).toEpochMilli();
        }

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
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
