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
import org.awaitility.Awaitility;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.Bandwidth.Slot;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parallel transfers share one rate, and a transfer under way follows the timetable. */
class RsyncRateIT {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path temp;

    @Test
    void sharesTheRateAndFollowsTheTimetable() throws Exception {
        // 256 KiB a second for the first ten seconds, and then no limit
        Bandwidth table =
                new Bandwidth(List.of(new Slot(LocalTime.of(8, 0), MIB / 4), new Slot(LocalTime.of(12, 0), 0)));
        Payloads payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
        List<PutRequest> requests = List.of(
                payloads.request("a.gz", Payloads.bytes(24 * MIB)), payloads.request("b.gz", Payloads.bytes(24 * MIB)));
        Files.createDirectories(temp.resolve("far"));
        try (SshServer server = SshServer.start()) {
            Duration ahead = Duration.between(Instant.now(), Instant.parse("2026-11-24T11:59:50Z"));
            Clock clock = Clock.offset(Clock.systemUTC(), ahead);
            sends(server, new RateLimit(table, clock), clock, requests);
        }
    }

    private void sends(SshServer server, RateLimit limit, Clock clock, List<PutRequest> requests) throws Exception {
        try (RsyncDestination destination = new RsyncDestination(
                server.config(server.port(), temp.resolve("far"), temp.resolve("state")), () -> false, limit)) {
            List<CompletableFuture<Void>> puts = requests.stream()
                    .map(request -> CompletableFuture.runAsync(() -> put(destination, request)))
                    .toList();
            Awaitility.await().until(() -> clock.instant().isAfter(Instant.parse("2026-11-24T11:59:58Z")));
            assertThat(arrived()).isLessThan(3L * MIB);
            for (CompletableFuture<Void> put : puts) {
                // 48 MiB at that rate would take more than three minutes
                put.get(100, TimeUnit.SECONDS);
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
