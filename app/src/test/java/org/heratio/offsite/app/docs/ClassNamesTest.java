package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that name classes lie as soon as one is renamed. */
class ClassNamesTest {
    /** {@code `Name`} and {@code `Name.method`}, with a small letter in the name so that settings and states are none. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]\\w*|[A-Z]+[a-z]\\w*)(?:\\.\\w+)?(?:\\(\\))?`");

    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    /** Names of others: files, classes, headers of HTTP, an error code of S3, and settings of systemd and sshd. */
    private static final Set<String> OTHER = Set.of(
            "Makefile",
            "Dockerfile",
            "System",
            "Thread",
            "MVStore",
            "Forwarded",
            "Via",
            "InvalidArgument",
            "MaxSessions",
            "TimeoutStopSec",
            "ReadWritePaths");

    /** All but the one that is made from the document of the API, and names its objects. */
    static List<String> documents() throws IOException {
        return Documents.all().stream()
                .filter(name -> !name.equals("docs/api.md"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void namesOnlyClassesThatExist(String document) throws IOException {
        Set<String> classes = classes();
        classes.addAll(alerts());
        assertThat(CLASS.matcher(Documents.read(document)).results().map((MatchResult match) -> match.group(1)))
                .filteredOn(name -> !OTHER.contains(name) && !name.startsWith("X"))
                .allSatisfy(name -> assertThat(classes).contains(name));
    }

    private static List<String> alerts() throws IOException {
        return ALERT.matcher(Documents.read("deploy/prometheus/offsite.rules.yml"))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
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
