package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(HangLimit.TEST_SECONDS)
class SchedulesTest {
    @TempDir
    Path directory;

    @Test
    void noneWaitsForAnother() throws Exception {
        Path root = directory.toRealPath();
        Map<String, String> environment = Map.of(
                "HERATIO_BACKUPS_PATH",
                        Files.createDirectory(root.resolve("backups")).toString(),
                "BACKUP_OFFSITE_STATE_DIR", root.resolve("state").toString(),
                "BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("offsite").toString());
        CountDownLatch forEver = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        try (Node node = Node.openWithoutBroker(
                        KnownDrivers.settings(environment, root).load(null), Clock.systemUTC());
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

    private static Schedule dueAtOnce(String name, Node node, Schedule.Task task) {
        CronSchedule everyMinute = new CronSchedule("* * * * *", ZoneOffset.UTC);
        return new Schedule(
                name,
                everyMinute,
                Duration.ofDays(2),
                node.ledger().schedules(),
                node.ledger().leases(),
                node.clock(),
                task);
    }
}
