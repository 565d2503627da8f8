package org.heratio.offsite.app.e2e;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.slf4j.LoggerFactory;

/**
 * Runs short commands in the JVM of the test, with their settings in a file: to start a JVM takes ten times as long as most of them. Standard
 * output and error are captured, so one command runs at a time.
 */
final class InProcess {
    private static final Set<String> COMMANDS =
            Set.of("replicate", "status", "history", "versions", "verify-integrity", "adopt", "restore");

    /** Libraries read other variables, too, and see those of the process alone. */
    private static final String OURS = "(BACKUP|HERATIO|DB|APP)_.*";

    private static final Semaphore ONE = new Semaphore(1);

    private InProcess() {}

    /**
     * Runs a command, unless it needs a process of its own.
     *
     * @param root where relative settings count from, and the file of settings is put
     * @param limit the longest time that it may take
     * @return empty if nothing was run
     * @throws AssertionError if it takes longer
     */
    static Optional<OffsiteProcess.Exit> run(
            Path root, Map<String, String> settings, Duration limit, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = List.of(arguments);
        boolean plain = settings.entrySet().stream()
                .allMatch(setting -> setting.getKey().matches(OURS) && !isOdd(setting.getValue()));
        // the environment wins over a file: a real installation may be set up in it
        boolean alone = System.getenv().keySet().stream().noneMatch(name -> name.matches(OURS));
        if (!suits(all) || !plain || !alone || !ONE.tryAcquire()) {
            return Optional.empty();
        }
        FutureTask<OffsiteProcess.Exit> command = new FutureTask<>(() -> {
            try {
                return captured(withSettings(root, settings, arguments));
            } finally {
                ONE.release();
            }
        });
        Thread thread = new Thread(command, "offsite-" + arguments[0]);
        thread.setDaemon(true);
        thread.start();
        try {
            return Optional.of(command.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new AssertionError("'offsite " + String.join(" ", arguments) + "' still runs after " + limit, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static boolean suits(List<String> arguments) {
        // a working directory belongs to a process
        boolean here = arguments.get(0).equals("restore") && !hasAbsoluteTarget(arguments);
        return COMMANDS.contains(arguments.get(0)) && !arguments.contains("--env-file") && !here;
    }

    private static boolean hasAbsoluteTarget(List<String> arguments) {
        int target = arguments.indexOf("--to") + 1;
        return target > 0 && target < arguments.size() && arguments.get(target).startsWith("/");
    }

    private static boolean isOdd(String value) {
        return value.chars().anyMatch(c -> c == '\'' || c == '\\' || c < ' ');
    }

    private static String[] withSettings(Path root, Map<String, String> settings, String... arguments)
            throws IOException {
        Path file = root.resolve("in-process.env");
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "='" + setting.getValue() + "'\n")
                        .collect(Collectors.joining()));
        String[] all = new String[arguments.length + 2];
        System.arraycopy(new String[] {arguments[0], "--env-file", file.toString()}, 0, all, 0, 3);
        System.arraycopy(arguments, 1, all, 3, arguments.length - 1);
        return all;
    }

    private static OffsiteProcess.Exit captured(String... arguments) {
        PrintStream formerOut = System.out;
        PrintStream formerErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = CommandLineFactory.create().execute(arguments);
        } finally {
            System.setOut(formerOut);
            System.setErr(formerErr);
            logAsTestsDo();
        }
        return new OffsiteProcess.Exit(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static void logAsTestsDo() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        try {
            new ContextInitializer(context).autoConfig();
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
    }
}
