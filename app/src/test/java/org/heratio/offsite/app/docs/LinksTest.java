package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A link between documents leads to a file, and to a heading, that exist. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^):\\s]+)\\)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static List<String> documents() throws IOException {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void leadSomewhere(String document) throws IOException {
        Path file = Documents.path(document);
        String text = FENCED.matcher(Files.readString(file)).replaceAll("");
        assertThat(LINK.matcher(text).results().map(match -> match.group(1))).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]);
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).contains(parts[1]);
            }
        });
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(Path document) throws IOException {
        String text = FENCED.matcher(Files.readString(document)).replaceAll("");
        try (Stream<String> headings = HEADING.matcher(text).results().map(match -> match.group(1))) {
            return headings.map(heading -> heading.toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\w\\s-]", "")
                            .replace(' ', '-'))
                    .toList();
        }
    }
}
