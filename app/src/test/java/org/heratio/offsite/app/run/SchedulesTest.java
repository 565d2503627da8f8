package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(HangLimit.TEST_SECONDS)
class SchedulesTest {
    @TempDir
    Path directory;

    private Node node() throws Exception {
        Path root = directory.toRealPath();
        Map<String, String> environment = Map.of(
                "HERATIO_BACKUPS_PATH",
                        Files.createDirectory(root.resolve("backups")).toString(),
                "BACKUP_OFFSITE_STATE_DIR", root.resolve("state").toString(),
                "BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("offsite").toString());
        return Node.openWithoutBroker(KnownDrivers.settings(environment, root).load(null), Clock.systemUTC());
    }

    @Test
    void noneWaitsForAnother() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        try (Node node = node();
                Schedules schedules = new Schedules(node)) {
            for (String name : new String[] {"passphrase", "sweep"}) {
                schedules.plan(dueAtOnce(name, node, () -> {
                    stuck.countDown();
                    forEver.await();
                }));
            }
            assertThat(stuck.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
            schedules.plan(dueAtOnce("scan", node, done::countDown));
            assertThat(done.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theShortestTimeBetweenTwoRunsCounts() {
        Instant thursday = Instant.parse("2026-01-01T12:00:00Z");
        assertThat(Schedules.halfInterval("0 4 * * *", ZoneOffset.UTC, thursday))
                .isEqualTo(Duration.ofHours(12));
        assertThat(Schedules.halfInterval("0 * * * *", ZoneOffset.UTC, thursday))
                .isEqualTo(Duration.ofMinutes(30));
        assertThat(Schedules.halfInterval("0 4 * * 1,2", ZoneOffset.UTC, thursday))
                .isEqualTo(Duration.ofHours(12));
        assertThat(Schedules.halfInterval("0 4 * * 0", ZoneOffset.UTC, thursday))
                .isEqualTo(Duration.ofHours(84));
        assertThat(Schedules.halfInterval(null, ZoneOffset.UTC, thursday)).isGreaterThan(Duration.ofDays(3_000));
    }

    @Test
    void aRunThatFailedAfterItsLeaseWasLostIsNotDone() throws Exception {
        try (Node node = node()) {
            LoseableLeases leases = new LoseableLeases(node.ledger().leases());
            AtomicInteger runs = new AtomicInteger();
            Schedule schedule = dueAtOnce("sweep", node, leases, () -> {
                if (runs.incrementAndGet() == 1) {
                    leases.lost = true;
                    throw new FailureException(ErrorCode.BROKER_UNAVAILABLE, "no confirm came");
                }
            });

            assertThat(schedule.look()).isEqualTo(Duration.ofSeconds(30));
            leases.lost = false;
            schedule.look();

            assertThat(runs).as("asked for again").hasValue(2);
        }
    }

    /** The ledger's leases, which are lost when a test says so. */
    private static final class LoseableLeases implements Leases {
        private final Leases leases;
        private volatile boolean lost;

        LoseableLeases(Leases leases) {
            this.leases = leases;
        }

        @Override
        public Optional<Lease> take(String thing) throws LedgerException {
            return leases.take(thing).map(LoseableLease::new);
        }

        @Override
        public Optional<Leased<CopyWork>> ofCopy(long copyId) throws LedgerException {
            return leases.ofCopy(copyId);
        }

        @Override
        public Optional<Leased<VersionWork>> ofVersion(long versionId) throws LedgerException {
            return leases.ofVersion(versionId);
        }

        private final class LoseableLease implements Lease {
            private final Lease lease;

            LoseableLease(Lease lease) {
                this.lease = lease;
            }

            @Override
            public boolean held() {
                return !lost && lease.held();
            }

            @Override
            public void close() {
                lease.close();
            }
        }
    }

    @Test
    void theLastTimeOfAnExpressionIsRememberedUntilTheNext() {
        LastDue.Times daily = Schedules.times("0 4 * * *", ZoneOffset.UTC);
        Instant third = Instant.parse("2026-01-03T04:00:00Z");
        for (int i = 0; i < 2; i++) {
            assertThat(daily.latest(third.minusMillis(1))).contains(third.minus(Duration.ofDays(1)));
            assertThat(daily.latest(third)).contains(third);
            assertThat(daily.latest(third.plus(Duration.ofHours(23)))).contains(third);
            assertThat(daily.latest(third.plus(Duration.ofDays(1)))).contains(third.plus(Duration.ofDays(1)));
        }
        assertThat(Schedules.times(null, ZoneOffset.UTC).latest(third)).isEmpty();
        assertThat(Schedules.times("0 0 31 2 *", ZoneOffset.UTC).latest(third)).isEmpty();
    }

    private static Schedule dueAtOnce(String name, Node node, Schedule.Task task) {
        return dueAtOnce(name, node, node.ledger().leases(), task);
    }

    private static Schedule dueAtOnce(String name, Node node, Leases leases, Schedule.Task task) {
        CronSchedule everyMinute = new CronSchedule("* * * * *", ZoneOffset.UTC);
        return new Schedule(
                name, everyMinute, Duration.ofDays(2), node.ledger().schedules(), leases, node.clock(), task);
    }
}
