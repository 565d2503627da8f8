package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus beside a running service. Its rules are those that are shipped, with no time to wait before they fire. */
@Timeout(HangLimit.TEST_SECONDS)
final class PrometheusIT {
    private static final String RULES = "deploy/prometheus/offsite.rules.yml";

    @TempDir
    Path dir;

    private static void flipAByte(Path copy) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }
    }

    private static Path rules() {
        Path here = Path.of(RULES);
        return Files.exists(here) ? here : Path.of("..").resolve(RULES);
    }

    private static PrometheusServer prometheus(List<Integer> targets) throws IOException {
        return PrometheusServer.start(Map.of(
                "offsite.rules.yml",
                Files.readString(rules()).replaceAll("(?m)^( +for:) .*$", "$1 0s"),
                "prometheus.yml",
                """
                global: { scrape_interval: 1s, evaluation_interval: 1s }
                rule_files: [offsite.rules.yml]
                scrape_configs:
                  - job_name: offsite
                    static_configs:
                      - targets: %s
                """.formatted(targets.stream()
                        .map(target -> "'127.0.0.1:" + target + "'")
                        .toList())));
    }

    @Test
    void aServiceIsScrapedAndAnAlertFiresWhenACopyIsDamaged() throws Exception {
        Requires.program("prometheus", "prometheus");
        int page = FreePort.take();
        int metrics = FreePort.take();
        try (OffsiteHome home = new OffsiteHome(dir);
                PrometheusServer prometheus = prometheus(List.of(page, metrics))) {
            home.set("BACKUP_OFFSITE_DASHBOARD", "true")
                    .set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(page))
                    .set("BACKUP_OFFSITE_METRICS_LISTEN", "127.0.0.1:" + metrics)
                    .set("BACKUP_OFFSITE_REPAIR", "manual");
            home.start("serve");
            new SampleArchives(home.backups(), 1).make("db.sql.gz", 10_000);

            for (int target : List.of(page, metrics)) {
                String of = "{instance=\"127.0.0.1:" + target + "\",destination=\"localfs\"}";
                await().atMost(HangLimit.STEP)
                        .until(() -> prometheus
                                .query("backup_replication_copies_verified_total" + of + " == 1")
                                .contains("\"value\""));
            }
            assertThat(prometheus.query("backup_replication_bytes_total{stage=\"uploader\"} > 10000"))
                    .contains("shipped");
            assertThat(prometheus.query("backup_replication_bytes_total{stage=\"verifier\"} > 10000"))
                    .contains("read_back");
            assertThat(prometheus.query("backup_replication_lag_seconds_count == 1"))
                    .contains("localfs");
            assertThat(prometheus.query("vertx_pool_in_use")).contains("\"value\"");
            assertThat(prometheus.ask("/api/v1/alerts"))
                    .contains("OffsiteWatchdog")
                    .doesNotContain("OffsiteCopyDamaged");

            flipAByte(home.destination().resolve("db.sql.gz.gpg"));
            home.run(OffsiteHome.LONG, "verify-integrity", "--all");

            await().atMost(HangLimit.STEP)
                    .untilAsserted(() -> assertThat(prometheus.ask("/api/v1/alerts"))
                            .contains(
                                    "OffsiteCopyDamaged", "\"summary\":\"localfs: copies are corrupt: 1\"", "firing"));
        }
    }
}
