package org.heratio.offsite.destination.rsync;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * An account that may run rsync and nothing else. Names go by rsync's own protocol as lists and filters, never as arguments. What rsync can't do is
 * left out: a copy is read by fetching it whole, the host hashes nothing, and what unfinished puts leave stays until the next put of the
 * same name.
 */
final class RsyncAccount implements Account, AutoCloseable {
    private static final List<String> LISTED =
            List.of("--recursive", "--exclude=" + Names.PARTIAL + "/", "--exclude=/" + OwnerTag.DIRECTORY + "/*");

    private final RsyncConfig config;
    private final Names names;
    private final Presence presence;
    private final SshCommand command;
    private final RsyncTransfer transfer;
    private final RemoteListing listing;
    private final Stages stages;
    private final RsyncFiles files;
    private final RsyncOwners owners;
    private final Turn turn = new Turn();

    RsyncAccount(RsyncConfig config, Presence presence, SshCommand command, RsyncFailures failures, RateLimit limit) {
        this.config = config;
        this.names = new Names(config.path());
        this.presence = presence;
        this.command = command;
        this.transfer = new RsyncTransfer(config, failures, limit);
        this.listing = new RemoteListing(config, command, failures);
        this.stages = new Stages(config.work());
        this.files = new RsyncFiles(config, command, listing);
        this.owners = new RsyncOwners(config, names, stages, files);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        return turn.take(() -> putNow(request));
    }

    private Stored putNow(PutRequest request) throws FailureException, InterruptedException {
        PayloadCheck check = new PayloadCheck(request);
        Look look = lookAt(request.name());
        requireWritable(look.state());
        requireFile(request.name(), look);
        try (Stage stage = stages.make()) {
            List<String> marker = marker(look.state(), stage);
            List<String> sent = new ArrayList<>(marker);
            owners.claim(request, look, stage, marker).ifPresent(sent::add);
            sent.add(stage.link(request.name(), request.file()));
            sent.add(stage.write(
                    Sha256Sidecar.nameFor(request.name()), Sha256Sidecar.content(request.sha256(), request.name())));
            files.synced(options -> send(request, stage, RsyncFiles.list(sent), options));
        } catch (FailureException e) {
            // rsync only says that something went wrong with it
            check.requireUnchanged();
            throw e;
        }
        removeIfChanged(check, request);
        return new Stored(request.name(), request.size(), request.sha256());
    }

    /** Returns the files that a directory needs before anything else. */
    private static List<String> marker(Presence.State state, Stage stage) throws FailureException {
        return state == Presence.State.MARKED ? List.of() : List.of(stage.write(Names.MARKER, Scripts.MARKER_TEXT));
    }

    /** What was sent of a payload that changed meanwhile is no copy. One that only went away meanwhile, or can't be looked at, says nothing against it: the verifier will see. */
    private void removeIfChanged(PayloadCheck check, PutRequest request) throws FailureException, InterruptedException {
        try {
            check.requireUnchanged();
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.PAYLOAD_CORRUPT) {
                deleteNow(request.name());
                throw e;
            }
        }
    }

    private void requireWritable(Presence.State state) throws FailureException {
        boolean may = switch (state) {
            case MARKED -> true;
            case UNMARKED -> presence.mayMark();
            case EMPTY, ABSENT -> presence.mayMakeAnew();
            case NOWHERE -> false;
        };
        if (!may) {
            presence.requirePresent(state);
            throw new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE, config.path() + " at " + config.where() + " can't be used");
        }
    }

    private void send(PutRequest request, Stage stage, String list, List<String> options)
            throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--files-from=-", "--from0", "--copy-links", "--ignore-times"));
        args.addAll(List.of("--partial-dir=" + Names.PARTIAL, "--no-human-readable", "--info=progress2"));
        args.addAll(options);
        List<String> operands = List.of("--", stage.directory() + "/", files.operand());
        transfer.send(request, new RsyncTransfer.Sending(args, operands, list), request.size());
    }

    @Override
    public InputStream open(String name, long offset) throws FailureException, InterruptedException {
        return turn.take(() -> openNow(name, offset));
    }

    private InputStream openNow(String name, long offset) throws FailureException, InterruptedException {
        long size = requireThere(name, lookAt(name));
        Stage stage = stages.make();
        boolean opened = false;
        try {
            stage.requireRoom(size);
            files.fetch("reading " + names.path(name), List.of(name), stage, List.of());
            Path fetched = stage.file(name);
            InputStream in = Files.newInputStream(fetched);
            in.skipNBytes(Math.min(offset, Files.size(fetched)));
            opened = true;
            return new FilterInputStream(in) {
                @Override
                public void close() throws IOException {
                    super.close();
                    stage.close();
                }
            };
        } catch (IOException e) {
            throw Stage.trouble(e);
        } finally {
            if (!opened) {
                stage.close();
            }
        }
    }

    @Override
    public Optional<Stored> hashThere(String name, LongConsumer progress) {
        return Optional.empty();
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        return turn.take(() -> lookNow(name));
    }

    private Optional<Occupant> lookNow(String name) throws FailureException, InterruptedException {
        Look look = lookAt(name);
        RemoteListing.Entry file = requireFile(name, look);
        if (file == null) {
            presence.requirePresent(look.state());
            return Optional.empty();
        }
        RsyncOwners.Labels labels = owners.labels(name, look);
        return Optional.of(new Occupant(new Stored(name, file.size(), labels.sha256()), labels.tag()));
    }

    /** Returns false: rsync may replace what appears at the same moment. */
    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return turn.take(() -> {
            Look look = Look.at(listing, List.of(self.file()));
            requireWritable(look.state());
            if (!look.entries().containsKey(self.file())) {
                try (Stage stage = stages.make()) {
                    owners.announce(self, marker(look.state(), stage), stage);
                }
            }
            return false;
        });
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return turn.take(() -> {
            Look look = Look.at(listing, List.of(Installation.DIRECTORY));
            presence.requirePresent(look.state());
            return look.entries().containsKey(Installation.DIRECTORY) ? owners.installations() : List.of();
        });
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        List<Stored> found = turn.take(this::listNow);
        found.forEach(consumer);
    }

    private List<Stored> listNow() throws FailureException, InterruptedException {
        List<Stored> found = new ArrayList<>();
        Look.Seen seen = new Look.Seen();
        boolean there = listing.list(LISTED, entry -> {
            seen.note(entry);
            if (entry.isFile() && !isOurs(entry.name())) {
                found.add(new Stored(entry.name(), entry.size(), null));
            }
        });
        presence.requirePresent(seen.state(there));
        return found;
    }

    private static boolean isOurs(String name) {
        return name.equals(Names.MARKER) || Sha256Sidecar.isSidecar(name) || OwnerTag.isReserved(name);
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        turn.take(() -> deleteNow(name));
    }

    private boolean deleteNow(String name) throws FailureException, InterruptedException {
        Look look = lookAt(name);
        requireFile(name, look);
        List<String> there = Stream.of(name, Sha256Sidecar.nameFor(name), OwnerTag.fileFor(name))
                .filter(look.entries()::containsKey)
                .toList();
        if (there.isEmpty()) {
            presence.requirePresent(look.state());
            return false;
        }
        try (Stage stage = stages.make()) {
            files.delete("deleting " + names.path(name), there, stage);
            return true;
        }
    }

    /** What unfinished puts left can't be told from what others left; the next put of the name uses it. */
    @Override
    public void removeAbandoned(String owner, Destination.Keep keep) {}

    @Override
    public void probe() throws FailureException, InterruptedException {
        presence.requirePresent(turn.take(() -> lookAt(Names.MARKER)).state());
    }

    private Look lookAt(String name) throws FailureException, InterruptedException {
        return Look.at(listing, name);
    }

    /** Null when nothing is there; throws when it is something else than a file. */
    private RemoteListing.@Nullable Entry requireFile(String name, Look look) throws FailureException {
        RemoteListing.Entry entry = look.entries().get(name);
        if (entry != null && !entry.isFile()) {
            throw new NameConflicts(config, names).noFile(name);
        }
        return entry;
    }

    /** How many bytes are there. */
    private long requireThere(String name, Look look) throws FailureException {
        RemoteListing.Entry file = requireFile(name, look);
        if (file == null) {
            presence.requireNotHollow(look.state());
            throw new FailureException(ErrorCode.COPY_MISSING, names.path(name) + " is not at " + config.where());
        }
        return file.size();
    }

    /** Nothing of it is left here. */
    @Override
    public void close() {
        stages.close();
    }
}
