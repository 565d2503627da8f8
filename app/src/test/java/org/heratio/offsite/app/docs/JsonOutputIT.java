package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.testing.TooDeep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@code docs/json.md} describes, and compares keys and types with its examples. */
class JsonOutputIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void printsTheKeysOfTheExamples() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            SampleArchives archives = new SampleArchives(home.backups(), 1);
            Path whole = archives.make("database_heratio_2026-11-22_031500.sql.gz", 50_000);
            byte[] bytes = Files.readAllBytes(whole);
            Files.write(home.backups().resolve("database_heratio_2026-11-23_091500.sql.gz"), Arrays.copyOf(bytes, 100));

            prints(home, 1, "replicate");
            prints(home, 0, "history");
            prints(home, 0, "history", "database_heratio_2026-11-22_031500.sql.gz");
            prints(home, 0, "verify-integrity", "--all");
            prints(home, 1, "status");
            prints(home, 0, "config");
            prints(home, 0, "replicate", "--dry-run");
        }
    }

    @Test
    void printsThePlacesThatCannotBeLookedAt() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory);
                TooDeep deep = new TooDeep(home.backups(), home.root(), "unseen.sql.gz")) {
            OffsiteProcess.Exit replicate = home.run(OffsiteHome.LONG, "replicate", "--json");
            assertThat(replicate.code()).as("%s", replicate).isEqualTo(1);
            JsonNode item = JSON.readTree(replicate.out()).get("items").get(0);
            assertThat(deep.file().toString()).startsWith(item.get("local_path").asText());
            assertThat(item.get("result").asText()).isEqualTo("failed");

            OffsiteProcess.Exit status = home.run(OffsiteHome.LONG, "status", "--json");
            assertThat(status.code()).as("%s", status).isEqualTo(1);
            JsonNode unreadable = JSON.readTree(status.out()).get("unreadable");
            assertThat(unreadable.get("total").asLong()).isEqualTo(1);
            assertThat(shape(unreadable.get("places").get(0))).isEqualTo(shape(example("status --json", 1)));

            OffsiteProcess.Exit dryRun = home.run(OffsiteHome.LONG, "replicate", "--dry-run", "--json");
            assertThat(dryRun.code()).as("%s", dryRun).isEqualTo(1);
            assertThat(JSON.readTree(dryRun.out()).get("unreadable").get("places"))
                    .hasSize(1);
        }
    }

    private static void prints(OffsiteHome home, int code, String... command) throws Exception {
        String[] arguments = Arrays.copyOf(command, command.length + 1);
        arguments[command.length] = "--json";
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, arguments);
        assertThat(exit.code()).as("%s: %s", String.join(" ", arguments), exit).isEqualTo(code);

        JsonNode example = example(String.join(" ", arguments));
        assertThat(shape(JSON.readTree(exit.out())))
                .as("keys of %s, and those in docs/json.md", String.join(" ", arguments))
                .isEqualTo(shape(example));
    }

    private static JsonNode example(String command) throws IOException {
        return example(command, 0);
    }

    private static JsonNode example(String command, int which) throws IOException {
        String heading = "## offsite " + command.replace(" --all", "");
        String part = Documents.between(Documents.read("docs/json.md") + "\n## end\n", heading, "## ");
        for (int i = 0; i < which; i++) {
            part = part.substring(part.indexOf("```json") + "```json".length());
        }
        return JSON.readTree(Documents.between("\n" + part, "```json", "```"));
    }

    private static Set<String> shape(JsonNode tree) {
        Set<String> paths = new TreeSet<>();
        collect(tree, "", paths);
        return paths;
    }

    private static void collect(JsonNode node, String path, Set<String> paths) {
        if (node.isObject()) {
            node.properties().forEach(entry -> collect(entry.getValue(), path + "." + entry.getKey(), paths));
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, path + "[]", paths));
        } else {
            paths.add(path + ": " + node.getNodeType());
        }
    }
}
