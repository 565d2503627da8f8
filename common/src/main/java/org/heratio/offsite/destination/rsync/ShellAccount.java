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
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;

/** An account that may run a POSIX shell: scripts prepare, publish, look and read, and rsync brings the bytes. */
final class ShellAccount implements Account {
    /** Unfinished puts that one script removes: what a host is sent must fit into a pipe that it does not read from yet. */
    private static final int AT_ONCE = 100;
    /** Unfinished puts that are listed at a time: each name is shorter than 200 bytes. */
    private static final int PAGE = 5_000;
    /** The next hour sees to the rest, and no host keeps us for ever. */
    private static final int MOST_PAGES = 50;
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
    private volatile boolean hashes = true;
    private final NameLocks publishing = new NameLocks();
    private final RunningPuts running;

    ShellAccount(
            RsyncConfig config,
            Presence presence,
            SshCommand command,
            RsyncFailures failures,
            RateLimit limit,
            RunningPuts running) {
        this.running = running;
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.scripts = new Scripts(config.path());
        this.presence = presence;
        this.conflicts = new NameConflicts(config, layout);
        this.command = command;
        this.shell = new RemoteShell(command, failures);
        this.announcements = new Announcements(config, presence, shell);
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
        String what = "reading " + layout.path(name);
        Presence.View view = presence.view();
        Child child = shell.start(scripts.read(name, part.offset()));
        boolean opened = false;
        try {
            Answer answer = Answer.head(child, patience());
            if (answer.word().equals("file")) {
                long size = Expected.size(what, answer.rest());
                opened = true;
                return new CopyStream(
                        new ChildSource(child, shell, what, patience()),
                        what,
                        size,
                        part,
                        e -> shell.failures().silent(what, e));
            }
            shell.requireWell(what, child);
            throw absent(name, answer, view);
        } catch (IOException e) {
            throw shell.failures().silent(what, e);
        } finally {
            if (!opened) {
                child.close();
            }
        }
    }

    @Override
    public Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        if (!hashes) {
            return Optional.empty();
        }
        String what = "hashing " + layout.path(name);
        Presence.View view = presence.view();
        try (Child child = shell.start(scripts.hash(name))) {
            Answer answer = Answer.head(child, patience());
            if (answer.word().equals("file")) {
                long size = Expected.size(what, answer.rest());
                if (size > expected) {
                    // it would hash for longer than anybody wants to know
                    return Optional.empty();
                }
                Duration patience = Expected.patience(patience(), size, RsyncTransfer.SLOW_DISK);
                String sha256 = child.readAll(Expected.TEXT, patience, () -> progress.accept(0));
                shell.requireWell(what, child);
                return Sha256Sidecar.parse(sha256).map(hash -> new Stored(name, size, hash));
            }
            shell.requireWell(what, child);
            if (answer.word().equals("nohash")) {
                hashes = false;
                return Optional.empty();
            }
            throw absent(name, answer, view);
        } catch (IOException e) {
            throw shell.failures().silent(what, e);
        }
    }

    private FailureException absent(String name, Answer answer, Presence.View view) throws FailureException {
        requireNothing(name, answer);
        view.requireNotHollow(answer.state());
        return new FailureException(ErrorCode.COPY_MISSING, layout.path(name) + " is not at " + config.where());
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        String what = "looking at " + layout.path(name);
        Presence.View view = presence.view();
        Answer answer = run(what, scripts.stat(name));
        if (answer.word().equals("file")) {
            String[] words = (answer.rest() + " ").split(" ", 2);
            String sha256 = Sha256Sidecar.parse(answer.body()).orElse(null);
            OwnerTag tag = OwnerTag.parse(words[1].strip() + "\n").orElse(null);
            return Optional.of(new Occupant(new Stored(name, Expected.size(what, words[0]), sha256), tag));
        }
        requireNothing(name, answer);
        view.requirePresent(answer.state());
        return Optional.empty();
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return announcements.add(self);
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return announcements.all();
    }

    /** Throws unless it is certain that nothing is at the name. */
    private void requireNothing(String name, Answer answer) throws FailureException {
        conflicts.requireNone(name, answer);
        if (!RsyncFailures.isAbsence(answer.rest())) {
            throw shell.failures().of("looking at " + layout.path(name), 0, answer.rest());
        }
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
        int skipped = 0;
        for (int page = 0; page < MOST_PAGES; page++) {
            Presence.View view = presence.view();
            String script = scripts.partials(owner, skipped, PAGE);
            Answer answer = Answer.of(
                    shell.run("looking for unfinished puts in " + config.path(), script, Expected.LIST, patience()));
            conflicts.requireNone(DirectoryLayout.PARTIAL, answer);
            view.requirePresent(answer.state());
            int listed = Names.lines(answer);
            skipped += listed - removeAbandoned(owner, Names.partials(owner, answer), keep);
            if (listed < PAGE) {
                return;
            }
        }
    }

    /** Returns how many of these unfinished puts are removed. */
    private int removeAbandoned(String owner, List<String> names, Destination.Keep keep)
            throws FailureException, InterruptedException {
        String what = "clearing away unfinished puts in " + config.path();
        List<RunningPuts.Held> held = new ArrayList<>();
        try {
            List<String> abandoned = new ArrayList<>();
            for (String name : names) {
                String transferId = Names.transferId(owner, name);
                // held, so that no put begins to use what is about to be removed
                Optional<RunningPuts.Held> free = running.hold(owner, transferId);
                free.ifPresent(held::add);
                if (free.isPresent() && !keep.keeps(transferId)) {
                    abandoned.add(name);
                }
            }
            for (int from = 0; from < abandoned.size(); from += AT_ONCE) {
                run(what, scripts.remove(abandoned.subList(from, Math.min(abandoned.size(), from + AT_ONCE))));
            }
            return abandoned.size();
        } finally {
            held.forEach(RunningPuts.Held::close);
        }
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
