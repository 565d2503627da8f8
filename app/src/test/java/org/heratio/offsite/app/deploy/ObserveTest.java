package org.heratio.offsite.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The profile {@code observe} of docker-compose.yml: that its files name each other, and what there is. */
class ObserveTest {
    private static final String PROMETHEUS = "deploy/observe/prometheus.yml";

    private static Map<String, Object> yaml(String file) throws IOException {
        return Deployment.compose(Deployment.text(file));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> parent, String key) {
        return (List<Map<String, Object>>) parent.get(key);
    }

    private static List<Map<String, Object>> jobs() throws IOException {
        return list(yaml(PROMETHEUS), "scrape_configs");
    }

    /** The places of the files and directories of the project within a container. */
    private static List<String> mounted(String service) throws IOException {
        List<String> places = new ArrayList<>();
        for (Object volume : (List<?>) Deployment.services().get(service).get("volumes")) {
            String[] parts = volume.toString().split(":");
            if (parts[0].startsWith("./")) {
                assertThat(Deployment.path(parts[0].substring(2))).as(service).exists();
                assertThat(parts[2]).isEqualTo("ro");
                places.add(parts[1]);
            }
        }
        return places;
    }

    @Test
    void nothingOfItRunsUnlessItIsAskedFor() throws IOException {
        assertThat(Deployment.services().entrySet().stream()
                        .filter(service ->
                                List.of("observe").equals(service.getValue().get("profiles")))
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("prometheus", "alertmanager", "grafana");
    }

    @Test
    void prometheusHasTheFilesThatItsConfigurationNames() throws IOException {
        List<String> there = new ArrayList<>(mounted("prometheus"));
        ((List<?>) Deployment.services().get("prometheus").get("secrets"))
                .forEach(secret -> there.add("/run/secrets/" + secret));
        Map<String, Object> offsite = jobs().get(0);
        assertThat(offsite).containsEntry("job_name", "offsite");

        assertThat(there)
                .contains("/etc/prometheus/prometheus.yml")
                .containsAll(strings(yaml(PROMETHEUS).get("rule_files")))
                .contains(String.valueOf(
                        Deployment.child(offsite, "authorization").get("credentials_file")));
        assertThat(Deployment.text("deploy/prometheus/offsite.rules.yml")).contains("job=\"offsite\"");
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String::valueOf).toList();
    }

    @Test
    void prometheusAsksServicesThatThereAreAtTheirPorts() throws IOException {
        Set<String> services = Deployment.services().keySet();
        Map<String, Object> environment = Deployment.child(Deployment.services().get("watcher"), "environment");
        List<Map<String, Object>> discovered = list(jobs().get(0), "dns_sd_configs");
        assertThat(strings(discovered.get(0).get("names"))).containsExactly("dashboard");
        assertThat(Deployment.services().get("dashboard").get("ports"))
                .isEqualTo(List.of("127.0.0.1:8484:" + discovered.get(0).get("port")));
        assertThat(strings(discovered.get(1).get("names"))).isSubsetOf(services).hasSize(4);
        assertThat(environment)
                .containsEntry(
                        "BACKUP_OFFSITE_METRICS_LISTEN",
                        "0.0.0.0:" + discovered.get(1).get("port"));

        Map<String, Object> rabbit = jobs().get(1);
        assertThat(list(rabbit, "static_configs")).isEqualTo(List.of(Map.of("targets", List.of("rabbitmq:15692"))));
        assertThat(Deployment.text("deploy/docker/rabbitmq.conf"))
                .contains("prometheus.tcp.port = 15692", "prometheus.return_per_object_metrics = true");
        assertThat(Deployment.text("deploy/docker/enabled_plugins"))
                .contains("rabbitmq_prometheus", "rabbitmq_management");
        assertThat(yaml(PROMETHEUS).get("alerting").toString()).contains("[alertmanager:9093]");
    }

    @Test
    void alertmanagerTellsNobodyByItself() throws IOException {
        Map<String, Object> configuration = yaml("deploy/observe/alertmanager.yml");
        List<String> receivers = new ArrayList<>();
        for (Map<String, Object> receiver : list(configuration, "receivers")) {
            assertThat(receiver).containsOnlyKeys("name");
            receivers.add(String.valueOf(receiver.get("name")));
        }
        Map<String, Object> route = Deployment.child(configuration, "route");

        assertThat(receivers)
                .contains(String.valueOf(route.get("receiver")))
                .containsAll(list(route, "routes").stream()
                        .map(child -> String.valueOf(child.get("receiver")))
                        .toList());
        assertThat(mounted("alertmanager")).contains("/etc/alertmanager/alertmanager.yml");
    }

    @Test
    void grafanaFindsItsDataAndBothDashboards() throws IOException {
        Map<String, Object> source = list(yaml("deploy/observe/grafana/datasources.yml"), "datasources")
                .get(0);
        assertThat(source).containsEntry("url", "http://prometheus:9090").containsEntry("isDefault", true);
        Map<String, Object> provider =
                list(yaml("deploy/observe/grafana/dashboards.yml"), "providers").get(0);
        assertThat(mounted("grafana"))
                .contains(String.valueOf(Deployment.child(provider, "options").get("path")));

        List<Object> ids = new ArrayList<>();
        try (Stream<Path> files = Files.list(Deployment.path("deploy/grafana"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                // JSON is YAML
                ids.add(Deployment.compose(text).get("uid"));
                assertThat(text).contains("\"uid\": \"${datasource}\"").doesNotContain("\"uid\": \"prometheus\"");
            }
        }
        assertThat(ids).containsExactlyInAnyOrder("heratio-offsite", "heratio-offsite-rabbitmq");
    }
}
