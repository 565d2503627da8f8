package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of an embedded database, and its identity when it was opened. A process that has a deleted or emptied file open goes on in it,
 * and H2 makes a new database where it finds none: both would lose what is recorded. For a database elsewhere there is no file, and
 * nothing is checked. Safe for use by several threads.
 *
 * <p>Once H2 has the file open, it is opened here once and stays open until H2 has closed it: the first close of any descriptor in a
 * process releases the locks that the process has on the file.
 */
final class EmbeddedFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFile.class);
    private static final String HINT = "stop offsite, put the ledger back from a backup, and start again";

    private final @Nullable Path file;
    private volatile @Nullable Object opened;
    private @Nullable StoreStart start;

    private EmbeddedFile(@Nullable Path file) {
        this.file = file;
    }

    static EmbeddedFile of(LedgerConfig config) {
        return new EmbeddedFile(config.embedded() == null ? null : pathOf(config));
    }

    /** Returns the path of the file; null for a database elsewhere. */
    static @Nullable Path pathOf(LedgerConfig config) {
        return EmbeddedUrl.database(config.jdbcUrl())
                .map(database -> database.resolveSibling(database.getFileName() + ".mv.db"))
                .orElse(null);
    }

    /** Returns whether there is to be a file, and is none. */
    boolean absent() {
        return file != null && Look.at(file) == Look.NOT_THERE;
    }

    /** Refuses a file without a byte in it: H2 would make a new database of it. */
    void requireContent() throws LedgerException {
        if (file != null) {
            requireContent(attributes(file));
        }
    }

    /** Remembers which file was opened. */
    void remember() throws LedgerException {
        if (file != null) {
            BasicFileAttributes found = attributes(file);
            opened = found == null ? "nothing" : key(found);
            if (found != null) {
                openStart(file);
            }
            require();
        }
    }

    private synchronized void openStart(Path there) throws LedgerException {
        try {
            start = new StoreStart(there);
        } catch (IOException e) {
            throw unreadable(there, e);
        }
    }

    /**
     * Checks that the file at its path is the one that was opened, and has not lost its bytes.
     *
     * @throws LedgerException {@code LEDGER_LOST}
     */
    void require() throws LedgerException {
        Object before = opened;
        if (file == null || before == null) {
            return;
        }
        BasicFileAttributes found = attributes(file);
        if (found == null) {
            throw lost("the ledger's file " + file + " was deleted while it was open");
        }
        if (!before.equals(key(found))) {
            throw lost("the ledger's file " + file + " was replaced by another one while it was open");
        }
        requireContent(found);
        if (startIsGone(file)) {
            throw lost("the ledger's file " + file + " was emptied while it was open");
        }
    }

    /** Returns whether the file that was opened has lost its bytes, whatever H2 has written into it since. */
    boolean emptied() {
        try {
            BasicFileAttributes found = file == null ? null : attributes(file);
            return file != null
                    && found != null
                    && key(found).equals(opened)
                    && (found.size() == 0 || startIsGone(file));
        } catch (LedgerException e) {
            return false;
        }
    }

    private synchronized boolean startIsGone(Path there) throws LedgerException {
        try {
            return start != null && start.gone();
        } catch (IOException e) {
            throw unreadable(there, e);
        }
    }

    /** Lets go of the file; call it when H2 has closed it. */
    @Override
    public synchronized void close() {
        StoreStart closing = start;
        start = null;
        if (closing != null) {
            closing.close();
        }
    }

    /**
     * Takes out of an emptied file what H2 has written into it at its end: the ruin of a database, which the next start would take for one.
     */
    void emptyAgain() {
        if (file == null) {
            return;
        }
        try {
            BasicFileAttributes found = attributes(file);
            if (found != null && key(found).equals(opened)) {
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                        .close();
            }
        } catch (LedgerException | IOException e) {
            LOG.warn("the ruin of the ledger at {} stays: {}", file, e.toString());
        }
    }

    private void requireContent(@Nullable BasicFileAttributes found) throws LedgerException {
        if (found != null && found.size() == 0) {
            throw new LedgerException(
                    ErrorCode.LEDGER_LOST,
                    "the ledger's file " + file + " was emptied: it has no bytes",
                    "put the ledger back from a backup; only where it was never used, delete the file",
                    null);
        }
    }

    private static Object key(BasicFileAttributes found) {
        return Objects.requireNonNullElse(found.fileKey(), "file");
    }

    /** Returns null where no file is. */
    private static @Nullable BasicFileAttributes attributes(Path file) throws LedgerException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static LedgerException unreadable(Path file, IOException e) {
        return new LedgerException(
                ErrorCode.LEDGER_UNAVAILABLE, "the ledger's file " + file + " cannot be looked at: " + e, e);
    }

    private static LedgerException lost(String reason) {
        return new LedgerException(ErrorCode.LEDGER_LOST, reason, HINT, null);
    }
}
