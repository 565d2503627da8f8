package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The alert rules for Prometheus, held to the runbook, to the metrics and to promtool. */
class AlertsIT {
    private static final String RULES = "deploy/prometheus/offsite.rules.yml";
    private static final List<String> TESTS = List.of("offsite.rules.test.yml", "offsite.rules.days.test.yml");
    private static final String RUNBOOK = "docs/runbook.md";
    private static final String PREFIX = "backup_replication_";
    private static final String METRICS = "docs/metrics.md";
    private static final Set<String> PARTS = Set.of("**Meaning.**", "**Look at", "**Do", "**It is over**");

    /** An alert; {@code annotations} as its templates. */
    private record Alert(String name, String expr, String severity, Map<String, String> annotations) {}

    @Test
    void everyAlertSaysHowGraveItIsAndWhere() throws IOException {
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.severity()).as(alert.name()).isIn("critical", "warning", "none");
            assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook_url");
            assertThat(alert.annotations().get("summary"))
                    .containsPattern("\\{\\{ \\$labels\\.(destination|queue) }}|all destinations")
                    .doesNotContain("\n");
        });
    }

    @Test
    void everyAlertHasItsSectionInTheRunbookAndNoOtherHasOne() throws IOException {
        String runbook = Documents.read(RUNBOOK);
        for (Alert alert : alerts()) {
            assertThat(alert.annotations())
                    .containsEntry("runbook_url", RUNBOOK + "#" + alert.name().toLowerCase(Locale.ROOT));
            String section = Documents.between(runbook + "\n## ", "## " + alert.name() + "\n", "## ");
            assertThat(section).as(alert.name()).contains(PARTS);
        }
        assertThat(found("(?m)^## (\\w+)$", runbook))
                .isEqualTo(alerts().stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyAlertIsTested() throws IOException {
        StringBuilder tests = new StringBuilder();
        for (String test : TESTS) {
            tests.append(Documents.read("deploy/prometheus/" + test));
        }
        assertThat(found("alertname: (\\w+)", tests.toString()))
                .isEqualTo(alerts().stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new)));
        Set<String> silent = found("alertname: (\\w+)\\s+eval_time: \\w+\\s+exp_alerts: \\[]", tests.toString());
        assertThat(alerts())
                .filteredOn(alert -> !silent.contains(alert.name()))
                .extracting(Alert::name)
                .containsExactly("OffsiteWatchdog");
    }

    /** {@code MetricsTest} holds the document to what is answered. */
    @Test
    void everyAlertUsesMetricsThatExist() throws IOException {
        Set<String> metrics = found("(?m)^\\| `(\\w+)` ", Documents.read(METRICS));
        for (Alert alert : alerts()) {
            Set<String> used = found(PREFIX + "(\\w+?)(?:_count)?\\b", alert.expr());
            assertThat(metrics).as(alert.name()).containsAll(used);
            assertThat(used.isEmpty()).as(alert.name()).isEqualTo(alert.name().equals("OffsiteWatchdog"));
        }
    }

    @Test
    void theRunbookNamesOnlyCommandsThatExist() throws IOException {
        Set<String> commands = found("(?m)^## offsite ([a-z-]+)$", Documents.read("docs/commands.md"));
        assertThat(found("`offsite ([a-z-]+)", Documents.read(RUNBOOK)))
                .isNotEmpty()
                .isSubsetOf(commands);
    }

    @Test
    void promtoolAcceptsTheRulesAndTheScrapeConfiguration() throws Exception {
        promtool(List.of("check", "rules", "offsite.rules.yml"));
        promtool(List.of("check", "config", "--syntax-only", "prometheus.yml"));
        promtool(List.of("check", "config", "--syntax-only", "../observe/prometheus.yml"));
    }

    @Test
    void eachAlertFiresAndJustDoesNotFire() throws Exception {
        List<String> command = new ArrayList<>(List.of("test", "rules"));
        command.addAll(TESTS);
        promtool(command);
    }

    private static void promtool(List<String> arguments) throws Exception {
        Requires.program("promtool", "prometheus");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(arguments);
        Path rules = Documents.path(RULES).toAbsolutePath();
        Process process = new ProcessBuilder(command)
                .directory(rules.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @SuppressWarnings("unchecked")
    private static List<Alert> alerts() throws IOException {
        Map<String, List<Map<String, Object>>> file =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(Documents.path(RULES)));
        return file.get("groups").stream()
                .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .map(rule -> new Alert(
                        (String) rule.get("alert"),
                        (String) rule.get("expr"),
                        ((Map<String, String>) rule.get("labels")).get("severity"),
                        (Map<String, String>) rule.get("annotations")))
                .toList();
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
