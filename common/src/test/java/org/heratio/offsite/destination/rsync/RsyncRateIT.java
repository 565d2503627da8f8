package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.Bandwidth.Slot;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Parallel transfers share one rate, and a transfer under way follows the timetable. */
@ExtendWith(SharedSsh.class)
class RsyncRateIT {
    private static final int MIB = 1 << 20;
    private static final Instant FAST = Instant.parse("2026-11-24T12:00:00Z");

    private final SshServer server;

    @TempDir
    private Path temp;

    RsyncRateIT(SshServer server) {
        this.server = server;
    }

    @Test
    void sharesTheRateAndFollowsTheTimetable() throws Exception {
        // 256 KiB a second for the first ten seconds, and then no limit
        Bandwidth table =
                new Bandwidth(List.of(new Slot(LocalTime.of(8, 0), MIB / 4), new Slot(LocalTime.of(12, 0), 0)));
        Payloads payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
        List<PutRequest> requests = List.of(
                payloads.request("a.gz", Payloads.bytes(24 * MIB)), payloads.request("b.gz", Payloads.bytes(24 * MIB)));
        Files.createDirectories(temp.resolve("far"));
        Duration ahead = Duration.between(Instant.now(), FAST.minusSeconds(10));
        Clock clock = Clock.offset(Clock.systemUTC(), ahead);
        sends(new RateLimit(table, clock), clock, requests);
    }

    private void sends(RateLimit limit, Clock clock, List<PutRequest> requests) throws Exception {
        try (RsyncDestination destination =
                new RsyncDestination(server.config(temp.resolve("far"), temp.resolve("state")), () -> false, limit)) {
            List<CompletableFuture<Void>> puts = requests.stream()
                    .map(request -> CompletableFuture.runAsync(() -> put(destination, request)))
                    .toList();
            // what is counted too late, after a stall of this machine, says nothing of the slow hours
            AtomicLong slowly = new AtomicLong();
            Awaitility.await().atMost(HangLimit.STEP).until(() -> {
                long now = arrived();
                if (clock.instant().isBefore(FAST)) {
                    slowly.set(now);
                }
                return clock.instant().isAfter(FAST.minusSeconds(2));
            });
            assertThat(slowly).hasValueLessThan(3L * MIB);
            for (CompletableFuture<Void> put : puts) {
                // 48 MiB at that rate would take more than three minutes
                put.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            }
            assertThat(temp.resolve("far/a.gz"))
                    .hasSameBinaryContentAs(requests.get(0).file());
            assertThat(temp.resolve("far/b.gz"))
                    .hasSameBinaryContentAs(requests.get(1).file());
        }
    }

    private long arrived() throws Exception {
        try (var files = Files.walk(temp.resolve("far"))) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                sum += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return sum;
        }
    }

    private static void put(RsyncDestination destination, PutRequest request) {
        try {
            destination.put(request);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
