package org.heratio.offsite.destination.rsync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.process.ChildCommand;
import org.heratio.offsite.text.SystemText;

/**
 * A child process that is read from with interrupts and a time limit, neither of which a pipe knows. What it says on standard
 * error is kept short. {@link #close} ends it and what it started.
 */
final class Child implements AutoCloseable {
    /** Links to what whoever opens them has open. */
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static final int MAX_WAIT_MILLIS = 20;
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    /** A command that has closed its output ends at once, unless its host holds it. */
    private static final Duration END = Duration.ofMinutes(1);
    /** The exit code of ssh after a broken connection. */
    private static final int BROKEN = 255;

    private final Process process;
    private final InputStream out;
    private final ErrorTail errors;

    private Child(Process process) {
        this.process = process;
        this.out = process.getInputStream();
        this.errors = new ErrorTail(process.getErrorStream());
    }

    /** Starts a command; {@code input} is all that it gets on standard input. */
    static Child start(List<String> command, String input) throws FailureException {
        Child child = start(command, ProcessBuilder.Redirect.PIPE);
        try (OutputStream in = child.process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended before it read this; its exit code says why
        }
        return child;
    }

    /** Starts a command with a file as its standard input. {@link #inputName} is a name for it there. */
    static Child start(List<String> command, Path input) throws FailureException {
        return start(command, ProcessBuilder.Redirect.from(input.toFile()));
    }

    /**
     * Returns the name by which a child opens the file that is its standard input. Nobody can give it another meaning, unless the system
     * has no such names: then it is that of the file.
     */
    static Path inputName(Path file) {
        return inputName(DESCRIPTORS, file);
    }

    static Path inputName(Path descriptors, Path file) {
        return Look.at(descriptors) == Look.THERE ? descriptors.resolve("0") : file;
    }

    private static Child start(List<String> command, ProcessBuilder.Redirect input) throws FailureException {
        requirePassable(command);
        try {
            // its messages are understood in English only
            return new Child(ChildCommand.of(command, Map.of("LC_ALL", "C"))
                    .redirectInput(input)
                    .start());
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    command.get(0) + " can't be started: " + e.getMessage(),
                    "install the packages rsync and openssh-client on this host",
                    e);
        }
    }

    /** The JVM would put a question mark, or other bytes, for each letter that the locale does not encode as UTF-8. */
    private static void requirePassable(List<String> command) throws FailureException {
        for (String argument : command) {
            if (!SystemText.passes(argument)) {
                throw new FailureException(
                        ErrorCode.ARCHIVE_NAME_UNUSABLE,
                        "the argument " + argument + " of " + command.get(0)
                                + " has letters other than ASCII, which do not reach it from the locale "
                                + SystemText.charsetOfNames(),
                        SystemText.HINT);
            }
        }
    }

    /**
     * Some bytes of its standard output, or -1 at its end.
     *
     * @throws StalledException when there are none for so long
     */
    int read(byte[] buffer, int offset, int length, Duration idle)
            throws IOException, InterruptedException, StalledException {
        long begin = System.nanoTime();
        // a duration of centuries is no long of nanoseconds
        long nanos = TimeUnit.NANOSECONDS.convert(idle);
        for (int wait = 1; out.available() == 0; wait = Math.min(wait * 2, MAX_WAIT_MILLIS)) {
            if (process.waitFor(wait, TimeUnit.MILLISECONDS)) {
                break; // what is left can be read without waiting
            }
            if (System.nanoTime() - begin > nanos) {
                throw new StalledException(idle);
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return out.read(buffer, offset, length);
    }

    /**
     * All that it still says, as a text.
     *
     * @throws TooMuchException when that is more than {@code most} bytes
     */
    String readAll(int most, Duration idle) throws IOException, InterruptedException, StalledException {
        return readAll(most, idle, () -> {});
    }

    /** The same, with a sign of life every few seconds while there is nothing to read. */
    String readAll(int most, Duration idle, Runnable alive) throws IOException, InterruptedException, StalledException {
        var all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = read(buffer, idle, alive); n >= 0; n = read(buffer, idle, alive)) {
            if (n > most - all.size()) {
                throw new TooMuchException(most);
            }
            all.write(buffer, 0, n);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private int read(byte[] buffer, Duration idle, Runnable alive)
            throws IOException, InterruptedException, StalledException {
        Duration left = idle;
        while (left.compareTo(SIGN_OF_LIFE) > 0) {
            try {
                return read(buffer, 0, buffer.length, SIGN_OF_LIFE);
            } catch (StalledException e) {
                alive.run();
                left = left.minus(SIGN_OF_LIFE);
            }
        }
        return read(buffer, 0, buffer.length, left);
    }

    /** Its exit code, once its output has been read; that of a broken connection when it does not end. */
    int exit() throws InterruptedException {
        boolean ended = process.waitFor(END.toSeconds(), TimeUnit.SECONDS);
        if (ended) {
            errors.awaitEnd();
        }
        return ended ? process.exitValue() : BROKEN;
    }

    /** The end of what it said on standard error, a few lines at most. */
    String errors() {
        return errors.text();
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            // an ended process has no children, and the JVM would read all of /proc to find none
            process.destroy(); // closes the pipes
            return;
        }
        List<ProcessHandle> started = process.descendants().toList();
        process.destroy();
        started.forEach(ProcessHandle::destroy);
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                started.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
