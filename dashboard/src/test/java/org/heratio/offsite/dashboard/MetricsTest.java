package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.heratio.offsite.dashboard.PageFixture.Reply;
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
        for (String header : List.of(
                "X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "x-forwarded-proto", "X-Real-IP", "Via")) {
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
