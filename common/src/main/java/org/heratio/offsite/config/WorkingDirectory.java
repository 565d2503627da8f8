package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.text.SystemText;

/**
 * The directory that relative paths start from.
 *
 * @param problems why the JVM does not know it, if so: relative paths would lead elsewhere
 */
record WorkingDirectory(Path path, List<ConfigProblem> problems) {
    private static final Path LINK = Path.of("/proc/self/cwd");
    /** A starting JVM looks here for what others of its user left, and may be unable to go back. The next one deletes what it does not know. */
    private static final String PERF_DATA = "hsperfdata_";

    static WorkingDirectory at(Path path) {
        return new WorkingDirectory(path.toAbsolutePath().normalize(), List.of());
    }

    static WorkingDirectory ofThisProcess() {
        return of(Path.of("").toAbsolutePath().normalize());
    }

    /** Returns a directory that the JVM takes for the working directory, with its doubts. */
    static WorkingDirectory of(Path path) {
        if (path.endsWith(PERF_DATA + System.getProperty("user.name"))) {
            return new WorkingDirectory(
                    path,
                    List.of(
                            new ConfigProblem(
                                    "the working directory is not known: this user may not open it, and the JVM is in "
                                            + path + " instead, whose files it deletes",
                                    "run the command in a directory that this user may open (cd /), or java with -XX:-UsePerfData")));
        }
        return isKnown(path)
                ? new WorkingDirectory(path, List.of())
                : new WorkingDirectory(
                        path,
                        List.of(new ConfigProblem(
                                "the working directory has letters other than ASCII, and file names are read as "
                                        + SystemText.charsetOfNames() + " here",
                                SystemText.HINT + ", or from another directory")));
    }

    private static boolean isKnown(Path path) {
        if (!SystemText.opens(path.toString())) {
            return false;
        }
        // what the JVM could not decode it has replaced, also by question marks
        return !path.toString().contains("?") || isReally(path);
    }

    private static boolean isReally(Path path) {
        try {
            return Files.isSameFile(LINK, path);
        } catch (IOException e) {
            return false;
        }
    }
}
