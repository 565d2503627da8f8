package org.heratio.offsite.spool;

import java.nio.file.Path;
import java.util.Optional;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Sizes;

/**
 * The bytes that payloads may take, by the settings and by the file system, and those that they take. Looks at the directory each time,
 * since other processes write there too. Blocks.
 */
final class SpoolBudget {
    private final Path root;
    private final long bytes;
    private final SpoolFiles files;
    private final SpoolOwner self;

    /** @param bytes what all payloads together may take */
    SpoolBudget(Path root, long bytes, SpoolFiles files, SpoolOwner self) {
        this.root = root;
        this.bytes = bytes;
        this.files = files;
        this.self = self;
    }

    /**
     * The bytes that are taken.
     *
     * @param used bytes that lie in the directory
     * @param toCome bytes that are reserved by parts that are still growing
     */
    private record Taken(long used, long toCome) {
        long all() {
            return Sizes.plus(used, toCome);
        }
    }

    private Taken taken() throws FailureException {
        long used = 0;
        long toCome = 0;
        for (SpoolFiles.Found found : files.list()) {
            used = Sizes.plus(used, found.size());
            toCome = Sizes.plus(toCome, stillToCome(found));
        }
        return new Taken(used, toCome);
    }

    private long stillToCome(SpoolFiles.Found found) {
        return SpoolName.parse(found.name())
                .filter(SpoolName::isPart)
                .filter(name -> name.owner().lifeSeenBy(self) != SpoolOwner.Life.DEAD)
                .map(name -> Math.max(0, name.reserved() - found.size()))
                .orElse(0L);
    }

    long bytes() {
        return bytes;
    }

    long used() throws FailureException {
        return taken().all();
    }

    /** Returns whether one payload of that size is larger than the whole budget. */
    boolean exceededBy(long payload) {
        return payload > bytes;
    }

    /**
     * Returns whether the reservations exceed the room. Another process may have reserved between the look and the reservation of this
     * one. Of two such processes, the one whose file came later sees both files, so that at least one gives its reservation up.
     */
    boolean overdrawn() throws FailureException {
        Taken taken = taken();
        return taken.all() > bytes || taken.toCome() > files.free();
    }

    /** Returns how many bytes have to leave for a payload of that size; 0 if there is room, or none can be made. */
    long missing(long payload) throws FailureException {
        if (exceededBy(payload)) {
            return 0;
        }
        Taken taken = taken();
        long budget = Sizes.plus(payload, taken.all()) - bytes;
        long disk = Sizes.plus(payload, taken.toCome()) - files.free();
        return Math.max(0, Math.max(budget, disk));
    }

    /** Returns why there is no room for a payload of that size, and what can be done; empty if there is room. */
    Optional<FailureException> noRoomFor(long payload) throws FailureException {
        if (payload < 0) {
            throw new IllegalArgumentException("a payload cannot have " + payload + " bytes");
        }
        Taken taken = taken();
        if (exceededBy(payload)) {
            return Optional.of(full(
                    "a payload of " + payload + " bytes is larger than the whole budget of the spool, " + bytes
                            + " bytes",
                    "set BACKUP_OFFSITE_SPOOL_BUDGET to at least " + payload + "; it waits until then"));
        }
        if (Sizes.plus(payload, taken.all()) > bytes) {
            return Optional.of(full(
                    "the spool has no room for " + payload + " bytes: " + taken.all() + " of its budget of " + bytes
                            + " are taken",
                    "it waits until payloads are shipped; if they are not, look at the destinations,"
                            + " or raise BACKUP_OFFSITE_SPOOL_BUDGET"));
        }
        long free = files.free() - taken.toCome();
        if (payload > free) {
            return Optional.of(full(
                    "the file system of the spool " + root + " has " + Math.max(0, free) + " bytes to give, " + payload
                            + " are needed",
                    "make room there, or move the spool with BACKUP_OFFSITE_SPOOL_DIR"));
        }
        return Optional.empty();
    }

    private static FailureException full(String reason, String hint) {
        return new FailureException(ErrorCode.SPOOL_FULL, reason, hint);
    }
}
