package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.Version;

/**
 * Restores a set of archives. A file that is there already is skipped, so that a restore that was stopped goes on where it was. Blocks; for
 * one thread.
 */
public final class RestoreSet {
    private static final Set<ErrorCode> OF_THE_TARGET = EnumSet.of(ErrorCode.TARGET_FULL, ErrorCode.TARGET_IO);

    private final RestoreService service;
    private final Places places;
    private final Overwrite overwrite;

    public RestoreSet(RestoreService service, Places places, Overwrite overwrite) {
        this.service = service;
        this.places = places;
        this.overwrite = overwrite;
    }

    /** Hands over the versions of the set, as often as it is asked. */
    @FunctionalInterface
    public interface Source {
        void each(ArchiveFinder.Taker taker) throws FailureException, InterruptedException;
    }

    /** Gives each version the file that it is restored to. */
    @FunctionalInterface
    public interface Places {
        Path of(Version version) throws FailureException;
    }

    /** Returns places below a directory, each at the archive's path below the backup directory. */
    public static Places below(Path directory) {
        return version -> {
            Path target = directory.resolve(version.relativePath()).normalize();
            if (!target.startsWith(directory) || target.equals(directory)) {
                throw new FailureException(
                        ErrorCode.TARGET_IO,
                        version.path() + " has no place below " + directory,
                        "restore it by itself, with --to");
            }
            return target;
        };
    }

    /** Hears of each archive. */
    public interface Listener {
        void restored(Version version, Path target, RestoreService.Restored restored);

        /** @param same whether the file has the size and the time of the archive */
        void kept(Version version, Path target, boolean same);

        void failed(Version version, Failure failure);

        /** Hears of an archive that would be restored. */
        void planned(Version version, Path target);

        /** Hears nothing. */
        Listener NONE = new Listener() {
            @Override
            public void restored(Version version, Path target, RestoreService.Restored restored) {}

            @Override
            public void kept(Version version, Path target, boolean same) {}

            @Override
            public void failed(Version version, Failure failure) {}

            @Override
            public void planned(Version version, Path target) {}
        };
    }

    /**
     * Archives that were counted.
     *
     * @param archives to be restored
     * @param bytes of those
     * @param same whose files are there, with the same size and time
     * @param kept whose files are there, differ, and are not replaced
     */
    public record Plan(long archives, long bytes, long same, long kept) {
        /** Returns whether there is no archive at all. */
        public boolean isEmpty() {
            return archives + same + kept == 0;
        }
    }

    private enum Found {
        NOTHING,
        SAME,
        OTHER
    }

    /**
     * Counts what a restore would do.
     *
     * @throws FailureException {@code TARGET_FULL} if it needs more room than there is
     */
    public Plan plan(Source source, Listener listener) throws FailureException, InterruptedException {
        long[] counts = new long[4];
        Room room = new Room();
        source.each(version -> {
            Path target = places.of(version);
            Found found = look(target, version);
            if (replaces(found)) {
                counts[0]++;
                counts[1] = saturated(counts[1], version.size());
                room.require(target, counts[1]);
                listener.planned(version, target);
            } else {
                counts[found == Found.SAME ? 2 : 3]++;
                listener.kept(version, target, found == Found.SAME);
            }
        });
        return new Plan(counts[0], counts[1], counts[2], counts[3]);
    }

    /**
     * Restores the archives. One that fails keeps no other one back.
     *
     * @throws FailureException if the place to restore to is the trouble
     */
    public void restore(Source source, Listener listener) throws FailureException, InterruptedException {
        source.each(version -> {
            try {
                one(version, listener);
            } catch (FailureException e) {
                if (OF_THE_TARGET.contains(e.failure().code())) {
                    throw e;
                }
                listener.failed(version, e.failure());
            }
        });
    }

    private void one(Version version, Listener listener) throws FailureException, InterruptedException {
        Path target = places.of(version);
        Found found = look(target, version);
        if (!replaces(found)) {
            listener.kept(version, target, found == Found.SAME);
            return;
        }
        try {
            boolean replace = found != Found.NOTHING;
            listener.restored(version, target, service.restore(version, target, Selection.all(), replace));
        } catch (FileAlreadyExistsException e) {
            listener.kept(version, target, false);
        } catch (IOException e) {
            throw new FailureException(RestoreTarget.failure(target, 0, e), e);
        }
    }

    private boolean replaces(Found found) {
        return switch (overwrite) {
            case NEVER -> found == Found.NOTHING;
            case IF_CHANGED -> found != Found.SAME;
            case ALWAYS -> true;
        };
    }

    private static Found look(Path target, Version version) throws FailureException {
        try {
            BasicFileAttributes file =
                    Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            // not every file system keeps nanoseconds
            boolean same = file.isRegularFile()
                    && file.size() == version.size()
                    && seconds(file.lastModifiedTime()) == TimeUnit.NANOSECONDS.toSeconds(version.mtimeNanos());
            return same ? Found.SAME : Found.OTHER;
        } catch (NoSuchFileException e) {
            return Found.NOTHING;
        } catch (IOException e) {
            throw new FailureException(RestoreTarget.failure(target, 0, e), e);
        }
    }

    private static long seconds(FileTime time) {
        return time.to(TimeUnit.SECONDS);
    }

    /** The room of the file system of the first file; all files of a set lie below one directory. */
    private static final class Room {
        private long free = -1;

        void require(Path target, long bytes) throws FailureException {
            if (free < 0) {
                free = free(target);
            }
            if (free > 0 && free < bytes) {
                throw new FailureException(
                        RestoreTarget.full(target, "and the rest need " + bytes + " bytes", free), null);
            }
        }

        /** Returns the free bytes, with the blocks that root alone may use; 0 where they are not reported. */
        private static long free(Path target) {
            Path there = target;
            while (there.getParent() != null && Look.at(there) != Look.THERE) {
                there = there.getParent();
            }
            return there.toFile().getFreeSpace();
        }
    }

    private static long saturated(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
