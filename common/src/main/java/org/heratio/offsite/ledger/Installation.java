package org.heratio.offsite.ledger;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.NoFollow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a ledger that was lost from one that was never made, by what its state directory contains: a marker file with
 * the ledger's id, and files that only work with a ledger leaves behind (ADR 64). All methods block.
 *
 * @param state the state directory; it need not exist
 * @param spool the directory of the payloads; it need not exist
 * @param place the location of the ledger in the settings, for people
 * @param tolerant whether a ledger with another id than the marker's is opened, with a warning, if it has archives; for
 *     a restore
 */
public record Installation(Path state, Path spool, String place, boolean tolerant) {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final int MAX_BYTES = 64 << 10;
    private static final List<String> LEFT_BY_WORK = List.of("s3", "places");

    /** Returns the same for a command that has to work on the worst day of the year. */
    public Installation tolerating() {
        return new Installation(state, spool, place, true);
    }

    /** Returns the file with the id of the ledger that this state directory belongs to. */
    public Path marker() {
        return state.resolve("installation");
    }

    /**
     * Returns the id in the marker, or empty when there is none.
     *
     * @throws LedgerException {@code LEDGER_REFUSED} when it cannot be read
     */
    public Optional<String> markedId() throws LedgerException {
        try {
            return NoFollow.text(marker(), MAX_BYTES)
                    .map(text -> text.lines().findFirst().orElse("").strip());
        } catch (IOException e) {
            throw new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    "the file " + marker() + ", which says to which ledger this installation belongs, cannot be read: "
                            + e,
                    "give it to the user that runs offsite",
                    e);
        }
    }

    /**
     * What an older ledger left behind: the marker, notes and journals about destinations, payloads.
     *
     * @param found what is there
     * @param unseen what cannot be looked into, so that nobody knows whether it is there
     */
    public record Traces(List<Path> found, List<Path> unseen) {
        public static final Traces NONE = new Traces(List.of(), List.of());

        public Traces {
            found = List.copyOf(found);
            unseen = List.copyOf(unseen);
        }

        /** Returns whether it is certain that there are none. */
        public boolean isEmpty() {
            return found.isEmpty() && unseen.isEmpty();
        }

        /** Returns whether something is there, or may be. */
        public boolean mayHave(Path trace) {
            return found.contains(trace) || unseen.contains(trace);
        }
    }

    /** Looks for traces of an older ledger. */
    public Traces traces() {
        List<Path> found = new ArrayList<>();
        List<Path> unseen = new ArrayList<>();
        note(Look.at(marker()), marker(), marker(), found, unseen);
        for (String name : LEFT_BY_WORK) {
            Path directory = state.resolve(name);
            note(look(directory, "*"), directory, directory, found, unseen);
        }
        note(look(spool, "*.payload"), spool.resolve("*.payload"), spool, found, unseen);
        return new Traces(found, unseen);
    }

    private static void note(Look look, Path trace, Path place, List<Path> found, List<Path> unseen) {
        switch (look) {
            case THERE -> found.add(trace);
            case UNKNOWN -> unseen.add(place);
            case NOT_THERE -> {}
        }
    }

    private static Look look(Path directory, String glob) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            return files.iterator().hasNext() ? Look.THERE : Look.NOT_THERE;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Look.NOT_THERE;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("{} cannot be looked into, and may be what an older ledger left: {}", directory, e.toString());
            return Look.UNKNOWN;
        }
    }

    /**
     * Writes the marker, durably and readable by its owner only. A failure is logged: all works without a marker, but
     * no loss is noticed.
     */
    public void mark(String id) {
        try {
            Durable.directories(state);
            Path written = Files.createTempFile(state, "installation", ".new");
            Files.writeString(written, id + "\n" + place + "\n", StandardOpenOption.SYNC);
            belongToOwnerOf(state, written);
            Files.move(written, marker(), StandardCopyOption.ATOMIC_MOVE);
            Durable.syncEntry(marker());
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written, and the loss of the ledger would not be noticed: {}",
                    marker(),
                    e.toString());
        }
    }

    /** Gives a file that root wrote to the owner of the directory, so that the service can replace it. */
    private static void belongToOwnerOf(Path directory, Path file) throws IOException {
        if (!Files.getOwner(directory).equals(Files.getOwner(file))) {
            Files.setOwner(file, Files.getOwner(directory));
        }
    }
}
