package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(HangLimit.TEST_SECONDS)
class PingerTest extends NotifierFixture {
    private static final Status WELL = StatusFixture.of(Map.of());
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> missing = new ArrayList<>();
    private Receiver receiver;
    private Pinger pinger;

    @BeforeEach
    void listen() throws Exception {
        receiver = new Receiver();
        pinger = pinger(ledger.notices());
    }

    private Pinger pinger(@Nullable Notices notices) throws Exception {
        return new Pinger(
                new Settings.Notifications.Ping(new Secret(receiver.url("/ping/0b1c")), INTERVAL),
                new Http(null),
                () -> List.copyOf(missing),
                notices,
                nanos::get);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private int pingsAfter(Duration pause, Status status) throws Exception {
        nanos.addAndGet(pause.toNanos());
        pinger.ping(status);
        return receiver.received.size();
    }

    @Test
    void whileAllIsWellOnePingGoesOutAtEachInterval() throws Exception {
        assertThat(pingsAfter(Duration.ZERO, WELL)).isOne();
        assertThat(pingsAfter(INTERVAL.minusNanos(1), WELL)).isOne();
        assertThat(pingsAfter(Duration.ofNanos(1), WELL)).isEqualTo(2);
        assertThat(receiver.received.get(0).method()).isEqualTo("GET");
        assertThat(receiver.received.get(0).path()).isEqualTo("/ping/0b1c");
    }

    @Test
    void noPingGoesOutWhileAStageIsMissing() throws Exception {
        missing.add("no process runs verifier");
        assertThat(pingsAfter(Duration.ZERO, WELL)).isZero();

        missing.clear();

        assertThat(pingsAfter(Duration.ofMinutes(1), WELL)).isOne();
    }

    @Test
    void noPingGoesOutWhileAnAlarmIsCritical() throws Exception {
        Alarm stopped = new Alarm(Alarm.Code.PIPELINE_STOPPED, Alarm.Severity.CRITICAL, "stopped", null);
        Alarm failing = new Alarm(Alarm.Code.PROOFS_FAILING, Alarm.Severity.WARNING, "failing", null);

        assertThat(pingsAfter(Duration.ZERO, StatusFixture.of(Map.of(), failing, stopped)))
                .isZero();
        assertThat(pingsAfter(INTERVAL, StatusFixture.of(Map.of(), failing))).isOne();
    }

    @Test
    void noPingGoesOutWhilePeopleCannotBeTold() throws Exception {
        ledger.notices().put(List.of(Notice.of("m1", "webhook", "", "{}", 0)));
        ledger.notices()
                .failed(
                        ledger.notices().first("webhook").orElseThrow(),
                        clock.millis(),
                        clock.millis(),
                        "answered 500");

        assertThat(pingsAfter(Duration.ZERO, WELL)).isZero();
        pinger = pinger(null);
        assertThat(pingsAfter(Duration.ZERO, WELL)).as("of no webhook any more").isOne();
    }

    @Test
    void aPingThatFailsIsSentAgainAfterAMinute() throws Exception {
        receiver.answers(503);
        assertThat(pingsAfter(Duration.ZERO, WELL)).isOne();
        assertThat(pingsAfter(Duration.ofSeconds(59), WELL)).isOne();
        assertThat(pingsAfter(Duration.ofSeconds(1), WELL)).isEqualTo(2);
    }
}
