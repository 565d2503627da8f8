package org.heratio.offsite.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server as a private child process in a directory of its own. */
public final class ServerProcess implements ServerHost {
    private static final Duration BOOT = HangLimit.STEP;
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Path directory;
    private final Path temporary;
    private final Function<Path, List<String>> command;
    private final boolean asNobody;
    private final Thread lastResort = new Thread(this::kill);
    private @Nullable Process server;

    private ServerProcess(String name, Function<Path, List<String>> command, boolean asNobody) {
        this.asNobody = asNobody;
        this.command = command;
        try {
            directory = Files.createTempDirectory("offsite-" + name);
            temporary = Files.createDirectory(directory.resolve("tmp"));
            for (Path mine : List.of(directory, temporary)) {
                if (asNobody) {
                    Files.setOwner(
                            mine,
                            mine.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
                }
                Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * A server that runs as the user of the tests.
     *
     * @param name for its directory
     * @param command what starts it in that directory
     */
    public static ServerProcess of(String name, Function<Path, List<String>> command) {
        return new ServerProcess(name, command, false);
    }

    /** The same as {@code nobody} when the tests run as root: database servers insist on it. */
    public static ServerProcess unprivileged(String name, Function<Path, List<String>> command) {
        return new ServerProcess(name, command, ROOT);
    }

    /** Belongs to the user that the server runs as. */
    public Path directory() {
        return directory;
    }

    /** Runs a program to its end, which must be a good one. */
    public void run(List<String> command) throws IOException {
        Process process = process(command);
        try {
            if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " did not end well: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void start(Callable<Boolean> ready) throws IOException {
        Process starting = process(command.apply(directory));
        server = starting;
        await().atMost(BOOT).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!starting.isAlive()) {
                throw new IllegalStateException("it did not start: " + output());
            }
            return ready.call();
        });
    }

    private Process process(List<String> command) throws IOException {
        List<String> all = new ArrayList<>();
        if (asNobody) {
            all.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        }
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().put("HOME", directory.toString());
        // MariaDB, when it starts, removes every temporary table it finds there, also those of another server
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        return builder.start();
    }

    private Path log() {
        return Path.of(directory + ".log");
    }

    private String output() throws IOException {
        return Files.readString(log());
    }

    @Override
    public void kill() {
        Process dying = server;
        if (dying != null) {
            List<ProcessHandle> children = dying.descendants().toList();
            dying.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            boolean interrupted = Thread.interrupted();
            try {
                dying.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            children.forEach(child ->
                    child.onExit().completeOnTimeout(child, 5, TimeUnit.SECONDS).join());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void remove() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // the JVM ends already
        }
        Trees.delete(directory);
        log().toFile().delete();
    }

    /** A port of 127.0.0.1 that nobody takes before the server does, nor while it is down; see {@link FreePort}. */
    public static int freePort() {
        return FreePort.take();
    }
}
