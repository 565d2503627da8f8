package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
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
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;

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
    private final RemoteListing listing;
    private final StagingArea stages;
    private final RsyncFiles files;
    private final RsyncOwners owners;
    private final RsyncCopies copies;
    private final RsyncPuts puts;
    private final TransferSlot turn = new TransferSlot();

    RsyncAccount(RsyncConfig config, Presence presence, SshCommand command, RsyncFailures failures, RateLimit limit) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.presence = presence;
        this.listing = new RemoteListing(config, command, failures);
        this.stages = new StagingArea(config.work());
        this.files = new RsyncFiles(config, command, listing);
        this.owners = new RsyncOwners(config, layout, stages, files);
        this.copies = new RsyncCopies(config, listing, stages, files);
        RsyncTransfer transfer = new RsyncTransfer(config, failures, limit);
        this.puts = new RsyncPuts(presence, command, transfer, stages, files, owners, copies);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        return turn.take(() -> puts.put(request));
    }

    @Override
    public InputStream open(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        return turn.take(() -> openNow(name, part));
    }

    private InputStream openNow(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        String what = "reading " + layout.path(name);
        long size = copies.requireThere(name, copies.lookAt(name), view);
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
        ListedCopy listed = copies.lookAt(name);
        RemoteListing.Entry file = copies.requireFile(name, listed);
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
                copies.remove(List.of(self.file()), listed);
            }
            if (before == null || differs) {
                try (StagingDirectory stage = stages.make()) {
                    owners.announce(self, RsyncFiles.marker(listed.state(), stage), stage);
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
        turn.take(() -> deleteNow(name));
    }

    private boolean deleteNow(String name) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        return copies.delete(name, copies.lookAt(name), view);
    }

    /** Does nothing: the remains of our unfinished puts look like those of others. The next put of the name uses them. */
    @Override
    public void removeAbandoned(String owner, Destination.Keep keep) throws FailureException, InterruptedException {
        probe();
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        view.requirePresent(
                turn.take(() -> copies.lookAt(DirectoryLayout.MARKER)).state());
    }

    /** Throws unless the host runs rsync for this account; what is in its directory does not matter. */
    void requireAnswer() throws FailureException, InterruptedException {
        turn.take(() -> copies.lookAt(DirectoryLayout.MARKER));
    }

    /** Nothing of it is left here. */
    @Override
    public void close() {
        stages.close();
    }
}
