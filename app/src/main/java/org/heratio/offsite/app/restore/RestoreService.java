package org.heratio.offsite.app.restore;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.heratio.offsite.app.run.Keys;
import org.heratio.offsite.app.run.NativeCode;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries the copies of a version, the best proved first, until one gives the archive back. */
public final class RestoreService {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreService.class);

    private final Node node;
    private final Restorer restorer;

    public RestoreService(Node node) {
        NativeCode.unpackBelow(node.settings().paths().state());
        this.node = node;
        this.restorer = new Restorer(
                Keys.cipher(node.settings()), Keys.forReading(node.settings()).orElse(null));
    }

    /**
     * Where the archive came from.
     *
     * @param bytes size of the archive
     */
    public record Restored(
            String driver, String remotePath, @Nullable String payloadSha256, long bytes) {}

    /** Blocks. Throws what was wrong with the last copy that was tried. */
    public Restored restore(Version version, Path target, boolean overwrite)
            throws FailureException, IOException, InterruptedException {
        FailureException last = null;
        for (Copy copy : candidates(version)) {
            Destination destination = Objects.requireNonNull(
                    node.destinations().get(copy.driver()), "candidates lie at destinations of this node");
            try {
                long bytes = restorer.restore(destination, copy, version, target, overwrite, done -> {});
                return new Restored(copy.driver(), copy.remotePath(), copy.sha256(), bytes);
            } catch (FailureIOException e) {
                last = noted(copy, e.unwrap(), last);
            } catch (FailureException e) {
                last = noted(copy, e, last);
            } catch (FileSystemException e) {
                // the place to restore to is the trouble, and no other copy helps
                throw e;
            } catch (IOException e) {
                FailureException cut = new FailureException(
                        ErrorCode.DESTINATION_IO, "reading " + copy.remotePath() + " failed: " + e, null, e);
                last = noted(copy, cut, last);
            }
        }
        if (last == null) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    version.path() + " has no copy at " + node.settings().drivers(),
                    "'offsite history' says where it is; set BACKUP_OFFSITE_DRIVER or --driver accordingly");
        }
        throw last;
    }

    private static FailureException noted(Copy copy, FailureException e, @Nullable FailureException before) {
        LOG.warn(
                "copy={} driver={} does not give the archive back: {}",
                copy.id(),
                copy.driver(),
                e.failure().oneLine());
        if (before != null) {
            e.addSuppressed(before);
        }
        return e;
    }

    private List<Copy> candidates(Version version) throws FailureException {
        return node.ledger().copies().ofVersion(version.id()).stream()
                .filter(copy -> node.destinations().containsKey(copy.driver()))
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
