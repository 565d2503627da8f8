package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Reads, hashes and describes copies at a host that runs scripts. Safe for use by several threads. */
final class ShellReader {
    private final RsyncConfig config;
    private final DirectoryLayout layout;
    private final Scripts scripts;
    private final Presence presence;
    private final NameConflicts conflicts;
    private final RemoteShell shell;
    private final Duration patience;
    private volatile boolean hashes = true;

    ShellReader(RsyncConfig config, Presence presence, RemoteShell shell, Duration patience) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.scripts = new Scripts(config.path());
        this.presence = presence;
        this.conflicts = new NameConflicts(config, layout);
        this.shell = shell;
        this.patience = patience;
    }

    /** Opens a copy. What is wrong with it is told when it is read. */
    InputStream open(String name, CopyStream.Part part) throws FailureException, InterruptedException {
        String what = "reading " + layout.path(name);
        Presence.View view = presence.view();
        Child child = shell.start(scripts.read(name, part.offset()));
        boolean opened = false;
        try {
            Answer answer = shell.head(child, patience);
            if (answer.word().equals("file")) {
                long size = Expected.size(what, answer.rest());
                opened = true;
                return new CopyStream(
                        new ChildSource(child, shell, what, patience),
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

    /** Has the host hash a copy. Empty where it cannot, or where the copy is longer than expected. */
    Optional<Stored> checksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        if (!hashes) {
            return Optional.empty();
        }
        String what = "hashing " + layout.path(name);
        Presence.View view = presence.view();
        try (Child child = shell.start(scripts.hash(name))) {
            Answer answer = shell.head(child, patience);
            if (answer.word().equals("file")) {
                long size = Expected.size(what, answer.rest());
                if (size > expected) {
                    // it would hash for longer than anybody wants to know
                    return Optional.empty();
                }
                Duration longer = Expected.patience(patience, size, RsyncTransfer.SLOW_DISK);
                String sha256 = child.readAll(Expected.TEXT, longer, () -> progress.accept(0));
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

    /** Returns the copy at a name, or empty when it is certain that nothing is there. */
    Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        String what = "looking at " + layout.path(name);
        Presence.View view = presence.view();
        Answer answer = Answer.of(shell.run(what, scripts.stat(name), Expected.TEXT, patience));
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

    /** Throws unless it is certain that nothing is at the name. */
    private void requireNothing(String name, Answer answer) throws FailureException {
        conflicts.requireNone(name, answer);
        if (!RsyncFailures.isAbsence(answer.rest())) {
            throw shell.failures().of("looking at " + layout.path(name), 0, answer.rest());
        }
    }
}
