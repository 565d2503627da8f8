package org.heratio.offsite.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.heratio.offsite.app.run.StageSelection;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.testing.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentTest {
    private static final List<String> DRIVERS = List.of("s3");
    private static final Set<String> SETTINGS =
            Arrays.stream(Setting.values()).map(Enum::name).collect(Collectors.toSet());

    @Test
    void composeRunsEveryStageAndTwoUploaders() throws IOException {
        List<List<String>> commands = new ArrayList<>(Deployment.composeCommands());
        assertThat(commands.remove(List.of("serve", "--stages=dashboard")))
                .as("the page")
                .isTrue();
        runsEveryStage(commands);
        assertThat(Deployment.services().get("uploader").get("deploy")).isEqualTo(Map.of("replicas", 2));
    }

    @Test
    void kubernetesAndSystemdRunEveryStage() throws IOException {
        runsEveryStage(Deployment.kubernetesCommands());
        runsEveryStage(Deployment.unitCommands());
        assertThat(Deployment.unitCommand("heratio-offsite.service")).isEqualTo("serve");
    }

    private static void runsEveryStage(List<List<String>> commands) {
        Set<String> stages = new TreeSet<>();
        for (List<String> command : commands) {
            assertThat(command).hasSize(2).first().isEqualTo("serve");
            String list = command.get(1).replaceFirst("^--stages=", "");
            assertThat(list).isNotEqualTo(command.get(1));
            stages.addAll(StageSelection.parse(list, DRIVERS).names());
        }
        assertThat(stages).isEqualTo(new TreeSet<>(StageSelection.all(DRIVERS).names()));
    }

    @Test
    void everySettingThatIsNamedExists() throws IOException {
        List<String> names = new ArrayList<>();
        for (Map<String, Object> service : Deployment.ours().values()) {
            names.addAll(Deployment.child(service, "environment").keySet());
        }
        names.addAll(Deployment.child(Deployment.kubernetes().get(0), "data").keySet());
        assertThat(names)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(
                                SETTINGS.contains(name) || SETTINGS.contains(name.replaceFirst("_FILE$", "")))
                        .as(name)
                        .isTrue());
    }

    @Test
    void theTestsRunOnTheImagesOfTheComposeFile() throws IOException {
        Map<String, String> ofTests =
                Map.of("rabbitmq", Images.RABBITMQ, "mariadb", Images.MARIADB, "minio", Images.MINIO);
        for (Map.Entry<String, String> image : ofTests.entrySet()) {
            assertThat(Deployment.services().get(image.getKey())).containsEntry("image", image.getValue());
        }
    }

    @Test
    void noSecretIsWrittenDownInAnEnvironment() throws IOException {
        for (Map<String, Object> service : Deployment.services().values()) {
            if (service.get("environment") != null) {
                assertThat(Deployment.child(service, "environment").keySet())
                        .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|PASSPHRASE|_KEY)"));
            }
        }
    }

    /** The shell reads them into variables of its own: what stands on a command line, everybody on the host can read. */
    @Test
    void noSecretIsHandedOverAsAnArgument() throws IOException {
        for (Map<String, Object> service : Deployment.services().values()) {
            String command = String.valueOf(service.get("command")).replaceAll("export [A-Za-z_]+=\"[^\"]*\"", "");
            assertThat(command).doesNotContain("/run/secrets");
        }
    }

    @Test
    void everySecretThatIsUsedIsMade() throws IOException {
        String script = Deployment.text("deploy/docker/secrets.sh");
        assertThat(Deployment.secrets())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(script).containsPattern("for name in .*\\b" + name + "\\b"));
    }

    @Test
    void containersHaveNoRightsThatTheyDoNotNeed() throws IOException {
        assertThat(Deployment.services()).allSatisfy((name, service) -> {
            assertThat(service).containsEntry("read_only", true);
            assertThat(service.get("user")).isNotEqualTo(name.equals("minio-volume") ? null : "0:0");
            assertThat(service.get("cap_drop")).isEqualTo(List.of("ALL"));
            assertThat(service.get("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
        });
        assertThat(Deployment.ours())
                .hasSize(6)
                .allSatisfy((name, service) ->
                        assertThat(service).containsEntry("user", "10001:10001").containsKey("group_add"));
    }

    @Test
    void portsAreOpenOnThisHostAlone() throws IOException {
        List<String> ports = new ArrayList<>();
        for (Map<String, Object> service : Deployment.services().values()) {
            if (service.get("ports") instanceof List<?> open) {
                open.forEach(port -> ports.add(String.valueOf(port)));
            }
        }
        assertThat(ports)
                .contains("127.0.0.1:8484:8484")
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }

    @Test
    void composeHasNothingThatTheSpecificationDoesNotKnow() throws Exception {
        String text = Deployment.text("docker-compose.yml");
        assertThat(ComposeSchema.problems(Deployment.compose(text))).isEmpty();
        Map.of(
                        "healthcheck:", "healthchek:",
                        "depends_on:", "depend_on:",
                        "start_period:", "start_periode:",
                        "service_healthy", "service_healty",
                        "secrets: [db_password,", "secrets: [db_pasword,",
                        "\"mariadb:/var", "\"maria:/var",
                        "services:", "service:",
                        "{file: ./deploy/docker/secrets/s3_key}", "{fil: ./deploy/docker/secrets/s3_key}")
                .forEach((right, wrong) -> {
                    assertThat(text).contains(right);
                    assertThat(ComposeSchema.problems(Deployment.compose(text.replace(right, wrong))))
                            .as(wrong)
                            .isNotEmpty();
                });
    }

    /** It needs no engine; where the client does not have it either, what the specification knows was looked at above. */
    @Test
    void dockerComposeTakesTheFileWhereThereIsOne() throws Exception {
        if (docker("compose", "version") == 0) {
            assertThat(docker(
                            "compose",
                            "-f",
                            Deployment.path("docker-compose.yml").toString(),
                            "config",
                            "-q"))
                    .isZero();
        }
    }

    private static int docker(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HERATIO_BACKUPS_PATH", "/backups");
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void theHealthCheckIsACommandOfOurs() throws IOException {
        List<String> check = Deployment.healthCheck();
        assertThat(check).containsExactly("CMD", "offsite", "health");
        assertThat(Deployment.text("Dockerfile"))
                .as("a single command in a container is no service")
                .doesNotContain("HEALTHCHECK");
        String probe = String.join(", ", check.subList(1, check.size()));
        assertThat(Deployment.text("deploy/kubernetes/offsite.yaml").split(java.util.regex.Pattern.quote(probe), -1))
                .as("in each of the stages")
                .hasSize(5);
    }

    @Test
    void theImageIsPinnedAndDoesNotRunAsRoot() throws IOException {
        List<String> lines = Deployment.text("Dockerfile").lines().toList();
        assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .matches("FROM [a-z0-9./-]+:[^ ]*\\d+\\.\\d+[^ ]*( AS \\w+)?")
                        .doesNotContain("latest"));
        List<String> last = lines.subList(
                lines.lastIndexOf(lines.stream()
                        .filter(line -> line.startsWith("FROM "))
                        .reduce((a, b) -> b)
                        .orElseThrow()),
                lines.size());
        assertThat(last.stream().filter(line -> line.startsWith("USER ")))
                .as("by number, so that Kubernetes can tell that it is not root")
                .singleElement()
                .asString()
                .matches("USER [1-9]\\d*");
        assertThat(last)
                .as("in exec form, and the launcher becomes the JVM, so that SIGTERM reaches it")
                .anyMatch(line -> line.equals("ENTRYPOINT [\"/usr/bin/offsite\"]"));
        assertThat(lines).noneMatch(line -> line.matches("(?i)(ARG|ENV) .*(PASSWORD|SECRET|PASSPHRASE).*"));
    }

    @Test
    void everyImageIsPinnedAndEveryServerHasAHealthCheck() throws IOException {
        Deployment.services()
                .forEach((name, service) -> assertThat(String.valueOf(service.get("image")))
                        .as(name)
                        .matches("[^:]+:.*\\d.*")
                        .doesNotContain("latest"));
        for (String server : List.of(
                "rabbitmq",
                "mariadb",
                "minio",
                "watcher",
                "encryptor",
                "uploader",
                "verifier",
                "dashboard",
                "prometheus",
                "alertmanager",
                "grafana")) {
            assertThat(Deployment.services().get(server)).as(server).containsKey("healthcheck");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heratio-offsite.service", "heratio-offsite@.service"})
    void unitsAreHardened(String unit) throws IOException {
        assertThat(Deployment.unit(unit).lines())
                .contains(
                        "NoNewPrivileges=yes",
                        "ProtectSystem=strict",
                        "User=heratio-offsite",
                        "CapabilityBoundingSet=",
                        "SupplementaryGroups=www-data",
                        "KillMode=mixed",
                        "RestartPreventExitStatus=2",
                        "StateDirectoryMode=0700");
    }
}
