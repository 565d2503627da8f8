package org.heratio.offsite.app.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The documents at the root of the project. */
final class Documents {
    private Documents() {}

    static Path path(String name) {
        // tests run in the directory of their module; an IDE may start them at the root
        return List.of(Path.of("..", name), Path.of(name)).stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not there"));
    }

    /** Returns the names of all documents, as {@link #path} takes them. */
    static List<String> all() throws IOException {
        Path root = path("README.md").toAbsolutePath().normalize().getParent();
        List<String> names = new ArrayList<>();
        for (Path directory : List.of(root, root.resolve("docs"), root.resolve("docs/adr"))) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".md"))
                        .sorted()
                        .forEach(names::add);
            }
        }
        return names;
    }

    static String read(String name) throws IOException {
        return Files.readString(path(name));
    }

    /** What stands between the line that begins with {@code from} and the next one that begins with {@code to}. */
    static String between(String text, String from, String to) {
        int start = text.indexOf("\n" + from);
        int begin = start < 0 ? -1 : text.indexOf('\n', start + 1) + 1;
        // the end may follow on the beginning without a line between them
        int end = begin < 0 ? -1 : text.indexOf("\n" + to, begin - 1);
        if (end < 0) {
            throw new AssertionError("there is no part from '" + from + "' to '" + to + "'");
        }
        return text.substring(begin, Math.max(begin, end + 1));
    }
}
