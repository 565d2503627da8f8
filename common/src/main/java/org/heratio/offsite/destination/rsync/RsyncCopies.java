package org.heratio.offsite.destination.rsync;

import java.util.List;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** The copies at a host that runs rsync alone: what rsync lists at their names, and their removal. */
final class RsyncCopies {
    private final RsyncConfig config;
    private final DirectoryLayout layout;
    private final NameConflicts conflicts;
    private final RemoteListing listing;
    private final StagingArea stages;
    private final RsyncFiles files;

    RsyncCopies(RsyncConfig config, RemoteListing listing, StagingArea stages, RsyncFiles files) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.conflicts = new NameConflicts(config, layout);
        this.listing = listing;
        this.stages = stages;
        this.files = files;
    }

    /** Looks at a copy and what belongs to it. */
    ListedCopy lookAt(String name) throws FailureException, InterruptedException {
        return ListedCopy.at(listing, name);
    }

    /** Returns null if nothing is there. Throws if it is not a file. */
    RemoteListing.@Nullable Entry requireFile(String name, ListedCopy listed) throws FailureException {
        RemoteListing.Entry entry = listed.entries().get(name);
        if (entry != null && !entry.isFile()) {
            throw conflicts.noFile(name);
        }
        return entry;
    }

    void requireNoDirectory(String name, ListedCopy listed) throws FailureException {
        if (listed.isDirectory(name)) {
            throw conflicts.noFile(name);
        }
    }

    /** Throws if a file is in the way of a directory: rsync would delete it. */
    void requireDirectoriesAbove(String name, ListedCopy listed) throws FailureException {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            RemoteListing.Entry above = listed.entries().get(name.substring(0, slash));
            if (above != null && !above.isDirectory()) {
                throw conflicts.noFile(name.substring(0, slash));
            }
        }
    }

    /** Returns how many bytes are there. Throws if there is no copy. */
    long requireThere(String name, ListedCopy listed, Presence.View view) throws FailureException {
        RemoteListing.Entry file = requireFile(name, listed);
        if (file == null) {
            view.requireNotHollow(listed.state());
            throw new FailureException(ErrorCode.COPY_MISSING, layout.path(name) + " is not at " + config.where());
        }
        return file.size();
    }

    /** Deletes a copy, then what belongs to it. Returns whether any of it was there. */
    boolean delete(String name, ListedCopy listed, Presence.View view) throws FailureException, InterruptedException {
        requireFile(name, listed);
        // one call for all would delete them in an order of its own
        boolean any = remove(List.of(name), listed);
        any |= remove(List.of(Sha256Sidecar.nameFor(name), OwnerTag.fileFor(name)), listed);
        if (!any) {
            view.requirePresent(listed.state());
        }
        return any;
    }

    /** Deletes those of the files that are there, in one call. Returns whether any was there. */
    boolean remove(List<String> names, ListedCopy listed) throws FailureException, InterruptedException {
        List<String> there = names.stream()
                .filter(listed.entries()::containsKey)
                .filter(name -> !listed.isDirectory(name))
                .toList();
        if (there.isEmpty()) {
            return false;
        }
        try (StagingDirectory stage = stages.make()) {
            files.delete("deleting " + layout.path(there.get(0)), there, stage);
            return true;
        }
    }
}
