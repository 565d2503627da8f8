package org.heratio.offsite.app.e2e;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;

/**
 * How the command's processes are started: with the classes of {@link QuickStartTraining} shared, as the launcher does it with
 * those of a shorter run. The tests start hundreds of them, and this halves what a start costs.
 */
final class QuickStart {
    private static final List<String> FLAGS = List.of("-Xshare:auto", "-XX:+UseSerialGC", "-XX:-UsePerfData");
    private static List<String> java = List.of();

    private QuickStart() {}

    /** The program and its first arguments. */
    static synchronized List<String> java() throws IOException {
        if (java.isEmpty()) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(FLAGS);
            command.addAll(List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + classes(command)));
            java = List.copyOf(command);
        }
        return java;
    }

    static Path jar() {
        for (Path jar : List.of(Path.of("target/offsite.jar"), Path.of("app/target/offsite.jar"))) {
            if (Files.isRegularFile(jar)) {
                return jar.toAbsolutePath();
            }
        }
        throw new AssertionError("there is no target/offsite.jar; build it with ./mvnw package");
    }

    /** Made once for each jar, by the first of several test processes that wants it. */
    private static Path classes(List<String> java) throws IOException {
        Path archive = jar().resolveSibling("offsite-tests.jsa");
        Path lock = jar().resolveSibling("offsite-tests.lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            boolean fresh = held.isValid()
                    && Files.exists(archive)
                    && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar())) > 0;
            if (!fresh) {
                make(java, archive);
            }
        }
        return archive;
    }

    private static void make(List<String> java, Path archive) throws IOException {
        Path scratch = Files.createTempDirectory("offsite-classes");
        Path list = scratch.resolve("classes.list");
        Path made = scratch.resolve("classes.jsa");
        try {
            Path training = Files.createDirectory(scratch.resolve("training"));
            run(
                    java,
                    "-XX:TieredStopAtLevel=1",
                    "-Doffsite.test.s2k-count=0",
                    "-XX:DumpLoadedClassList=" + list,
                    "-cp",
                    jar() + File.pathSeparator + ourClasses(),
                    QuickStartTraining.class.getName(),
                    training.toString());
            run(
                    java,
                    "-Xshare:dump",
                    "-XX:SharedClassListFile=" + list,
                    "-XX:SharedArchiveFile=" + made,
                    "-cp",
                    jar().toString());
            if (Files.exists(made)) {
                Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(archive);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            deleteTree(scratch);
        }
    }

    private static void run(List<String> java, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.add("-Xlog:disable");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(new File("/dev/null"))
                .redirectError(new File("/dev/null"));
        builder.environment().keySet().removeIf(name -> name.matches("(BACKUP|HERATIO|DB|APP|JAVA)_.*"));
        Process process = builder.start();
        if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static Path ourClasses() {
        return Path.of(URI.create(QuickStart.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
