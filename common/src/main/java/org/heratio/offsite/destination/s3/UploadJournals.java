package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The notes about unfinished uploads: a file for each transfer, in a directory of this host. */
final class UploadJournals {
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
            Files.createDirectories(directory);
            return UploadJournal.begin(file, head);
        });
    }

    Optional<UploadJournal> load(String transferId) throws FailureException, InterruptedException {
        Path file = file(transferId);
        return io(() -> UploadJournal.load(file));
    }

    /** All that can be read, by transfer id. */
    Map<String, UploadJournal> all() throws FailureException, InterruptedException {
        return io(() -> {
            Map<String, UploadJournal> found = new HashMap<>();
            if (!Files.isDirectory(directory)) {
                return found;
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(ENDING)) {
                        UploadJournal.load(file)
                                .ifPresent(j -> found.put(name.substring(0, name.length() - ENDING.length()), j));
                    }
                }
            }
            return found;
        });
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
