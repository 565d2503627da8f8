package org.heratio.offsite.destination.rsync;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.Destination;
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
    private final RsyncConfig config;
    private final Names names;
    private final Presence presence;
    private final SshCommand command;
    private final RsyncTransfer transfer;
    private final RemoteListing listing;
    private final Stages stages;
    private final Turn turn = new Turn();
    private volatile boolean syncs = true;

    RsyncAccount(RsyncConfig config, Presence presence, SshCommand command, RsyncFailures failures, RateLimit limit) {
        this.config = config;
        this.names = new Names(config.path());
        this.presence = presence;
        this.command = command;
        this.transfer = new RsyncTransfer(config, failures, limit);
        this.listing = new RemoteListing(config, command, failures);
        this.stages = new Stages(config.work());
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        return turn.take(() -> putNow(request));
    }

    private Stored putNow(PutRequest request) throws FailureException, InterruptedException {
        PayloadCheck check = new PayloadCheck(request);
        Presence.State state = requireFree(request.name());
        try (Stage stage = stages.make()) {
            List<String> sent = new ArrayList<>();
            if (state != Presence.State.MARKED) {
                sent.add(stage.write(Names.MARKER, Scripts.MARKER_TEXT));
            }
            sent.add(stage.link(request.name(), request.file()));
            sent.add(stage.write(
                    Sha256Sidecar.nameFor(request.name()), Sha256Sidecar.content(request.sha256(), request.name())));
            send(request, stage, String.join("\0", sent) + "\0");
        } catch (FailureException e) {
            // rsync only says that something went wrong with it
            check.requireUnchanged();
            throw e;
        }
        removeIfChanged(check, request);
        return new Stored(request.name(), request.size(), request.sha256());
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

    /** The state of the directory, in which something may be put at the name. */
    private Presence.State requireFree(String name) throws FailureException, InterruptedException {
        Look look = look(name);
        boolean may = switch (look.state()) {
            case MARKED -> true;
            case UNMARKED -> presence.mayMark();
            case EMPTY, ABSENT -> presence.mayMakeAnew();
            case NOWHERE -> false;
        };
        if (!may) {
            presence.requirePresent(look.state());
            throw new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE, config.path() + " at " + config.where() + " can't be used");
        }
        requireFile(name, look);
        return look.state();
    }

    private void send(PutRequest request, Stage stage, String list) throws FailureException, InterruptedException {
        boolean sync = syncs;
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--files-from=-", "--from0", "--copy-links", "--ignore-times"));
        args.addAll(List.of("--partial-dir=" + Names.PARTIAL, "--no-human-readable", "--info=progress2"));
        if (sync) {
            args.add("--fsync");
        }
        List<String> operands = List.of("--", stage.directory() + "/", operand());
        try {
            transfer.send(request, new RsyncTransfer.Sending(args, operands, list), request.size());
        } catch (RsyncException e) {
            if (!sync || !e.means(RsyncException.Meaning.NO_FSYNC)) {
                throw e;
            }
            syncs = false; // an rsync before 3.2.4
            send(request, stage, list);
        }
    }

    private String operand() {
        return command.operand(config.path().equals("/") ? "/" : config.path() + "/");
    }

    @Override
    public InputStream open(String name, long offset) throws FailureException, InterruptedException {
        return turn.take(() -> openNow(name, offset));
    }

    private InputStream openNow(String name, long offset) throws FailureException, InterruptedException {
        long size = requireThere(name, look(name));
        Stage stage = stages.make();
        boolean opened = false;
        try {
            stage.requireRoom(size);
            InputStream in = Files.newInputStream(fetch(name, stage));
            in.skipNBytes(Math.min(offset, Files.size(stage.file(name))));
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

    /** The file here, below the stage. */
    private Path fetch(String name, Stage stage) throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--files-from=-", "--from0", "--ignore-times", "--info=progress2"));
        args.addAll(List.of("--", operand(), stage.directory() + "/"));
        try {
            listing.run("reading " + names.path(name), args, name + "\0", line -> {});
        } catch (FailureException e) {
            throw e.failure().code() == ErrorCode.DESTINATION_FULL
                    ? Stage.noRoom(e.failure().reason())
                    : e;
        }
        return stage.file(name);
    }

    @Override
    public Optional<Stored> hashThere(String name, LongConsumer progress) {
        return Optional.empty();
    }

    @Override
    public Optional<Stored> stat(String name) throws FailureException, InterruptedException {
        return turn.take(() -> statNow(name));
    }

    private Optional<Stored> statNow(String name) throws FailureException, InterruptedException {
        Look look = look(name);
        RemoteListing.Entry file = requireFile(name, look);
        if (file == null) {
            presence.requirePresent(look.state());
            return Optional.empty();
        }
        String sidecar = Sha256Sidecar.nameFor(name);
        RemoteListing.Entry hash = look.entries().get(sidecar);
        boolean readable = hash != null && hash.isFile() && hash.size() <= Sha256Sidecar.MAX_BYTES;
        return Optional.of(new Stored(name, file.size(), readable ? sha256(sidecar) : null));
    }

    private @Nullable String sha256(String sidecar) throws FailureException, InterruptedException {
        try (Stage stage = stages.make()) {
            return Sha256Sidecar.parse(Files.readString(fetch(sidecar, stage))).orElse(null);
        } catch (CharacterCodingException e) {
            return null; // no sidecar of anybody
        } catch (IOException e) {
            throw Stage.trouble(e);
        }
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        List<Stored> found = turn.take(this::listNow);
        found.forEach(consumer);
    }

    private List<Stored> listNow() throws FailureException, InterruptedException {
        List<Stored> found = new ArrayList<>();
        Look.Seen seen = new Look.Seen();
        boolean there = listing.list(List.of("--recursive", "--exclude=" + Names.PARTIAL + "/"), entry -> {
            seen.note(entry);
            boolean copy =
                    entry.isFile() && !entry.name().equals(Names.MARKER) && !Sha256Sidecar.isSidecar(entry.name());
            if (copy) {
                found.add(new Stored(entry.name(), entry.size(), null));
            }
        });
        presence.requirePresent(seen.state(there));
        return found;
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        turn.take(() -> deleteNow(name));
    }

    private boolean deleteNow(String name) throws FailureException, InterruptedException {
        Look look = look(name);
        if (requireFile(name, look) == null) {
            presence.requirePresent(look.state());
            return false;
        }
        try (Stage stage = stages.make()) {
            Files.createDirectories(
                    Optional.ofNullable(stage.file(name).getParent()).orElse(stage.directory()));
            List<String> args = new ArrayList<>(command.rsyncAlone());
            args.addAll(List.of("--recursive", "--delete"));
            args.addAll(RemoteListing.only(List.of(name, Sha256Sidecar.nameFor(name))));
            args.addAll(List.of("--", stage.directory() + "/", operand()));
            listing.run("deleting " + names.path(name), args, "", line -> {});
            return true;
        } catch (IOException e) {
            throw Stage.trouble(e);
        }
    }

    /** What unfinished puts left can't be told from what others left; the next put of the name uses it. */
    @Override
    public void removeAbandoned(String owner, Destination.Keep keep) {}

    @Override
    public void probe() throws FailureException, InterruptedException {
        presence.requirePresent(turn.take(() -> look(Names.MARKER)).state());
    }

    private Look look(String name) throws FailureException, InterruptedException {
        return Look.at(listing, name);
    }

    /** Null when nothing is there; throws when it is something else than a file. */
    private RemoteListing.@Nullable Entry requireFile(String name, Look look) throws FailureException {
        RemoteListing.Entry entry = look.entries().get(name);
        if (entry != null && !entry.isFile()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_NAME_TAKEN,
                    names.path(name) + " is at " + config.where() + ", but is no file of this destination",
                    "move it out of the destination");
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
