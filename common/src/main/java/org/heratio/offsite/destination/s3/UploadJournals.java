package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The notes about unfinished uploads: a file for each transfer, in a directory of this host. */
final class UploadJournals {
    private static final Logger LOG = LoggerFactory.getLogger(UploadJournals.class);
    private static final String ENDING = ".upload";
    private static final Pattern TRANSFER_ID = Pattern.compile("[A-Za-z0-9-]{1,200}");

    private final Path directory;

    UploadJournals(Path directory) {
        this.directory = directory;
    }

    /** A new note in place of an old one of the same transfer. */
    UploadJournal begin(String transferId, UploadJournal.Head head) throws FailureException, InterruptedException {
        Path file = file(transferId);
        return io(() -> {
            Durable.directories(directory);
            return UploadJournal.begin(file, head);
        });
    }

    Optional<UploadJournal> load(String transferId) throws FailureException, InterruptedException {
        Path file = file(transferId);
        return io(() -> UploadJournal.load(file));
    }

    /** All that can be read, by transfer id. */
    Map<String, UploadJournal> all() throws FailureException, InterruptedException {
        Map<String, UploadJournal> found = new HashMap<>();
        for (String transferId : transferIds()) {
            load(transferId).ifPresent(journal -> found.put(transferId, journal));
        }
        return found;
    }

    /** Those of all notes, also of such as can't be read. */
    List<String> transferIds() throws FailureException, InterruptedException {
        return io(() -> {
            if (!Files.isDirectory(directory)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(directory)) {
                return files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(ENDING))
                        .map(name -> name.substring(0, name.length() - ENDING.length()))
                        .filter(name -> TRANSFER_ID.matcher(name).matches())
                        .toList();
            }
        });
    }

    /** Removes a note that can't be read: whatever it told of, nobody will find by it. */
    void remove(String transferId) throws FailureException, InterruptedException {
        Path file = file(transferId);
        boolean removed = io(() -> Files.deleteIfExists(file));
        if (removed) {
            LOG.warn("{} can't be read and is removed; an unfinished upload may stay at the store driver=s3", file);
        }
    }

    private Path file(String transferId) {
        if (!TRANSFER_ID.matcher(transferId).matches()) {
            throw new IllegalArgumentException("no transfer id: " + transferId);
        }
        return directory.resolve(transferId + ENDING);
    }

    /** Something with a note. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does something with a note; trouble with it is trouble with the state directory. */
    <T> T io(Work<T> work) throws FailureException, InterruptedException {
        try {
            return work.run();
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (IOException | UncheckedIOException e) {
            throw new FailureException(
                    ErrorCode.SPOOL_IO,
                    "the notes about unfinished uploads in " + directory + " can't be kept: " + e.getMessage(),
                    "look at BACKUP_OFFSITE_STATE_DIR: its disk may be full or read-only",
                    e);
        }
    }
}
