package org.heratio.offsite.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher {@code ./offsite} beside a jar that is built. */
@Timeout(HangLimit.TEST_SECONDS)
final class LauncherIT {
    @TempDir
    Path root;

    @ParameterizedTest
    @MethodSource("org.heratio.offsite.app.e2e.Javas#homes")
    void makesClassDataOnceForEachJavaAndStartsWithThem(Path java) throws Exception {
        Path launcher = Files.copy(Path.of("../offsite").toRealPath(), root.resolve("offsite"));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        Path target = Files.createDirectories(root.resolve("app/target"));
        Files.createLink(
                target.resolve("offsite.jar"), Path.of("target/offsite.jar").toRealPath());

        assertThat(run(java, "--version")).startsWith("offsite ");

        List<Path> made = classData(target);
        assertThat(made).singleElement().satisfies(data -> assertThat(data).isNotEmptyFile());
        assertThat(run(java, "--help")).contains("replicate", "restore");
        assertThat(classData(target)).isEqualTo(made);
        assertThat(root.resolve("target")).isDirectoryNotContaining("glob:**class-data*");
    }

    private static List<Path> classData(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    /** Runs a command, which must succeed in silence on standard error. */
    private String run(Path java, String command) throws IOException, InterruptedException {
        File out = root.resolve("out").toFile();
        File err = root.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(root.resolve("offsite").toString(), command)
                .directory(root.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().keySet().removeIf(name -> name.matches("(BACKUP|HERATIO|OFFSITE|DB|APP|JAVA)_.*"));
        builder.environment().put("JAVA_HOME", java.toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err.toPath())).isEmpty();
        assertThat(process.exitValue()).isZero();
        return Files.readString(out.toPath());
    }
}
