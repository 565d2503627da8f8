package org.heratio.offsite.app.bulk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Watches the system calls of a process through the {@code strace} of the machine. */
final class Strace {
    private static final Pattern PATH = Pattern.compile("open(?:at|at2)?\\([^\"]*\"([^\"]*)\"");

    private Strace() {}

    /** Whether there is one, and the machine lets it trace. */
    static boolean works() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-f", "-qq", "-e", "trace=openat", "-o", "/dev/null", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The command to put before another one. */
    static String[] of(String calls, Path trace) {
        return new String[] {
            "strace", "-f", "--seccomp-bpf", "-qq", "-s", "4096", "-e", "trace=" + calls, "-o", trace.toString()
        };
    }

    /** What was opened in a directory, itself included, each path once. */
    static List<String> opened(Path trace, Path directory) throws IOException {
        try (Stream<String> lines = Files.lines(trace)) {
            return lines.map(PATH::matcher)
                    .filter(Matcher::find)
                    .map(call -> call.group(1))
                    .filter(path -> path.startsWith(directory.toString()))
                    .distinct()
                    .limit(20)
                    .toList();
        }
    }
}
