package org.heratio.offsite.app.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the deployment files say, read as their own tools read them. */
final class Deployment {
    private static final Pattern UNIT_COMMAND = Pattern.compile("(?m)^ExecStart=.* -jar \\S+ (.*)$");
    private static final Pattern WANTED = Pattern.compile("heratio-offsite@(\\S+)\\.service");

    private Deployment() {}

    static Path path(String name) {
        // tests run in the directory of their module
        return Files.exists(Path.of("..", name)) ? Path.of("..", name) : Path.of(name);
    }

    static String text(String name) throws IOException {
        return Files.readString(path(name));
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }

    /** The services of docker-compose.yml by name, anchors resolved. */
    static Map<String, Map<String, Object>> services() throws IOException {
        return part("services");
    }

    /** The secrets of docker-compose.yml. */
    static Set<String> secrets() throws IOException {
        return part("secrets").keySet();
    }

    /** The whole docker-compose.yml. */
    static Map<String, Object> compose(String text) {
        return yaml().load(text);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> part(String part) throws IOException {
        return (Map<String, Map<String, Object>>)
                compose(text("docker-compose.yml")).get(part);
    }

    /** The health check of our services: the form, and its arguments. */
    @SuppressWarnings("unchecked")
    static List<String> healthCheck() throws IOException {
        return (List<String>) child(services().get("watcher"), "healthcheck").get("test");
    }

    /** Those of them that run our image. */
    static Map<String, Map<String, Object>> ours() throws IOException {
        Map<String, Map<String, Object>> ours = new LinkedHashMap<>(services());
        ours.values().removeIf(service -> !String.valueOf(service.get("image")).startsWith("heratio-offsite:"));
        return ours;
    }

    /** The commands of the stages, {@code serve --stages=…} each. */
    @SuppressWarnings("unchecked")
    static List<List<String>> composeCommands() throws IOException {
        return ours().values().stream()
                .map(service -> (List<String>) service.get("command"))
                .filter(command -> command.get(0).equals("serve"))
                .toList();
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> kubernetes() throws IOException {
        return StreamSupport.stream(
                        yaml().loadAll(text("deploy/kubernetes/offsite.yaml")).spliterator(), false)
                .map(document -> (Map<String, Object>) document)
                .toList();
    }

    /** The arguments of all containers. */
    @SuppressWarnings("unchecked")
    static List<List<String>> kubernetesCommands() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (Map<String, Object> document : kubernetes()) {
            if ("Deployment".equals(document.get("kind"))) {
                Map<String, Object> pod = child(child(child(document, "spec"), "template"), "spec");
                ((List<Map<String, Object>>) pod.get("containers"))
                        .forEach(container -> commands.add((List<String>) container.get("args")));
            }
        }
        return commands;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> child(Map<String, Object> parent, String key) {
        return (Map<String, Object>) parent.get(key);
    }

    /** The commands of the units that the target wants, with their instance's name put in, and without their env file. */
    static List<List<String>> unitCommands() throws IOException {
        String template = unitCommand("heratio-offsite@.service");
        return WANTED.matcher(text("deploy/systemd/heratio-offsite.target"))
                .results()
                .map(match -> List.of(template.replace("%i", match.group(1)).split(" ", -1)))
                .toList();
    }

    static String unitCommand(String unit) throws IOException {
        return UNIT_COMMAND
                .matcher(text("deploy/systemd/" + unit))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1)
                .replaceAll(" --env-file \\S+", "");
    }

    static String unit(String unit) throws IOException {
        return text("deploy/systemd/" + unit);
    }
}
