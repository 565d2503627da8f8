package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.dashboard.metrics.NotifyFigures;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.event.ScanCompleted;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.operations.notify.NotifyMeter;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus gets. */
final class MetricsTest {
    private static final String PREFIX = "backup_replication_";

    @TempDir
    Path directory;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(directory);
    }

    @AfterEach
    void close() throws Exception {
        page.close();
    }

    private String scraped(String part) {
        return await().until(() -> page.get("/metrics").body(), text -> text.contains(part));
    }

    @Test
    void figuresOfAllStatesAndQueuesAreThereFromTheStart() throws Exception {
        page.start();
        String text = scraped(PREFIX + "copies{destination=\"localfs\",state=\"verified\"} 0.0");

        assertThat(text)
                .contains(
                        PREFIX + "build_info{version=\"1.2.3\"} 1",
                        PREFIX + "ledger_up 1.0",
                        PREFIX + "last_success_timestamp_seconds{destination=\"localfs\"} 0.0",
                        PREFIX + "oldest_unreplicated_timestamp_seconds{destination=\"localfs\"} 0.0",
                        PREFIX + "archives{state=\"failed\"} 0.0",
                        PREFIX + "archives_by_safe_copies{copies=\"2+\"} 0.0",
                        PREFIX + "copies{destination=\"localfs\",state=\"missing\"} 0.0",
                        "# TYPE " + PREFIX + "copies gauge",
                        "jvm_memory_used_bytes");
        scraped(PREFIX + "queue_consumers{queue=\"offsite.upload.localfs\"} 0.0");
        scraped(PREFIX + "dead_letters{queue=\"offsite.sweep\"} 0.0");
    }

    @Test
    void aProvedArchiveShows() throws Exception {
        page.verified("a.gz");
        page.start();

        String text = scraped(PREFIX + "copies{destination=\"localfs\",state=\"verified\"} 1.0");

        assertThat(text)
                .contains(PREFIX + "archives_by_safe_copies{copies=\"1\"} 1.0")
                .containsPattern(PREFIX + "newest_safe_archive_timestamp_seconds\\{destination=\"localfs\"} 1\\.\\d+E9")
                .containsPattern(PREFIX + "snapshot_timestamp_seconds 1\\.\\d+E9");
    }

    @Test
    void whileTheLedgerIsAwayTheTimeOfTheFiguresStops() throws Exception {
        page.start();
        scraped(PREFIX + "archives{state=\"failed\"} 0.0");
        page.ledger.close();

        assertThat(scraped(PREFIX + "ledger_up 0.0")).contains(PREFIX + "archives{state=\"failed\"} 0.0");
    }

    @Test
    void whatThisProcessDidIsCounted() throws Exception {
        page.start();
        work(page.metrics);
        page.verified("a.gz");
        String text = scraped(PREFIX + "copies_verified_total{destination=\"localfs\"} 1.0");

        String uploader = "{destination=\"localfs\",stage=\"uploader\"}";
        assertThat(text)
                .contains(
                        "# TYPE " + PREFIX + "copies_verified_total counter",
                        PREFIX + "archives_settled_total 1.0",
                        PREFIX + "copies_replicated_total{destination=\"localfs\"} 1.0",
                        PREFIX + "copies_damaged_total{destination=\"localfs\"} 0.0",
                        PREFIX + "lag_seconds_bucket{destination=\"localfs\",le=\"30.0\"} 1",
                        PREFIX + "bytes_total{destination=\"localfs\",direction=\"shipped\",stage=\"uploader\"} 99.0",
                        PREFIX
                                + "attempts_failed_total{code=\"DESTINATION_FULL\",destination=\"localfs\",stage=\"uploader\"} 1.0",
                        PREFIX + "retries_total" + uploader + " 1.0",
                        PREFIX + "given_up_total" + uploader + " 0.0",
                        PREFIX + "inflight" + uploader + " 1.0",
                        PREFIX + "destination_paused{destination=\"localfs\"} 1.0",
                        PREFIX + "stage_duration_seconds_bucket{destination=\"localfs\",stage=\"sweep\",le=\"5.0\"} 1",
                        PREFIX + "notifications_total{channel=\"mail\",outcome=\"delivered\"} 1.0",
                        PREFIX + "notifications_total{channel=\"mail\",outcome=\"failed\"} 0.0",
                        PREFIX + "notifications_total{channel=\"mail\",outcome=\"given_up\"} 0.0",
                        PREFIX + "notifier_last_success_timestamp_seconds{channel=\"mail\"} 5.0",
                        PREFIX + "spool_used_bytes 7.0",
                        PREFIX + "spool_budget_bytes NaN")
                .doesNotContain("a.gz");
    }

    /** Does what stages do, so that each figure is there. */
    private static void work(ProcessMetrics metrics) {
        for (String stage : List.of(
                "watcher", "encryptor", "uploader:localfs", "verifier:localfs", "verifier:localfs:sweep", "verifier")) {
            metrics.runs(stage, () -> stage.equals("uploader:localfs"));
            metrics.began(stage);
            metrics.done(stage, Duration.ofSeconds(2), List.of());
        }
        NotifyFigures notifications = new NotifyFigures(metrics.registry(), List.of("mail"));
        notifications.attempted("mail", NotifyMeter.Outcome.DELIVERED);
        notifications.lastSuccess("mail", 5_000);
        metrics.moved("uploader:localfs", 99);
        metrics.failed("uploader:localfs", ErrorCode.DESTINATION_FULL, true);
        metrics.gauge("spool_used_bytes", () -> 7);
        metrics.gauge("spool_budget_bytes", () -> {
            throw new IOException("the directory is away");
        });
    }

    @Test
    void aCompleteScanMovesTheTimeOfTheWatcher() throws Exception {
        long began = page.clock.millis();
        page.start();
        work(page.metrics);
        Pattern time = Pattern.compile("(?m)^" + PREFIX + "watcher_last_scan_timestamp_seconds (\\S+)");
        double before = value(time, page.get("/metrics").body());
        page.metrics.done(
                "watcher", Duration.ofSeconds(1), List.of(new ScanCompleted("", ScanReason.INTERVAL, 0, 0, 0, 0)));

        assertThat(before).isGreaterThanOrEqualTo(began / 1000.0);
        assertThat(value(time, page.get("/metrics").body())).isGreaterThan(before);
    }

    private static double value(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    @Test
    void theDocumentNamesEachMetricWithItsTypeAndLabelsAndNoOther() throws Exception {
        page.start();
        work(page.metrics);
        page.verified("a.gz");
        scraped(PREFIX + "queue_messages");
        String text = scraped(PREFIX + "copies_verified_total{destination=\"localfs\"} 1.0");
        Set<String> there = new TreeSet<>();
        Pattern.compile("(?m)^# TYPE " + PREFIX + "(\\S+) (\\w+)$")
                .matcher(text)
                .results()
                .forEach(type -> {
                    Matcher sample = Pattern.compile("(?m)^" + PREFIX + type.group(1) + "(?:_bucket)?(?:\\{(.*)})? ")
                            .matcher(text);
                    assertThat(sample.find()).as(type.group(1)).isTrue();
                    String labels = Pattern.compile("(\\w+)=\"")
                            .matcher(Objects.requireNonNullElse(sample.group(1), ""))
                            .results()
                            .map(label -> label.group(1))
                            .filter(label -> !label.equals("le"))
                            .sorted()
                            .collect(Collectors.joining(", "));
                    there.add(type.group(1) + " " + type.group(2) + " " + labels);
                });

        Set<String> documented = Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| ([a-z, ]*)\\|")
                .matcher(Files.readString(Path.of("../docs/metrics.md")))
                .results()
                .map(row ->
                        row.group(1) + " " + row.group(2) + " " + row.group(3).strip())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(there);
    }

    @Test
    void everyMetricOfTheGrafanaDashboardIsThereWithItsLabels() throws Exception {
        page.start();
        work(page.metrics);
        scraped(PREFIX + "queue_messages");
        String text = scraped(PREFIX + "archives_by_safe_copies");
        List<MatchResult> used = Pattern.compile("\\b((?:backup_replication|jvm|process)_\\w+)(?:\\{([^}]*)})?")
                .matcher(Files.readString(Path.of("../deploy/grafana/offsite.json")))
                .results()
                .toList();

        assertThat(used).hasSizeGreaterThan(20).allSatisfy(metric -> {
            String labels = Pattern.compile("(\\w+)=")
                    .matcher(Objects.requireNonNullElse(metric.group(2), ""))
                    .results()
                    .map(label -> label.group(1))
                    // Prometheus itself adds the job
                    .filter(label -> !label.equals("job"))
                    .map(label -> "(?=\\{.*\\b" + label + "=)")
                    .collect(Collectors.joining());
            assertThat(text).containsPattern("(?m)^" + metric.group(1) + "\\b" + labels);
        });
    }

    @Test
    void aPortOfItsOwnHasMetricsAndHealthAndNothingElse() throws Exception {
        int port = FreePort.take();
        page.set("BACKUP_OFFSITE_METRICS_LISTEN", "127.0.0.1:" + port).start();
        work(page.metrics);
        PageFixture.get(page.vertx.deployVerticle(
                new MetricsServer(page.settings(), page.metrics, page.ledger, page.broker, page.clock)));
        page.stop();
        page.set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(port));
        page.documented = false;

        await().until(() -> page.get("/health/ready").status() == 200);
        assertThat(page.get("/health/ready").body()).contains("\"ledger\":\"up\"", "\"queues\":\"up\"");
        assertThat(page.get("/health/live").status()).isEqualTo(200);
        assertThat(page.get("/metrics").body()).contains(PREFIX + "retries_total{", PREFIX + "build_info{");
        assertThat(page.get("/metrics").headers()).containsKey("content-security-policy");
        assertThat(page.get("/api/v1/summary").status()).isEqualTo(401);
        assertThat(page.ask("/api/v1/summary").status()).isEqualTo(404);
        assertThat(page.get("/").status()).isEqualTo(404);
        assertThat(page.send(HttpMethod.GET, "/metrics", Map.of("Host", "evil.example.org"), "")
                        .status())
                .isEqualTo(421);
        assertThat(page.send(HttpMethod.GET, "/metrics", Map.of("X-Forwarded-For", "127.0.0.1"), "")
                        .status())
                .isEqualTo(401);
    }

    /** As a spool on a network mount that is away. */
    @Test
    void aScrapeThatHangsKeepsNobodyElse() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch away = new CountDownLatch(1);
        page.start();
        page.metrics.gauge("spool_used_bytes", () -> {
            begun.countDown();
            away.await();
            return 7;
        });
        Future<Reply> first = page.request(HttpMethod.GET, "/metrics", Map.of(), "");
        assertThat(begun.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        page.verified("a.gz");

        assertThat(page.get("/metrics").status()).isEqualTo(503);
        assertThat(page.get("/metrics").body()).contains("\"code\":\"SCRAPE_RUNS\"");
        await().until(() ->
                page.ask("/api/v1/summary").json().getJsonObject("archives").getInteger("total") == 1);
        assertThat(first.isComplete()).isFalse();
        away.countDown();
        assertThat(PageFixture.get(first).body()).contains(PREFIX + "spool_used_bytes 7.0");
        assertThat(page.get("/metrics").status()).isEqualTo(200);
    }

    @Test
    void bothFormatsAreSpoken() throws Exception {
        page.start();
        Reply plain = page.get("/metrics");
        Reply open = page.send(
                HttpMethod.GET,
                "/metrics",
                Map.of("Accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1"),
                "");

        assertThat(plain.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(open.headers().get("content-type")).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.body()).endsWith("# EOF\n").contains("backup_replication_build_info{version=\"1.2.3\"} 1");
    }

    @Test
    void everyMetricOfTheAlertRulesIsThereWithItsLabels() throws Exception {
        page.start();
        work(page.metrics);
        String text = scraped(PREFIX + "queue_messages");
        String rules = Files.readString(Path.of("../deploy/prometheus/offsite.rules.yml"));
        List<MatchResult> used = Pattern.compile("(?:by \\(([a-z, ]+)\\) \\((?:\\w+\\()?)?" + PREFIX + "(\\w+)")
                .matcher(rules)
                .results()
                .toList();

        assertThat(used).hasSizeGreaterThan(10).allSatisfy(metric -> {
            String labels = Objects.requireNonNullElse(metric.group(1), "job");
            for (String label : labels.split(", ")) {
                // Prometheus itself adds the job
                String of = label.equals("job") ? "" : "\\{(.*,)?" + label + "=\".*";
                assertThat(text).containsPattern("(?m)^" + PREFIX + metric.group(2) + "\\b" + of);
            }
        });
    }

    @Test
    void whoComesThroughAProxyNeedsAToken() throws Exception {
        page.start();
        assertThat(page.get("/metrics").status()).isEqualTo(200);
        for (String header :
                List.of("X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "x-forwarded-proto", "X-Real-IP", "Via")) {
            for (String path : List.of("/metrics", "/api/v1/summary")) {
                assertThat(page.send(HttpMethod.GET, path, Map.of(header, "127.0.0.1"), "")
                                .status())
                        .as(path + " with " + header)
                        .isEqualTo(401);
            }
        }
        assertThat(page.ask("/metrics").status()).isEqualTo(200);
    }
}
