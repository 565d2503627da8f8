package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.ListedBytes;
import org.heratio.offsite.destination.ListedNames;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.jspecify.annotations.Nullable;

/**
 * An account that may run rsync and nothing else. Names go by rsync's own protocol as lists and filters, never as arguments. What rsync can't do is
 * left out: a copy is read by fetching it whole, the host hashes nothing, and what unfinished puts leave stays until the next put of the
 * same name.
 */
final class RsyncAccount implements Account, AutoCloseable {
    /** Copies that are kept in memory while they are listed. */
    private static final int MOST_LISTED = 1_000_000;

    private static final List<String> LISTED = List.of(
            "--recursive", "--exclude=" + DirectoryLayout.PARTIAL + "/", "--exclude=/" + OwnerTag.DIRECTORY + "/*");

    private final RsyncConfig config;
    private final DirectoryLayout layout;
    private final Presence presence;
    private final SshCommand command;
    private final RsyncTransfer transfer;
    private final RemoteListing listing;
    private final StagingArea stages;
    private final RsyncFiles files;
    private final RsyncOwners owners;
    private final TransferSlot turn = new TransferSlot();

    RsyncAccount(RsyncConfig config, Presence presence, SshCommand command, RsyncFailures failures, RateLimit limit) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.presence = presence;
        this.command = command;
        this.transfer = new RsyncTransfer(config, failures, limit);
        this.listing = new RemoteListing(config, command, failures);
        this.stages = new StagingArea(config.work());
        this.files = new RsyncFiles(config, command, listing);
        this.owners = new RsyncOwners(config, layout, stages, files);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        return turn.take(() -> putNow(request));
    }

    private Stored putNow(PutRequest request) throws FailureException, InterruptedException {
        PayloadCheck check = new PayloadCheck(request);
        Presence.View view = presence.view();
        ListedCopy listed = lookAt(request.name());
        view.requireWritable(listed.state());
        requireFile(request.name(), listed);
        requireNoDirectory(Sha256Sidecar.nameFor(request.name()), listed);
        requireNoDirectory(OwnerTag.fileFor(request.name()), listed);
        requireDirectoriesAbove(request.name(), listed);
        try (StagingDirectory stage = stages.make()) {
            List<String> marker = marker(listed.state(), stage);
            List<String> first = new ArrayList<>(marker);
            owners.claim(request, listed, stage, marker).ifPresent(first::add);
            List<String> then = new ArrayList<>();
            String payload = stage.link(request.name(), Child.inputName(request.file()));
            String sidecar = stage.write(
                    Sha256Sidecar.nameFor(request.name()), Sha256Sidecar.content(request.sha256(), request.name()));
            // one call for both would give the payload its name first (ADR 6)
            if (listed.entries().containsKey(request.name())) {
                remove(List.of(sidecar), listed);
                first.add(payload);
                then.add(sidecar);
            } else {
                first.add(sidecar);
                then.add(payload);
            }
            files.synced(options -> send(request, stage, RsyncFiles.list(first), options));
            files.synced(options -> send(request, stage, RsyncFiles.list(then), options));
            view.marked();
        } catch (FailureException e) {
            // rsync only says that something went wrong with it
            check.requireUnchanged();
            throw e;
        }
        removeIfChanged(check, request);
        return new Stored(request.name(), request.size(), request.sha256());
    }

    /** Returns the files that a directory needs before anything else. */
    private static List<String> marker(Presence.State state, StagingDirectory stage) throws FailureException {
        return state == Presence.State.MARKED
                ? List.of()
                : List.of(stage.write(DirectoryLayout.MARKER, DirectoryLayout.MARKER_TEXT));
    }

    /**
     * Removes the copy of a payload that changed while it was sent, unless the name has another tag by now. If the payload was deleted or
     * cannot be read, the copy stays, and the verifier checks it.
     */
    private void removeIfChanged(PayloadCheck check, PutRequest request) throws FailureException, InterruptedException {
        try {
            check.requireUnchanged();
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.PAYLOAD_CORRUPT) {
                ListedCopy listed = lookAt(request.name());
                if (OwnerTag.of(request)
                        .equals(owners.labels(request.name(), listed).tag())) {
                    deleteNow(request.name(), listed);
                }
                throw e;
            }
        }
    }

    private void send(PutRequest request, StagingDirectory stage, String list, List<String> options)
            throws FailureException, InterruptedException {
        try (StagingDirectory lists = stages.make()) {
            Path names = lists.file(lists.write("names", list));
            send(request, stage, names, options);
        }
    }

    private void send(PutRequest request, StagingDirectory stage, Path names, List<String> options)
            throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--files-from=" + names, "--from0", "--copy-links", "--ignore-times"));
        args.addAll(List.of("--partial-dir=" + DirectoryLayout.PARTIAL, "--no-human-readable", "--info=progress2"));
        args.addAll(options);
        List<String> operands = List.of("--", stage.directory() + "/", files.operand());
        transfer.send(request, new RsyncTransfer.Sending(args, operands), request.size());
    }

    @Override
    public InputStream open(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        return turn.take(() -> openNow(name, part));
    }

    private InputStream openNow(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        String what = "reading " + layout.path(name);
        long size = requireThere(name, lookAt(name), view);
        if (size > part.expected()) {
            return CopyStream.tooLong(what, part.expected());
        }
        StagingDirectory stage = stages.make();
        HeldFile fetched = null;
        boolean opened = false;
        try {
            stage.requireRoom(size);
            // it may have grown since
            if (!files.fetch(what, name, stage, part.expected())) {
                return CopyStream.tooLong(what, part.expected());
            }
            fetched = HeldFile.read(stage.file(name));
            long arrived = fetched.opened().size();
            fetched.channel().position(Math.min(part.offset(), arrived));
            CopyStream stream =
                    new CopyStream(new FetchedCopy(fetched, stage), what, arrived, part, StagingDirectory::failure);
            opened = true;
            return stream;
        } catch (IOException e) {
            throw StagingDirectory.failure(e);
        } finally {
            if (!opened) {
                if (fetched != null) {
                    fetched.close();
                }
                stage.close();
            }
        }
    }

    @Override
    public Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress) {
        return Optional.empty();
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        return turn.take(() -> lookNow(name));
    }

    private Optional<Occupant> lookNow(String name) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        ListedCopy listed = lookAt(name);
        RemoteListing.Entry file = requireFile(name, listed);
        if (file == null) {
            view.requirePresent(listed.state());
            return Optional.empty();
        }
        RsyncOwners.Labels labels = owners.labels(name, listed);
        return Optional.of(new Occupant(new Stored(name, file.size(), labels.sha256()), labels.tag()));
    }

    /** Returns false: rsync may replace what appears at the same moment. */
    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return turn.take(() -> {
            Presence.View view = presence.view();
            ListedCopy listed = ListedCopy.at(listing, List.of(self.file()));
            view.requireWritable(listed.state());
            RemoteListing.Entry before = listed.entries().get(self.file());
            boolean differs =
                    before != null && before.isFile() && !owners.installations().contains(self);
            if (differs) {
                remove(List.of(self.file()), listed);
            }
            if (before == null || differs) {
                try (StagingDirectory stage = stages.make()) {
                    owners.announce(self, marker(listed.state(), stage), stage);
                }
            }
            view.marked();
            return false;
        });
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return turn.take(() -> {
            Presence.View view = presence.view();
            ListedCopy listed = ListedCopy.at(listing, List.of(Installation.DIRECTORY));
            view.requirePresent(listed.state());
            return listed.entries().containsKey(Installation.DIRECTORY) ? owners.installations() : List.of();
        });
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        List<Stored> found = turn.take(this::listNow);
        found.forEach(consumer);
    }

    /** Nothing else may run meanwhile: the copies are kept until it is through. */
    private List<Stored> listNow() throws FailureException, InterruptedException {
        List<Stored> found = new ArrayList<>();
        String place = config.path() + " at " + config.where();
        ListedBytes bytes = new ListedBytes("listing " + place);
        ListedNames names = ListedNames.inDirectory(place, found::add);
        ListedCopy.Seen seen = new ListedCopy.Seen();
        Presence.View view = presence.view();
        boolean there = listing.list(LISTED, entry -> {
            seen.note(entry);
            if (entry.isFile()) {
                names.file(entry.name(), entry.size());
                bytes.hold(entry.name());
                bytes.require();
            }
            if (found.size() > MOST_LISTED) {
                throw Expected.wrong("listing " + place + ": it has more than " + MOST_LISTED + " copies");
            }
        });
        names.end();
        view.requirePresent(seen.state(there));
        return found;
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        turn.take(() -> deleteNow(name, lookAt(name)));
    }

    private boolean deleteNow(String name, ListedCopy listed) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        requireFile(name, listed);
        // one call for all would delete them in an order of its own
        boolean any = remove(List.of(name), listed);
        any |= remove(List.of(Sha256Sidecar.nameFor(name), OwnerTag.fileFor(name)), listed);
        if (!any) {
            view.requirePresent(listed.state());
        }
        return any;
    }

    /** Returns whether any of these files was there. */
    private boolean remove(List<String> names, ListedCopy listed) throws FailureException, InterruptedException {
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

    /** Does nothing: the remains of our unfinished puts look like those of others. The next put of the name uses them. */
    @Override
    public void removeAbandoned(String owner, Destination.Keep keep) throws FailureException, InterruptedException {
        probe();
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        view.requirePresent(turn.take(() -> lookAt(DirectoryLayout.MARKER)).state());
    }

    /** Throws unless the host runs rsync for this account; what is in its directory does not matter. */
    void requireAnswer() throws FailureException, InterruptedException {
        turn.take(() -> lookAt(DirectoryLayout.MARKER));
    }

    private ListedCopy lookAt(String name) throws FailureException, InterruptedException {
        return ListedCopy.at(listing, name);
    }

    /** Null when nothing is there; throws when it is something else than a file. */
    private RemoteListing.@Nullable Entry requireFile(String name, ListedCopy listed) throws FailureException {
        RemoteListing.Entry entry = listed.entries().get(name);
        if (entry != null && !entry.isFile()) {
            throw new NameConflicts(config, layout).noFile(name);
        }
        return entry;
    }

    private void requireNoDirectory(String name, ListedCopy listed) throws FailureException {
        if (listed.isDirectory(name)) {
            throw new NameConflicts(config, layout).noFile(name);
        }
    }

    /** rsync would delete a file that is in the way of a directory. */
    private void requireDirectoriesAbove(String name, ListedCopy listed) throws FailureException {
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            RemoteListing.Entry above = listed.entries().get(name.substring(0, slash));
            if (above != null && !above.isDirectory()) {
                throw new NameConflicts(config, layout).noFile(name.substring(0, slash));
            }
        }
    }

    /** How many bytes are there. */
    private long requireThere(String name, ListedCopy listed, Presence.View view) throws FailureException {
        RemoteListing.Entry file = requireFile(name, listed);
        if (file == null) {
            view.requireNotHollow(listed.state());
            throw new FailureException(ErrorCode.COPY_MISSING, layout.path(name) + " is not at " + config.where());
        }
        return file.size();
    }

    /** Nothing of it is left here. */
    @Override
    public void close() {
        stages.close();
    }
}
