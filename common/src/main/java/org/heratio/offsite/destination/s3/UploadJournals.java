package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    /**
     * The names of notes. Two installations that share the directory may have a transfer of one id: the second one's note has its
     * owner in the name.
     */
    private static final Pattern NOTE = Pattern.compile(TRANSFER_ID + "(@[A-Za-z0-9_-]{1,80})?");

    private final Path directory;

    UploadJournals(Path directory) {
        this.directory = directory;
    }

    /** A new note in place of an old one of the same transfer and owner. */
    UploadJournal begin(String transferId, UploadJournal.Head head) throws FailureException, InterruptedException {
        Path plain = file(transferId);
        Path own = file(own(transferId, head.owner()));
        return io(() -> {
            Durable.directories(directory);
            boolean others = UploadJournal.load(plain)
                    .filter(note -> !note.head().owner().equals(head.owner()))
                    .isPresent();
            return UploadJournal.begin(others ? own : plain, head);
        });
    }

    /** The note of an owner's transfer. */
    Optional<UploadJournal> load(String transferId, String owner) throws FailureException, InterruptedException {
        Optional<UploadJournal> own = load(own(transferId, owner));
        return own.isPresent()
                ? own
                : load(transferId).filter(note -> note.head().owner().equals(owner));
    }

    /** A note by its name, whoever its owner is. */
    Optional<UploadJournal> load(String note) throws FailureException, InterruptedException {
        Path file = file(note);
        return io(() -> UploadJournal.load(file));
    }

    private static String own(String transferId, String owner) {
        return transferId + "@" + owner;
    }

    /** The transfer that a note with this name is about. */
    static String transferId(String note) {
        int at = note.indexOf('@');
        return at < 0 ? note : note.substring(0, at);
    }

    /** All that can be read, by their names. */
    Map<String, UploadJournal> all() throws FailureException, InterruptedException {
        Map<String, UploadJournal> found = new HashMap<>();
        for (String note : notes()) {
            load(note).ifPresent(journal -> found.put(note, journal));
        }
        return found;
    }

    /** The names of all notes, also of such as can't be read. */
    List<String> notes() throws FailureException, InterruptedException {
        return io(() -> {
            try (Stream<Path> files = Files.list(directory)) {
                return files.map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> name.endsWith(ENDING))
                        .map(name -> name.substring(0, name.length() - ENDING.length()))
                        .filter(name -> NOTE.matcher(name).matches())
                        .toList();
            } catch (NoSuchFileException e) {
                return List.of();
            }
        });
    }

    /** Removes a note that can't be read: whatever it told of, nobody will find by it. */
    void remove(String note) throws FailureException, InterruptedException {
        Path file = file(note);
        boolean removed = io(() -> Files.deleteIfExists(file));
        if (removed) {
            LOG.warn("{} can't be read and is removed; an unfinished upload may stay at the store driver=s3", file);
        }
    }

    private Path file(String note) {
        if (!NOTE.matcher(note).matches()) {
            throw new IllegalArgumentException("no transfer id: " + note);
        }
        return directory.resolve(note + ENDING);
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
