package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Watches the bytes of one archive as they pass and tells in the end whether it is whole. Memory is bounded. A gate belongs to one
 * thread, and is closed when the archive is through.
 */
public interface CompletenessGate extends AutoCloseable {
    /**
     * Takes the next bytes of the archive, in order and without gaps.
     *
     * @throws IOException when the gate could not read what it needs elsewhere in the archive
     * @throws InterruptedException when the thread was interrupted: a few bytes may unpack to a gigabyte, which takes seconds
     */
    void update(byte[] bytes, int offset, int length) throws IOException, InterruptedException;

    /** Returns the first defect so far, or null. It no longer changes once there is one. */
    @Nullable
    Failure fault();

    /**
     * All bytes have passed.
     *
     * @throws FailureException {@code ARCHIVE_INCOMPLETE} with what is wrong and at which byte, or {@code ARCHIVE_EMPTY}
     * @throws IOException when the archive could not be read
     */
    void finish() throws FailureException, IOException;

    /** Returns what of the bytes that passed could not be checked, as part of a sentence; empty when all of them were. */
    default Optional<String> unchecked() {
        return Optional.empty();
    }

    @Override
    void close();

    /**
     * Opens the gate for an archive, by the ending of its name in any letter case. What is neither gzip nor zip passes unseen.
     *
     * @param fileName for the ending, and for messages
     * @param archive the open archive, in which a gate may look at any position; the position of the channel is not touched
     * @throws IOException when the archive could not be read
     */
    static CompletenessGate of(String fileName, FileChannel archive) throws IOException {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz") || name.endsWith(".tgz")) {
            return GzipGate.open(fileName, archive);
        }
        return name.endsWith(".zip") ? ZipGate.open(fileName, archive) : new OpenGate();
    }

    /**
     * Opens the gate for a gzip file that is unpacked as it passes.
     *
     * @param fileName for messages
     * @param sink takes the content; what it took before the end of the file may belong to a damaged one
     */
    static CompletenessGate gunzip(String fileName, Unpacked sink) {
        return new GzipGate(fileName, sink);
    }

    /** A gate that lets everything pass. */
    static CompletenessGate open() {
        return new OpenGate();
    }
}
