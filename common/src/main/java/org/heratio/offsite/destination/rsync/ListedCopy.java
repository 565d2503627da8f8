package org.heratio.offsite.destination.rsync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.failure.FailureException;

/**
 * A name, as rsync lists it.
 *
 * @param state of the directory
 * @param entries by name: what is there, its sidecar, its tag, and the directories above them
 */
record ListedCopy(Presence.State state, Map<String, RemoteListing.Entry> entries) {

    /** The longest sidecar or tag that is fetched, in bytes. */
    static final int MAX_SMALL = Math.max(Sha256Sidecar.MAX_BYTES, OwnerTag.MAX_BYTES);

    /** Looks at a copy and what belongs to it. */
    static ListedCopy at(RemoteListing listing, String name) throws FailureException, InterruptedException {
        List<String> names = new ArrayList<>(List.of(name, Sha256Sidecar.nameFor(name), OwnerTag.fileFor(name)));
        // also where a file is in the way of a directory
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            names.add(name.substring(0, slash));
        }
        return at(listing, names);
    }

    static ListedCopy at(RemoteListing listing, List<String> names) throws FailureException, InterruptedException {
        Map<String, RemoteListing.Entry> entries = new HashMap<>();
        Seen seen = new Seen();
        List<String> how = new ArrayList<>(List.of("--recursive"));
        List<String> wanted = new ArrayList<>(names);
        wanted.add(DirectoryLayout.MARKER);
        how.addAll(RemoteListing.only(wanted));
        boolean there = listing.list(how, entry -> {
            if (wanted.contains(entry.name())) {
                entries.put(entry.name(), entry);
            }
            seen.note(entry);
        });
        if (there && seen.state(true) == Presence.State.EMPTY) {
            // the filters hide the rest
            listing.list(List.of("--dirs"), seen::note);
        }
        return new ListedCopy(seen.state(there), entries);
    }

    boolean isDirectory(String name) {
        RemoteListing.Entry entry = entries.get(name);
        return entry != null && entry.isDirectory();
    }

    /** Returns whether there is a file at the name that is short enough for a sidecar or a tag. */
    boolean hasSmallFile(String name) {
        RemoteListing.Entry entry = entries.get(name);
        return entry != null && entry.isFile() && entry.size() <= MAX_SMALL;
    }

    /** The state of the directory, as a listing shows it. */
    static final class Seen {
        private boolean marked;
        private boolean any;

        void note(RemoteListing.Entry entry) {
            marked |= entry.isFile() && entry.name().equals(DirectoryLayout.MARKER);
            any |= !entry.name().equals(".");
        }

        Presence.State state(boolean there) {
            if (!there) {
                return Presence.State.ABSENT;
            }
            return marked ? Presence.State.MARKED : any ? Presence.State.UNMARKED : Presence.State.EMPTY;
        }
    }
}
