package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** ssh binds a name with 17 bytes more first, and renames. */
    private static final String SUFFIX = ".0123456789abcdef";

    private static final String NAME = "offsite-ssh-";
    private static final Pattern OF_PROCESS = Pattern.compile(NAME + "(\\d{1,10})-.*");
    private static final Duration LONG_DEAD = Duration.ofMinutes(10);
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private boolean tried;
    private @Nullable Path directory;
    private int generation;
    private boolean closed;

    /** What ssh is told about it, as values of {@code -o}. */
    synchronized List<String> options() {
        Path made = directory;
        // who cleans temporary directories may have taken it from a process that runs for long
        if (!tried || (made != null && !Files.isDirectory(made))) {
            tried = true;
            directory = makeDirectory();
        }
        Path socket = socket(generation);
        return socket == null || closed
                ? List.of("ControlMaster=no", "ControlPath=none")
                : List.of(
                        "ControlMaster=auto",
                        "ControlPath=" + SshCommand.quotedForSsh(socket),
                        "ControlPersist=" + IDLE_SECONDS);
    }

    /** Whether there can be one. */
    synchronized boolean shares() {
        options();
        return directory != null;
    }

    /** The connection is broken or stuck: the next command makes a new one. What still runs on the old one is left alone. */
    synchronized void renew() {
        generation++;
    }

    private @Nullable Path socket(int number) {
        return directory == null ? null : directory.resolve(Integer.toString(number));
    }

    /** A directory that is ours alone, with a path as short as a socket wants it, or null. */
    private static @Nullable Path makeDirectory() {
        Path made = null;
        try {
            // for its owner alone
            made = Files.createTempDirectory(NAME + ProcessHandle.current().pid() + "-");
            removeThoseOfTheDead(made);
            Path longest = made.resolve("0000" + SUFFIX);
            try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.bind(UnixDomainSocketAddress.of(longest));
            }
            Files.deleteIfExists(longest);
            return made;
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info("each command of ssh makes a connection of its own driver=rsync reason={}", e.getMessage());
            if (made != null) {
                remove(made);
            }
            return null;
        }
    }

    /** What processes left that were killed: nothing listens there a minute later. */
    private static void removeThoseOfTheDead(Path ours) throws IOException {
        Path parent = ours.getParent();
        if (parent == null) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, NAME + "*-*")) {
            for (Path each : all) {
                Matcher matcher = OF_PROCESS.matcher(String.valueOf(each.getFileName()));
                boolean dead = matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()
                        && Files.getOwner(each).equals(Files.getOwner(ours))
                        && Files.getLastModifiedTime(each)
                                .toInstant()
                                .isBefore(Instant.now().minus(LONG_DEAD));
                if (dead) {
                    remove(each);
                }
            }
        }
    }

    /** Ends the connections and removes the directory; no command may be under way any more. */
    @Override
    public synchronized void close() {
        closed = true;
        Path made = directory;
        directory = null;
        if (made == null) {
            return;
        }
        for (int number = 0; number <= generation; number++) {
            Path socket = made.resolve(Integer.toString(number));
            if (Files.exists(socket)) {
                end(socket);
            }
        }
        remove(made);
    }

    private static void end(Path socket) {
        // the host is not asked: only the socket says which connection is meant
        List<String> command = List.of(
                "ssh", "-o", "ControlPath=" + SshCommand.quotedForSsh(socket), "-O", "exit", "--", "connection");
        try (Child child = Child.start(command, "")) {
            child.readAll(GOODBYE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("a shared connection ends by itself in {} s", IDLE_SECONDS, e);
        }
    }

    private static void remove(Path directory) {
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory)) {
            for (Path socket : sockets) {
                Files.deleteIfExists(socket);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.debug("{} could not be removed", directory, e);
        }
    }
}
