package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that name classes lie as soon as one is renamed. */
class ClassNamesTest {
    /** {@code `Name`} and {@code `Name.method`}, with a small letter in the name so that settings and states are none. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]\\w*|[A-Z]+[a-z]\\w*)(?:\\.\\w+)?(?:\\(\\))?`");

    private static final Set<String> OTHER = Set.of("Makefile", "Dockerfile", "System", "Thread");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/destinations.md",
                "docs/json.md",
                "docs/adr/0001-a-blocking-ledger-port.md",
                "docs/adr/0002-the-ledger-drives-messages-may-be-lost.md",
                "docs/adr/0003-nothing-foreign-is-overwritten.md",
                "docs/adr/0004-leases-by-the-databases-clock.md",
                "docs/adr/0005-requests-live-in-the-ledger.md",
                "docs/adr/0006-no-sidecar-contradicts-its-payload.md",
                "docs/adr/0007-a-command-follows-a-running-pipeline.md",
                "docs/adr/0008-a-host-may-hash-its-own-disk.md"
            })
    void namesOnlyClassesThatExist(String document) throws IOException {
        Set<String> classes = classes();
        assertThat(CLASS.matcher(Documents.read(document)).results().map((MatchResult match) -> match.group(1)))
                .filteredOn(name -> !OTHER.contains(name) && !name.startsWith("X"))
                .allSatisfy(name -> assertThat(classes).contains(name));
    }

    private static Set<String> classes() throws IOException {
        Path root = Documents.path("README.md").toAbsolutePath().normalize().getParent();
        try (Stream<Path> files = Files.find(
                root,
                20,
                (file, attributes) ->
                        attributes.isRegularFile() && file.toString().endsWith(".java"))) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
