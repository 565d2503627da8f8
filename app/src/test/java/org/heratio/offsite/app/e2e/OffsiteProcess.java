package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;

/** One child process of the real jar. What it prints goes to files, so that it never blocks on a reader and survives a kill. */
public final class OffsiteProcess implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;
    private final long startedMillis = System.currentTimeMillis();

    OffsiteProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** How a process ended. */
    public record Exit(int code, String out, String err) {
        /** For assertion messages. */
        @Override
        public String toString() {
            return "exit " + code + "\n--- stdout\n" + out + "--- stderr\n" + err;
        }
    }

    public long pid() {
        return process.pid();
    }

    /** When it was started, in milliseconds since the epoch. */
    public long startedMillis() {
        return startedMillis;
    }

    public boolean running() {
        return process.isAlive();
    }

    /** What it has printed on standard output so far. */
    public String out() {
        return read(out);
    }

    /** What it has printed on standard error so far; the log is there. */
    public String err() {
        return read(err);
    }

    /** {@code kill -9}, and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGSTOP: it stands still. False if it had ended. */
    boolean suspend() throws IOException, InterruptedException {
        return signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private boolean signal(String name) throws IOException, InterruptedException {
        return running()
                && new ProcessBuilder("kill", name, String.valueOf(pid()))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0
                && running();
    }

    /** SIGHUP, as when the terminal is closed; nothing where the tests themselves ignore it. */
    public void hangUp() throws IOException, InterruptedException {
        Matcher ignored =
                Pattern.compile("SigIgn:\\s*(\\w+)").matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
        Requires.that(
                ignored.find() && (Long.parseUnsignedLong(ignored.group(1), 16) & 1) == 0,
                "the tests were started with nohup");
        signal("-HUP");
    }

    /** SIGTERM; {@link #await} sees the end. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end; a process that takes longer is killed, and that fails the test. */
    public Exit await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            String threads = threads();
            kill();
            throw new AssertionError("still running after " + limit + "\n--- stdout\n" + out() + "--- stderr\n" + err()
                    + "--- threads\n" + threads);
        }
        return new Exit(process.exitValue(), out(), err());
    }

    /** Whether it ended within the time. */
    public boolean ended(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The largest resident set so far, in bytes (Linux); 0 once it is gone. */
    public long peakResidentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private String threads() throws InterruptedException {
        try {
            Path file = Files.createTempFile(out.getParent(), "threads", ".txt");
            Process jstack = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jstack")
                                    .toString(),
                            String.valueOf(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            if (!jstack.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
                jstack.destroyForcibly();
            }
            return read(file);
        } catch (IOException e) {
            return "none: " + e;
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        // the demonstration and wrappers have children of their own
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
