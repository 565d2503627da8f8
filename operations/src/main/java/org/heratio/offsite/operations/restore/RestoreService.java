package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries the copies of a version, the best proved first, until one gives the archive back. */
public final class RestoreService {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreService.class);

    private static final Set<ErrorCode> HOPELESS = EnumSet.of(
            ErrorCode.TARGET_FULL,
            ErrorCode.TARGET_IO,
            ErrorCode.CONTENT_MISSING,
            ErrorCode.ARCHIVE_INCOMPLETE,
            ErrorCode.ARCHIVE_EMPTY);

    private final Copies copies;
    private final Map<String, Destination> destinations;
    private final Restorer restorer;

    /** @param destinations to restore from, by driver */
    public RestoreService(Copies copies, Map<String, Destination> destinations, Restorer restorer) {
        this.copies = copies;
        this.destinations = destinations;
        this.restorer = restorer;
    }

    /**
     * The origin of a restored archive.
     *
     * @param bytes that were written
     */
    public record Restored(
            String driver, String remotePath, @Nullable String payloadSha256, long bytes) {}

    /**
     * Restores a version. Blocks.
     *
     * @param selection what of the archive is written
     * @throws FailureException what was wrong with the last copy that was tried, or with the place to restore to
     * @throws FileAlreadyExistsException if the target has its name already, and is not to be replaced
     * @throws UnsafePathException if another user can say where the target is
     */
    public Restored restore(Version version, Path target, Selection selection, boolean overwrite)
            throws FailureException, IOException, InterruptedException {
        return tried(version, target, (destination, copy) -> {
            long bytes = restorer.restore(destination, copy, version, target, selection, overwrite, done -> {});
            return new Restored(copy.driver(), copy.remotePath(), copy.sha256(), bytes);
        });
    }

    /**
     * Takes members out of a version, into a directory that is new, or empty. Blocks.
     *
     * @throws FailureException as for {@link #restore}
     * @throws UnsafePathException if another user can say where the target is
     */
    public Extracted extract(Version version, Path target, MemberChoice choice)
            throws FailureException, IOException, InterruptedException {
        return tried(version, target, (destination, copy) -> {
            Extraction.Result result = restorer.extract(destination, copy, version, target, choice, done -> {});
            return new Extracted(new Restored(copy.driver(), copy.remotePath(), copy.sha256(), result.bytes()), result);
        });
    }

    /**
     * Writes a version to a pipe. If a copy breaks off, the next one goes on where it was. Blocks.
     *
     * @throws FailureException as for {@link #restore}; what was written must be discarded then
     */
    public Restored pipe(Version version, RestorePipe pipe) throws FailureException, IOException, InterruptedException {
        return tried(version, Path.of("/dev/stdout"), (destination, copy) -> {
            restorer.pipe(destination, copy, version, pipe, done -> {});
            return new Restored(copy.driver(), copy.remotePath(), copy.sha256(), pipe.written());
        });
    }

    /**
     * The members that were extracted.
     *
     * @param from the copy that they came from
     */
    public record Extracted(Restored from, Extraction.Result result) {}

    /** A restore from one copy. */
    @FunctionalInterface
    private interface Attempt<T> {
        T from(Destination destination, Copy copy) throws FailureException, IOException, InterruptedException;
    }

    private <T> T tried(Version version, Path target, Attempt<T> attempt)
            throws FailureException, IOException, InterruptedException {
        FailureException last = null;
        for (Copy copy : candidates(version)) {
            Destination destination = Objects.requireNonNull(
                    destinations.get(copy.driver()), "candidates are stored at these destinations");
            try {
                return attempt.from(destination, copy);
            } catch (FailureIOException e) {
                last = noted(copy, e.unwrap(), last);
            } catch (FailureException e) {
                last = noted(copy, e, last);
            } catch (FileAlreadyExistsException | UnsafePathException e) {
                throw e;
            } catch (FileSystemException e) {
                // the place to restore to is the trouble, and no other copy helps
                throw RestoreTarget.unusable(target, e);
            } catch (IOException e) {
                FailureException cut = CopyStream.failure(e)
                        .orElseGet(() -> new FailureException(
                                ErrorCode.DESTINATION_IO, "reading " + copy.remotePath() + " failed: " + e, null, e));
                last = noted(copy, cut, last);
            }
        }
        if (last == null) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    version.path() + " has no copy at " + List.copyOf(destinations.keySet()),
                    "'offsite history' says where it is; set BACKUP_OFFSITE_DRIVER or --driver accordingly");
        }
        throw last;
    }

    /** Throws it when no other copy helps: the place to restore to is the trouble, or the archive itself. */
    private static FailureException noted(Copy copy, FailureException e, @Nullable FailureException before)
            throws FailureException {
        if (HOPELESS.contains(e.failure().code())) {
            throw e;
        }
        LOG.warn(
                "copy={} driver={} does not give the archive back: {}",
                copy.id(),
                copy.driver(),
                e.failure().oneLine());
        if (before == null) {
            return e;
        }
        // a person can still get at that one
        boolean archived = before.failure().code() == ErrorCode.COPY_ARCHIVED;
        FailureException told = archived ? before : e;
        told.addSuppressed(archived ? e : before);
        return told;
    }

    private List<Copy> candidates(Version version) throws FailureException {
        return copies.ofVersion(version.holder()).stream()
                .filter(copy -> destinations.containsKey(copy.driver()))
                .filter(copy -> !copy.remotePath().isEmpty() && copy.replicatedAt() != null)
                .sorted(Comparator.comparingInt((Copy copy) -> rank(copy.state())))
                .toList();
    }

    private static int rank(CopyState state) {
        return switch (state) {
            case VERIFIED -> 0;
            case REPLICATED -> 1;
            case PENDING -> 2;
            case FAILED -> 3;
            case CORRUPT -> 4;
            case MISSING -> 5;
        };
    }
}
