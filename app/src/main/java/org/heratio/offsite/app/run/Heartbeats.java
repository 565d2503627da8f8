package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.process.ProcessIdentity;
import org.heratio.offsite.process.ProcessIdentity.Life;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeats of services: a {@link HealthFile} for each, in {@code <state>/health}. Its name says which process of which host it is, so
 * that {@code offsite health} tells a service that hangs from one that has ended. Containers that share a state directory are hosts of
 * their own.
 */
public final class Heartbeats {
    /** A service touches its file every 10 s. */
    static final Duration FRESH = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final Pattern NAME = Pattern.compile("([0-9a-f-]{32,36})\\.(\\d{1,18})\\.(\\d{1,18})");

    private final Path directory;
    private final ProcessIdentity self;

    /** @param state the state directory */
    public Heartbeats(Path state) {
        this(state, ProcessIdentity.ofThisProcess());
    }

    Heartbeats(Path state, ProcessIdentity self) {
        this.directory = state.resolve("health");
        this.self = self;
    }

    /**
     * A service of this host.
     *
     * @param age how long ago it gave its last sign
     * @param runs whether its process exists
     */
    public record Beat(long pid, Duration age, boolean runs) {
        /** Returns whether its last sign is young enough. */
        public boolean alive() {
            return age.compareTo(FRESH) < 0;
        }

        /** Returns whether it gives no sign, although it runs. */
        public boolean hangs() {
            return runs && !alive();
        }
    }

    /** Begins the heartbeat of this process, and clears those of processes that have ended. A failure is logged, and ends nothing. */
    @Nullable
    HealthFile start(Vertx vertx, BooleanSupplier healthy) {
        return prepared() ? HealthFile.start(vertx, file(self), healthy) : null;
    }

    /** Begins it for a process that waits for its servers at the start, and has no event loop yet. */
    @Nullable
    HealthFile startAlone() {
        return prepared() ? HealthFile.startAlone(file(self)) : null;
    }

    private boolean prepared() {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Path file : files()) {
                if (beat(file, Instant.now()).filter(beat -> !beat.runs()).isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("'offsite health' cannot see this service: {}", e.toString());
            return false;
        }
        return true;
    }

    Path file(ProcessIdentity process) {
        return directory.resolve(process.host() + "." + process.pid() + "." + process.started());
    }

    /**
     * Returns the services of this host, youngest sign first; those that have ended too.
     *
     * @throws IOException if the directory is there and cannot be read
     */
    public List<Beat> look(Instant now) throws IOException {
        List<Beat> beats = new ArrayList<>();
        for (Path file : files()) {
            beat(file, now).ifPresent(beats::add);
        }
        beats.sort(Comparator.comparing(Beat::age));
        return beats;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            LOG.debug("no service has run here: {}", e.toString());
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    /** Returns the beat of a service of this host; empty for others, and where the file was deleted meanwhile. */
    private Optional<Beat> beat(Path file, Instant now) throws IOException {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches() || !name.group(1).equals(self.host())) {
            return Optional.empty();
        }
        long pid = Long.parseLong(name.group(2));
        try {
            Instant last =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            boolean runs = ProcessIdentity.life(pid, Long.parseLong(name.group(3))) != Life.DEAD;
            return Optional.of(new Beat(pid, Duration.between(last, now), runs));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
