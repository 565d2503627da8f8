package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.ListedNames;
import org.heratio.offsite.destination.NameLocks;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;

/** An account that may run a POSIX shell: scripts prepare, publish, look and read, and rsync brings the bytes. */
final class ShellAccount implements Account {
    /** The time that a host may need to write out its cache. */
    private static final Duration SLOW_SYNC = Duration.ofMinutes(15);

    private final RsyncConfig config;
    private final DirectoryLayout layout;
    private final Scripts scripts;
    private final Presence presence;
    private final NameConflicts conflicts;
    private final RemoteShell shell;
    private final Announcements announcements;
    private final SshCommand command;
    private final RsyncTransfer transfer;
    private final NameLocks publishing = new NameLocks();
    private final ShellReader reader;
    private final UnfinishedPuts unfinished;

    ShellAccount(
            RsyncConfig config,
            Presence presence,
            SshCommand command,
            RsyncFailures failures,
            RateLimit limit,
            RunningPuts running) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.scripts = new Scripts(config.path());
        this.presence = presence;
        this.conflicts = new NameConflicts(config, layout);
        this.command = command;
        this.shell = new RemoteShell(command, failures);
        this.announcements = new Announcements(config, presence, shell);
        this.reader = new ShellReader(config, presence, shell, patience());
        this.unfinished = new UnfinishedPuts(config, presence, shell, running, patience());
        this.transfer = new RsyncTransfer(config, failures, limit);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        PayloadCheck check = new PayloadCheck(request);
        long partial = prepare(request);
        try {
            send(check, request, partial);
            requireRight(check, request);
            publish(request);
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.CORRUPT) {
                discard(request);
            }
            throw e;
        }
        return new Stored(request.name(), request.size(), request.sha256());
    }

    private void send(PayloadCheck check, PutRequest request, long partial)
            throws FailureException, InterruptedException {
        try {
            transfer.send(request, sending(request), partial);
        } catch (FailureException e) {
            // rsync only says that something went wrong with it
            check.requireUnchanged();
            throw e;
        }
    }

    /** A payload that changed or went away while it was sent may have arrived whole all the same; the host can tell, where it can hash. */
    private void requireRight(PayloadCheck check, PutRequest request) throws FailureException, InterruptedException {
        try {
            check.requireUnchanged();
        } catch (FailureException e) {
            Optional<Stored> arrived = remoteChecksum(Names.partialPayload(request), request.size(), sent -> {});
            if (arrived.map(Stored::sha256)
                    .filter(request.sha256()::equalsIgnoreCase)
                    .isEmpty()) {
                throw e;
            }
        }
    }

    /** Written in place: whatever ends it, also a host that goes down, leaves what has arrived, and the next try sends what is missing. */
    private RsyncTransfer.Sending sending(PutRequest request) {
        List<String> args = new ArrayList<>(command.rsync());
        // no -z: what is sent is compressed or encrypted already. Times say nothing about a temporary file.
        args.addAll(List.of("--copy-links", "--inplace", "--ignore-times"));
        args.addAll(List.of("--no-human-readable", "--info=progress2"));
        String target = layout.path(Names.partialPayload(request));
        String payload = Child.inputName(request.file()).toString();
        return new RsyncTransfer.Sending(args, List.of("--", payload, command.operand(target)));
    }

    /** How many bytes an earlier try has brought there. */
    private long prepare(PutRequest request) throws FailureException, InterruptedException {
        String what = "preparing " + config.path();
        Presence.View view = presence.view();
        Answer answer = run(what, scripts.prepare(request, view.mayMark(), view.mayMakeAnew()));
        conflicts.requireNone(request.name(), answer);
        if (!answer.word().equals("ready")) {
            view.requirePresent(answer.state());
            throw new FailureException(ErrorCode.DESTINATION_IO, what + " at " + config.where() + " had no answer");
        }
        view.marked();
        return Math.min(Expected.size(what, answer.rest()), request.size());
    }

    private void publish(PutRequest request) throws FailureException, InterruptedException {
        try (NameLocks.Held held = publishing.hold(request.name())) {
            Presence.View view = presence.view();
            Answer answer = run(
                    "publishing " + request.name(),
                    scripts.publish(request),
                    patience().plus(SLOW_SYNC));
            conflicts.requireNone(request.name(), answer);
            if (!answer.word().equals("published")) {
                view.requirePresent(answer.state());
                throw new FailureException(
                        ErrorCode.DESTINATION_IO,
                        "at " + config.where() + " " + answer.rest() + " of " + request.size() + " bytes of "
                                + request.name() + " arrived");
            }
        }
    }

    private void discard(PutRequest request) throws InterruptedException {
        try {
            run("clearing away " + request.name(), scripts.discard(request));
        } catch (FailureException e) {
            // removeAbandoned will find it
        }
    }

    @Override
    public InputStream open(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        return reader.open(name, part);
    }

    @Override
    public Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        return reader.checksum(name, expected, progress);
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        return reader.look(name);
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return announcements.add(self);
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return announcements.all();
    }

    /** Sidecars are not read for a listing, so that {@link Stored#sha256} is null here; {@link #look} knows it. */
    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        String what = "listing " + config.path();
        Presence.View view = presence.view();
        ListedNames names = ListedNames.inDirectory(config.path() + " at " + config.where(), consumer);
        try (Child child = shell.start(scripts.list())) {
            String state = Answer.line(child, patience());
            if (!state.isEmpty()) {
                shell.heard(state);
                Answer.state(state);
            }
            Listing.read(child, patience(), what, names);
            names.end();
            int exit = child.exit();
            if (exit != 0 && !onlyVanished(child.errors())) {
                throw shell.failures().of(what, exit, child.errors());
            }
            view.requirePresent(Answer.state(state));
        } catch (IOException e) {
            throw shell.failures().silent(what, e);
        }
    }

    /** Files may go away while they are listed. */
    private static boolean onlyVanished(String errors) {
        return !errors.isEmpty() && errors.lines().allMatch(line -> line.endsWith(": " + RsyncFailures.NO_SUCH_FILE));
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        Answer answer = run("deleting " + layout.path(name), scripts.delete(name));
        conflicts.requireNone(name, answer);
        view.requirePresent(answer.state());
    }

    @Override
    public void removeAbandoned(String owner, Destination.Keep keep) throws FailureException, InterruptedException {
        unfinished.removeAbandoned(owner, keep);
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        Presence.View view = presence.view();
        Answer answer = run("looking at " + config.path(), scripts.probe());
        view.requirePresent(answer.state());
        switch (answer.word()) {
            case "" -> {}
            case "norsync" -> throw shell.failures().of("looking for rsync", 127, "rsync: not found");
            default -> {
                boolean readOnly = answer.rest().toLowerCase(Locale.ROOT).contains(RsyncFailures.READ_ONLY);
                throw shell.failures()
                        .of("writing in " + config.path(), 1, readOnly ? RsyncFailures.READ_ONLY : "permission denied");
            }
        }
    }

    /** Throws unless the host runs a script for this account. The state of its directory does not matter. */
    void requireAnswer() throws FailureException, InterruptedException {
        run("looking at " + config.path(), scripts.probe());
    }

    /** Returns whether the host has run a script of this process. */
    boolean answered() {
        return shell.answered();
    }

    private Answer run(String what, String script) throws FailureException, InterruptedException {
        return run(what, script, patience());
    }

    private Answer run(String what, String script, Duration patience) throws FailureException, InterruptedException {
        return Answer.of(shell.run(what, script, Expected.TEXT, patience));
    }

    /** ssh notices a dead connection by itself; this is for a host that lives and says nothing. */
    private Duration patience() {
        return config.timeout().multipliedBy(3);
    }
}
