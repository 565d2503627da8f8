package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.destination.Expected;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of ssh that all commands of a destination share (ControlMaster): a put then costs no new login. ssh makes it when
 * it is first needed, and ends it a minute after its last use, also when this process was killed. Where a socket can't be made, every command
 * has a connection of its own. Thread-safe.
 */
final class SharedConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedConnection.class);
    private static final String IDLE_SECONDS = "60";
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Path work;
    private boolean tried;
    private @Nullable SocketDirectory directory;
    private int generation;
    private boolean closed;

    /** @param work directory of ours, where the socket goes if it can */
    SharedConnection(Path work) {
        this.work = work;
    }

    /** Returns the options of ssh for it, as values of {@code -o}. */
    synchronized List<String> options() {
        SocketDirectory made = directory;
        // who cleans temporary directories may have taken it from a process that runs for long
        if (!tried || (made != null && !made.isStillOurs())) {
            tried = true;
            directory = makeDirectory();
        }
        made = directory;
        return made == null || closed
                ? List.of("ControlMaster=no", "ControlPath=none")
                : List.of(
                        "ControlMaster=auto",
                        "ControlPath=" + SshCommand.quotedForSsh(made.socket(generation)),
                        "ControlPersist=" + IDLE_SECONDS);
    }

    /** Returns whether there can be one. */
    synchronized boolean shares() {
        options();
        return directory != null;
    }

    /** The connection is broken or stuck: the next command makes a new one. What still runs on the old one is left alone. */
    synchronized void renew() {
        generation++;
    }

    private @Nullable SocketDirectory makeDirectory() {
        try {
            return SocketDirectory.make(work, Path.of(System.getProperty("java.io.tmpdir")));
        } catch (IOException | UnsupportedOperationException | InvalidPathException e) {
            LOG.info("each command of ssh makes a connection of its own driver=rsync reason={}", e.getMessage());
            return null;
        }
    }

    /** Ends the connections and removes the directory; no command may be under way any more. */
    @Override
    public synchronized void close() {
        closed = true;
        SocketDirectory made = directory;
        directory = null;
        if (made == null || !made.isStillOurs()) {
            return;
        }
        for (int number = 0; number <= generation; number++) {
            Path socket = made.socket(number);
            if (Files.exists(socket)) {
                end(socket);
            }
        }
        made.remove();
    }

    private static void end(Path socket) {
        // the host is not asked: only the socket says which connection is meant
        List<String> command = List.of(
                "ssh", "-o", "ControlPath=" + SshCommand.quotedForSsh(socket), "-O", "exit", "--", "connection");
        try (Child child = Child.start(command, "")) {
            child.readAll(Expected.TEXT, GOODBYE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("a shared connection ends by itself in {} s", IDLE_SECONDS, e);
        }
    }
}
