package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;

/**
 * Restores a set of archives. A file that is there already is skipped, so that a restore that was stopped goes on where it was. Blocks; for
 * one thread.
 */
public final class RestoreSet {
    /** File systems that keep times the least exactly keep even seconds. */
    private static final long SAME_SECONDS = 2;

    private final RestoreService service;
    private final RestorePlaces places;
    private final Overwrite overwrite;

    public RestoreSet(RestoreService service, RestorePlaces places, Overwrite overwrite) {
        this.service = service;
        this.places = places;
        this.overwrite = overwrite;
    }

    /** Hands over the versions of the set, as often as it is asked. */
    @FunctionalInterface
    public interface Source {
        void each(ArchiveFinder.Taker taker) throws FailureException, InterruptedException;
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

    private enum Found {
        NOTHING,
        SAME,
        OTHER
    }

    /**
     * Adds up what a restore would do. Returns the number of archives in the set.
     *
     * @throws FailureException {@code TARGET_FULL} if it needs more room than there is
     */
    public long plan(Source source, Listener listener) throws FailureException, InterruptedException {
        long[] archives = new long[1];
        RoomNeeded room = new RoomNeeded();
        source.each(version -> {
            archives[0]++;
            try {
                Path target = places.of(version);
                Found found = look(target, version);
                if (replaces(found)) {
                    room.add(version.size(), found == Found.NOTHING ? 0 : sizeOf(target));
                    listener.planned(version, target);
                } else {
                    listener.kept(version, target, found == Found.SAME);
                }
            } catch (FailureException e) {
                listener.failed(version, e.failure());
            }
        });
        room.require(places.root());
        return archives[0];
    }

    /**
     * Restores the archives. One that fails keeps no other one back.
     *
     * @throws FailureException if the place to restore to is full, or cannot be written at all
     */
    public void restore(Source source, Listener listener) throws FailureException, InterruptedException {
        places.requireUsable();
        source.each(version -> {
            try {
                one(version, listener);
            } catch (FailureException e) {
                if (e.failure().code() == ErrorCode.TARGET_FULL) {
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
            long seconds = TimeUnit.NANOSECONDS.toSeconds(version.mtimeNanos());
            boolean same = file.isRegularFile()
                    && file.size() == version.size()
                    && Math.abs(file.lastModifiedTime().to(TimeUnit.SECONDS) - seconds) <= SAME_SECONDS;
            return same ? Found.SAME : Found.OTHER;
        } catch (NoSuchFileException e) {
            return Found.NOTHING;
        } catch (IOException e) {
            throw new FailureException(RestoreTarget.failure(target, 0, e), e);
        }
    }

    private static long sizeOf(Path file) throws FailureException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .size();
        } catch (IOException e) {
            throw new FailureException(RestoreTarget.failure(file, 0, e), e);
        }
    }
}
