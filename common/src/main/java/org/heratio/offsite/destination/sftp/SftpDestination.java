package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.heratio.offsite.destination.Capabilities;
import org.heratio.offsite.destination.CopyPublisher;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.ListedBytes;
import org.heratio.offsite.destination.ListedNames;
import org.heratio.offsite.destination.NameLocks;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PartialNames;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;

/** A directory of an account that offers SFTP alone: each copy a file with a sidecar, and with an {@link OwnerTag} in a file of its own. */
public final class SftpDestination implements Destination {
    private final SftpConfig config;
    private final DirectoryLayout layout;
    private final SftpFailures failures;
    private final Channels channels;
    private final Presence presence;
    private final SftpRoot root;
    private final RateLimit limit;
    private final RunningPuts running = new RunningPuts();
    private final NameLocks publishing = new NameLocks();

    /**
     * Connects to nothing yet.
     *
     * @param holdsCopies asked, when the directory is empty or missing and has no marker, whether the ledger knows of copies there.
     *     Called from worker threads, and may block.
     * @param limit of what is sent
     */
    public SftpDestination(SftpConfig config, BooleanSupplier holdsCopies, RateLimit limit) {
        this.config = config;
        this.layout = new DirectoryLayout(config.account().path());
        this.failures = new SftpFailures(config);
        this.channels = new Channels(config, failures);
        this.presence = new Presence(
                config.account().path() + " at " + config.account().where(), "BACKUP_OFFSITE_SFTP_PATH", holdsCopies);
        this.root = new SftpRoot(config, presence);
        this.limit = limit;
    }

    @Override
    public String driver() {
        return SftpDriver.NAME;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(DirectoryLayout.MAX_NAME_BYTES, true);
    }

    @Override
    public String remotePath(String name) {
        return layout.path(name);
    }

    @Override
    public String nameOf(String remotePath) {
        return layout.name(remotePath);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        layout.requireUsable(request.name());
        try (RunningPuts.Held held = running.begin(request)) {
            channels.with("putting " + layout.path(request.name()), sftp -> {
                put(request, sftp);
                return true;
            });
        }
        return new Stored(request.name(), request.size(), request.sha256());
    }

    private void put(PutRequest request, Sftp sftp) throws IOException, FailureException, InterruptedException {
        SftpFiles files = new SftpFiles(sftp, layout);
        root.prepare(files);
        publisher(files).requireFree(request, isCopy(files, request.name()));
        PartialNames partial = PartialNames.of(request);
        files.makeDirectory(DirectoryLayout.PARTIAL);
        try {
            new Upload(sftp, request, limit, layout.path(partial.payload())).send();
            files.writeSmall(partial.sidecar(), Sha256Sidecar.content(request.sha256(), request.name()));
            // what was a directory may be a link by now
            publish(request, new SftpFiles(sftp, layout), partial);
        } catch (FailureException e) {
            if (e.failure().kind() != FailureKind.TRANSIENT) {
                files.delete(partial.payload());
                files.delete(partial.sidecar());
            }
            throw e;
        }
    }

    private void publish(PutRequest request, SftpFiles files, PartialNames partial)
            throws IOException, FailureException, InterruptedException {
        try (NameLocks.Held held = publishing.hold(request.name())) {
            boolean unused = publisher(files).publish(request, partial);
        }
    }

    private CopyPublisher publisher(SftpFiles files) {
        return new CopyPublisher(files, layout);
    }

    /** Returns whether a copy has the name; throws when something else has it. */
    private boolean isCopy(SftpFiles files, String name) throws IOException, FailureException, InterruptedException {
        return files.tree().sizeOfCopy(name).isPresent();
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        String what = "reading " + layout.path(name);
        while (true) {
            Channels.Lease lease = channels.lease();
            boolean opened = false;
            try {
                InputStream stream = open(name, new CopyStream.Part(offset, expected), what, lease);
                opened = true;
                return stream;
            } catch (IOException e) {
                if (SftpFailures.isAnswer(e)) {
                    throw channels.classified(what, e, lease);
                }
                lease.sftp.abort();
                // a connection that rested may have ended long ago
                if (!lease.used || lease.sftp.isStalled()) {
                    throw failures.of(what, e, null);
                }
            } finally {
                if (!opened) {
                    lease.close();
                }
            }
        }
    }

    private InputStream open(String name, CopyStream.Part part, String what, Channels.Lease lease)
            throws IOException, FailureException, InterruptedException {
        Presence.View view = presence.view();
        SftpFiles files = new SftpFiles(lease.sftp, layout);
        Optional<Long> size = files.tree().sizeOfCopy(name);
        if (size.isEmpty()) {
            view.requireNotHollow(root.state(files));
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    layout.path(name) + " is not at " + config.account().where());
        }
        RemoteCopy copy = RemoteCopy.open(lease, layout.path(name), Math.min(part.offset(), size.get()), size.get());
        return new CopyStream(copy, what, size.get(), part, e -> failures.of(what, e, null));
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        return channels.with("looking at " + layout.path(name), sftp -> {
            Presence.View view = presence.view();
            SftpFiles files = new SftpFiles(sftp, layout);
            Optional<Long> size = files.tree().sizeOfCopy(name);
            if (size.isEmpty()) {
                view.requirePresent(root.state(files));
                return Optional.empty();
            }
            CopyPublisher copies = publisher(files);
            Stored copy = new Stored(name, size.get(), copies.sha256(name).orElse(null));
            return Optional.of(new Occupant(copy, copies.owner(name).orElse(null)));
        });
    }

    /** Tries whether the server gives a name that is taken to nobody else: not all of them do. */
    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return channels.with(
                "announcing this installation in " + config.account().path(), sftp -> {
                    SftpFiles files = new SftpFiles(sftp, layout);
                    root.prepare(files);
                    publisher(files).announce(self);
                    return !publisher(files).create(self);
                });
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return channels.with("reading who ships to " + config.account().path(), sftp -> {
            SftpFiles files = new SftpFiles(sftp, layout);
            root.requirePresent(files);
            return publisher(files).installations();
        });
    }

    /** Sidecars are not read for a listing, so that {@link Stored#sha256} is null here; {@link #look} knows it. */
    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        // a directory at a time, and none while the consumer is called: it may need the channel, and take its time
        String place = config.account().path() + " at " + config.account().where();
        ListedNames names = ListedNames.inDirectory(place, consumer);
        ListedBytes ahead = new ListedBytes("listing " + place);
        List<String> directories = new ArrayList<>(List.of(""));
        while (!directories.isEmpty()) {
            String directory = directories.remove(directories.size() - 1);
            ahead.release(directory);
            List<SftpTree.Entry> entries = channels.with("listing " + layout.path(directory), sftp -> {
                SftpFiles files = new SftpFiles(sftp, layout);
                if (directory.isEmpty()) {
                    root.requirePresent(files);
                }
                return files.tree().entries(layout.path(directory));
            });
            for (SftpTree.Entry entry : entries) {
                String name = directory + entry.name();
                if (entry.name().indexOf('/') >= 0) {
                    names.passOver(name);
                } else if (entry.isDirectory() && names.admits(name)) {
                    directories.add(name + "/");
                    ahead.hold(name + "/");
                    ahead.require();
                } else if (entry.isFile()) {
                    names.file(name, entry.size());
                }
            }
        }
        names.end();
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        boolean unused = channels.with("deleting " + layout.path(name), sftp -> {
            SftpFiles files = new SftpFiles(sftp, layout);
            root.requirePresent(files);
            boolean there = isCopy(files, name);
            publisher(files).remove(name);
            return there;
        });
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
        List<String> found = channels.with(
                "looking for unfinished puts in " + config.account().path(), sftp -> {
                    SftpFiles files = new SftpFiles(sftp, layout);
                    root.requirePresent(files);
                    return files.list(DirectoryLayout.PARTIAL);
                });
        for (String file : found) {
            Optional<String> ours = PartialNames.transferId(file, owner);
            if (ours.isPresent()) {
                removeAbandoned(file, owner, ours.get(), keep);
            } else if (PartialNames.isProbe(file)) {
                remove(file);
            }
        }
    }

    private void removeAbandoned(String file, String owner, String transferId, Keep keep)
            throws FailureException, InterruptedException {
        // held, so that no put begins to use what is about to be removed
        try (RunningPuts.Held held = running.hold(owner, transferId).orElse(null)) {
            if (held != null && !keep.keeps(transferId)) {
                remove(file);
            }
        }
    }

    private void remove(String file) throws FailureException, InterruptedException {
        boolean unused = channels.with("clearing away " + file, sftp -> {
            new SftpFiles(sftp, layout).delete(DirectoryLayout.PARTIAL + "/" + file);
            return true;
        });
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        boolean unused = channels.with("writing in " + config.account().path(), sftp -> {
            SftpFiles files = new SftpFiles(sftp, layout);
            Presence.View view = presence.view();
            Presence.State state = root.state(files);
            view.requirePresent(state);
            if (state != Presence.State.ABSENT) {
                String file = PartialNames.ofProbe().payload();
                files.makeDirectory(DirectoryLayout.PARTIAL);
                files.writeSmall(file, " ".repeat(4096));
                files.delete(file);
            }
            return true;
        });
    }

    @Override
    public void close() {
        channels.close();
    }
}
