package org.heratio.offsite.destination;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.heratio.offsite.failure.FailureException;

/**
 * Gives finished copies their names in a directory, and takes them away, in the order of ADR 6; keeps owner tags and announcements
 * (ADR 63). Whatever the moment of a crash, no sidecar stands beside a payload that it does not describe. The driver sees to it that
 * one thread at a time works on a name.
 */
public final class CopyPublisher {
    /** Announcements that are read; a directory with more of them is not made by this program. */
    private static final int MAX_INSTALLATIONS = 1000;

    private final CopyFiles files;
    private final DirectoryLayout layout;

    public CopyPublisher(CopyFiles files, DirectoryLayout layout) {
        this.files = files;
        this.layout = layout;
    }

    /**
     * Takes the name for its owner, then gives the files their names.
     *
     * @param partial payload and sidecar, which are whole and synced
     * @return whether the payload was moved; else its temporary name may still be there
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when the name belongs to someone else
     */
    public boolean publish(PutRequest request, PartialNames partial)
            throws IOException, FailureException, InterruptedException {
        String name = request.name();
        String itsSidecar = Sha256Sidecar.nameFor(name);
        files.makeDirectoryOf(name);
        boolean replaces = files.exists(name);
        OwnerTag before = own(request, partial, replaces);
        if (replaces) {
            files.delete(itsSidecar);
            files.syncDirectoryOf(name);
            tag(request, partial, before);
            files.replace(partial.payload(), name);
            // else a power cut may keep the sidecar's new name and forget the payload's
            files.syncDirectoryOf(name);
            files.replace(partial.sidecar(), itsSidecar);
        } else {
            tag(request, partial, before);
            files.replace(partial.sidecar(), itsSidecar);
            files.syncDirectoryOf(name);
            place(request, partial.payload());
        }
        files.syncDirectoryOf(name);
        return replaces;
    }

    /**
     * Looks whether a put may have its name, before gigabytes are sent. Who races for the name is found out when it is published.
     *
     * @param taken whether a copy has the name
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when the name belongs to someone else, and when a directory is in place
     *     of the sidecar or of the tag
     */
    public void requireFree(PutRequest request, boolean taken)
            throws IOException, FailureException, InterruptedException {
        String path = layout.path(request.name());
        for (String beside : List.of(Sha256Sidecar.nameFor(request.name()), OwnerTag.fileFor(request.name()))) {
            if (files.isDirectory(beside)) {
                throw Taken.byADirectory(layout.path(beside));
            }
        }
        Optional<OwnerTag> owner = owner(request.name());
        if (owner.isPresent() && !owner.get().installation().equals(request.owner())) {
            throw Taken.by(owner.get().installation(), path);
        }
        if (taken && owner.isEmpty() && !request.replacesUntagged()) {
            throw Taken.byAStranger(path);
        }
    }

    /** Returns the tag that is at the name when this put may have it. */
    private OwnerTag own(PutRequest request, PartialNames partial, boolean replaces)
            throws IOException, FailureException, InterruptedException {
        OwnerTag wanted = OwnerTag.of(request);
        String path = layout.path(request.name());
        Optional<OwnerTag> there = owner(request.name());
        if (there.isEmpty()) {
            if (replaces && !request.replacesUntagged()) {
                throw Taken.byAStranger(path);
            }
            if (files.create(partial.tag(), OwnerTag.fileFor(request.name()), wanted.content(request.name()))) {
                return wanted;
            }
            there = owner(request.name());
        }
        OwnerTag owner = there.orElseThrow(() -> Taken.byAStranger(path));
        if (!owner.installation().equals(request.owner())) {
            throw Taken.by(owner.installation(), path);
        }
        return owner;
    }

    private void tag(PutRequest request, PartialNames partial, OwnerTag before)
            throws IOException, FailureException, InterruptedException {
        OwnerTag now = OwnerTag.of(request);
        if (!now.equals(before)) {
            files.overwrite(partial.tag(), OwnerTag.fileFor(request.name()), now.content(request.name()));
        }
    }

    private void place(PutRequest request, String payload) throws IOException, FailureException, InterruptedException {
        if (!files.place(payload, request.name())) {
            // someone who knows no tags put a file there in this very moment
            files.delete(Sha256Sidecar.nameFor(request.name()));
            files.delete(OwnerTag.fileFor(request.name()));
            throw Taken.byAStranger(layout.path(request.name()));
        }
    }

    /** Takes a copy away: payload, sidecar, tag. What is not there is no failure. */
    public void remove(String name) throws IOException, FailureException, InterruptedException {
        boolean payload = files.exists(name);
        boolean sidecar = files.exists(Sha256Sidecar.nameFor(name));
        files.delete(name);
        for (String beside : List.of(Sha256Sidecar.nameFor(name), OwnerTag.fileFor(name))) {
            if (!files.isDirectory(beside)) {
                files.delete(beside);
            }
        }
        if (payload || sidecar) {
            files.syncDirectoryOf(name);
        }
    }

    /** Returns the owner of a name; empty when no one, or nothing that can be read, has it. */
    public Optional<OwnerTag> owner(String name) throws IOException, FailureException, InterruptedException {
        return files.read(OwnerTag.fileFor(name), OwnerTag.MAX_BYTES).flatMap(OwnerTag::parse);
    }

    /** Returns the hash that the sidecar of a copy claims; empty when it claims none. */
    public Optional<String> sha256(String name) throws IOException, FailureException, InterruptedException {
        return files.read(Sha256Sidecar.nameFor(name), Sha256Sidecar.MAX_BYTES).flatMap(Sha256Sidecar::parse);
    }

    /** Adds an announcement, or replaces one with another content. If it is there, deletes what a crash left of an earlier try. */
    public void announce(Installation self) throws IOException, FailureException, InterruptedException {
        if (!files.exists(self.file())) {
            boolean unused = create(self);
            return;
        }
        Optional<String> before = files.read(self.file(), Installation.MAX_BYTES);
        if (before.isPresent() && !before.get().equals(self.content())) {
            files.overwrite(temporary(self), self.file(), self.content());
        }
        for (String file : files.list(Installation.DIRECTORY)) {
            if (file.startsWith(leftovers(self))) {
                files.delete(Installation.DIRECTORY + "/" + file);
            }
        }
    }

    /**
     * Creates an announcement.
     *
     * @return false when it is there already
     */
    public boolean create(Installation self) throws IOException, FailureException, InterruptedException {
        try {
            return files.create(temporary(self), self.file(), self.content());
        } catch (IOException e) {
            if (files.exists(self.file())) {
                return false; // another process was quicker, and took this one's temporary file for a leftover
            }
            throw e;
        }
    }

    private static String temporary(Installation self) {
        return Installation.DIRECTORY + "/" + leftovers(self) + UUID.randomUUID();
    }

    private static String leftovers(Installation self) {
        return "." + self.id() + ".";
    }

    /** Returns who announced themselves. */
    public List<Installation> installations() throws IOException, FailureException, InterruptedException {
        List<Installation> found = new ArrayList<>();
        for (String id : files.list(Installation.DIRECTORY)) {
            if (Installation.isId(id) && found.size() < MAX_INSTALLATIONS) {
                files.read(Installation.DIRECTORY + "/" + id, Installation.MAX_BYTES)
                        .ifPresent(text -> found.add(Installation.parse(id, text)));
            }
        }
        return found;
    }
}
