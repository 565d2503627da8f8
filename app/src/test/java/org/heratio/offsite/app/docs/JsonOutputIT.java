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
            prints(home, 0, "verify-integrity", "--all");
            prints(home, 1, "status");
            prints(home, 0, "config");
            prints(home, 0, "replicate", "--dry-run");
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
        String heading = "## offsite " + command.replace(" --all", "");
        String part = Documents.between(Documents.read("docs/json.md") + "\n## end\n", heading, "## ");
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
