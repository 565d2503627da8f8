package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.stage.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a ledger, and a clock that only the test moves. */
class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ManualClock clock = new ManualClock();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<Instant> runs = new ArrayList<>();
    private FailureException trouble;

    @BeforeEach
    void openTheLedgerOfTwoProcesses() throws Exception {
        ledgers.add(LedgerFixture.h2(vertx, directory, clock));
        ledgers.add(LedgerFixture.h2(vertx, directory, clock));
    }

    @AfterEach
    void close() {
        ledgers.forEach(Ledger::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** As a process has it that starts now. */
    private Schedule started(int process, String cron) {
        return new Schedule(
                "sweep",
                new CronSchedule(cron, BERLIN),
                Duration.ZERO,
                ledgers.get(process).schedules(),
                ledgers.get(process).leases(),
                clock,
                this::run);
    }

    private void run() throws FailureException {
        if (trouble != null) {
            throw trouble;
        }
        runs.add(clock.instant());
    }

    private void at(String instant) {
        clock.advance(Duration.between(clock.instant(), Instant.parse(instant)));
    }

    @Test
    void happensOnceEachDayAlsoWhenClocksArePutForwardAndBackHoweverManyProcessesAreThere() throws Exception {
        for (String spring : List.of("2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z")) {
            runs.clear();
            at(spring);
            List<Schedule> processes = List.of(started(0, "30 2 * * *"), started(1, "30 2 * * *"));
            processes.get(0).look();
            runs.clear();
            assertThat(daysOfRunsWithin(5, processes))
                    .as(spring)
                    .doesNotHaveDuplicates()
                    .hasSize(5);
        }
    }

    @Test
    void whatWasSleptThroughIsMadeUpForOnceByWhoeverStartsFirst() throws Exception {
        at("2026-05-05T10:00:00Z");
        started(0, "0 4 * * *").look();
        assertThat(runs).as("nothing was missed before there was anything").isEmpty();

        at("2026-05-08T10:00:00Z");
        started(0, "0 4 * * *").look();
        started(1, "0 4 * * *").look();
        started(0, "0 4 * * *").look();

        assertThat(runs).containsExactly(Instant.parse("2026-05-08T10:00:00Z"));
    }

    @Test
    void whatCouldNotBeAskedForIsAskedForAgain() throws Exception {
        Schedule schedule = started(0, "0 4 * * *");
        at("2026-05-05T10:00:00Z");
        schedule.look();
        trouble = new FailureException(ErrorCode.BROKER_UNAVAILABLE, "it is away", null);
        at("2026-05-06T02:00:00Z");
        assertThat(schedule.look()).isEqualTo(Duration.ofSeconds(30));
        trouble = null;
        assertThat(schedule.look()).isEqualTo(Duration.ofMinutes(10));
        assertThat(runs).hasSize(1);
    }

    @Test
    void aBugInWhatIsDoneDoesNotEndTheSchedule() throws Exception {
        at("2026-05-05T10:00:00Z");
        Schedule schedule = new Schedule(
                "scan",
                new CronSchedule("0 4 * * *", BERLIN),
                Duration.ofDays(2),
                ledgers.get(0).schedules(),
                ledgers.get(0).leases(),
                clock,
                () -> {
                    runs.add(clock.instant());
                    throw new IllegalStateException("a bug");
                });
        assertThat(schedule.look()).isEqualTo(Duration.ofSeconds(30));
        assertThat(schedule.look()).isEqualTo(Duration.ofSeconds(30));
        assertThat(runs).hasSize(2);
    }

    @Test
    void whatAnotherProcessIsAtIsLeftToIt() throws Exception {
        Schedule schedule = started(0, "0 4 * * *");
        at("2026-05-05T10:00:00Z");
        schedule.look();
        at("2026-05-06T02:00:00Z");
        try (var lease = ledgers.get(1).leases().take("schedule:sweep").orElseThrow()) {
            assertThat(lease.held()).isTrue();
            schedule.look();
        }
        assertThat(runs).isEmpty();
        schedule.look();
        assertThat(runs).hasSize(1);
    }

    @Test
    void aClockThatIsPutBackBringsNothingTwiceAndOneThatWasFarAheadEndsNothing() throws Exception {
        Schedule schedule = started(0, "0 4 * * *");
        at("2026-05-05T10:00:00Z");
        schedule.look();
        at("2026-05-06T02:00:00Z");
        schedule.look();
        at("2026-05-06T01:00:00Z");
        schedule.look();
        at("2026-05-06T03:00:00Z");
        schedule.look();
        assertThat(runs).hasSize(1);

        at("2036-05-06T03:00:00Z");
        schedule.look();
        at("2026-05-07T00:00:00Z");
        schedule.look();
        at("2026-05-07T03:00:00Z");
        schedule.look();
        assertThat(runs).hasSize(3);
    }

    /** All processes look once an hour. */
    private List<LocalDate> daysOfRunsWithin(int days, List<Schedule> processes) throws Exception {
        for (int hour = 0; hour < days * 24; hour++) {
            clock.advance(Duration.ofHours(1));
            for (Schedule each : processes) {
                each.look();
            }
        }
        return runs.stream().map(run -> run.atZone(BERLIN).toLocalDate()).toList();
    }

    private Schedule canary(int process, String keyId) {
        return Schedules.canary(
                keyId,
                BERLIN,
                ledgers.get(process).schedules(),
                ledgers.get(process).leases(),
                clock,
                this::run);
    }

    @Test
    void theCanarySingsAtOnceForAPassphraseThatIsNewAndThenOnceADay() throws Exception {
        at("2026-05-05T10:00:00Z");
        List<Schedule> processes = List.of(canary(0, "11112222"), canary(1, "11112222"));
        processes.get(0).look();
        assertThat(runs).as("a passphrase that nobody has tried").hasSize(1);
        runs.clear();

        assertThat(daysOfRunsWithin(5, processes)).doesNotHaveDuplicates().hasSize(5);

        runs.clear();
        canary(1, "33334444").look();
        assertThat(runs).as("another passphrase").hasSize(1);
    }

    @Test
    void theCanaryMakesUpForAnOutageOnce() throws Exception {
        at("2026-05-05T10:00:00Z");
        canary(0, "11112222").look();
        runs.clear();

        at("2026-05-09T10:00:00Z");
        trouble = new FailureException(ErrorCode.LEDGER_UNAVAILABLE, "it is away", null);
        canary(0, "11112222").look();
        trouble = null;
        canary(0, "11112222").look();
        canary(1, "11112222").look();

        assertThat(runs).containsExactly(Instant.parse("2026-05-09T10:00:00Z"));
    }

    @Test
    void sleepsUntilTheNextTimeAndNeverForLong() throws Exception {
        at("2026-05-06T01:00:00Z");
        Schedule schedule = started(0, "0 4 * * *");
        assertThat(schedule.look()).isEqualTo(Duration.ofMinutes(10));
        at("2026-05-06T01:59:00Z");
        assertThat(schedule.look()).isEqualTo(Duration.ofMinutes(1).plusMillis(1));
    }
}
