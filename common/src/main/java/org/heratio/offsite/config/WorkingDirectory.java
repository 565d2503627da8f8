package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/**
 * The directory that relative paths start from.
 *
 * @param problems why the JVM does not know it, if so: relative paths would lead elsewhere
 */
public record WorkingDirectory(Path path, List<ConfigProblem> problems) {
    private static final Path LINK = Path.of("/proc/self/cwd");
    /**
     * A JVM that starts enters this directory of its user's, to delete what earlier JVMs left, and stays there if it may not return to where
     * it was.
     */
    private static final String PERF_DATA = "hsperfdata_";

    static WorkingDirectory at(Path path) {
        return new WorkingDirectory(path.toAbsolutePath().normalize(), List.of());
    }

    static WorkingDirectory ofThisProcess() {
        return of(Path.of("").toAbsolutePath().normalize());
    }

    /** Returns a directory that the JVM takes for the working directory, with its doubts. */
    static WorkingDirectory of(Path path) {
        if (isOfTheJvm(path)) {
            return new WorkingDirectory(
                    path,
                    List.of(new ConfigProblem(
                            "the working directory is not known: this user may not open it, and the JVM is in " + path
                                    + " instead, whose files it deletes",
                            "run the command in a directory that this user may open (cd /), or name all files with their whole"
                                    + " path")));
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

    /** Throws if a relative path that somebody typed would lead to a directory of the JVM's own. */
    public static void requireKnown() throws ConfigException {
        WorkingDirectory here = ofThisProcess();
        if (isOfTheJvm(here.path)) {
            throw new ConfigException(here.problems);
        }
    }

    /** Returns what is wrong with it for settings that come from a file, or from the environment alone. */
    List<ConfigProblem> problemsFor(@Nullable Path envFile) {
        return isOfTheJvm(path) && envFile != null && envFile.isAbsolute() ? List.of() : problems;
    }

    private static boolean isOfTheJvm(Path path) {
        return path.endsWith(PERF_DATA + System.getProperty("user.name"));
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
