package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.Capabilities;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * A directory of another host as destination, by the system's {@code rsync} and {@code ssh}: each copy a file with a sidecar in the
 * {@code sha256sum} format, and with an {@link OwnerTag} in a file of its own. An account that may run rsync alone (rrsync, or a
 * storage box without a shell) is noticed, and used as far as that goes.
 */
public final class RsyncDestination implements Destination {
    private final RsyncConfig config;
    private final DirectoryLayout layout;
    private final SharedConnection shared;
    private final RsyncAccount restricted;
    private final RunningPuts running = new RunningPuts();
    private final AccountChoice choice;

    /**
     * Connects to nothing yet.
     *
     * @param holdsCopies asked, when the directory is empty or missing and has no marker, whether the ledger knows of copies there:
     *     then its disk is taken for unmounted, and nothing is written. Called from worker threads, and may block.
     */
    public RsyncDestination(RsyncConfig config, BooleanSupplier holdsCopies) {
        this(config, holdsCopies, RateLimit.NONE);
    }

    /**
     * As above.
     *
     * @param limit of what is sent
     */
    public RsyncDestination(RsyncConfig config, BooleanSupplier holdsCopies, RateLimit limit) {
        this.config = config;
        this.layout = new DirectoryLayout(config.path());
        this.shared = new SharedConnection(config.work());
        Presence presence =
                new Presence(config.path() + " at " + config.where(), "BACKUP_OFFSITE_RSYNC_PATH", holdsCopies);
        RsyncFailures failures = new RsyncFailures(config, shared);
        SshCommand command = new SshCommand(config, shared);
        this.restricted = new RsyncAccount(config, presence, command, failures, limit);
        ShellAccount scripts = new ShellAccount(config, presence, command, failures, limit, running);
        this.choice = new AccountChoice(
                config,
                new AccountChoice.Way(scripts, scripts::requireAnswer),
                new AccountChoice.Way(restricted, restricted::requireAnswer),
                scripts::answered,
                System::nanoTime);
    }

    /** A destination of which nothing is known beforehand. */
    public RsyncDestination(RsyncConfig config) {
        this(config, () -> false);
    }

    @Override
    public String driver() {
        return RsyncDriver.NAME;
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
            Stored stored = work(with -> with.put(request));
            request.progress().accept(request.size());
            return stored;
        }
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        return work(with -> with.open(name, new CopyStream.Part(offset, expected)));
    }

    @Override
    public Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        layout.requireUsable(name);
        return work(with -> with.remoteChecksum(name, expected, progress));
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        return work(with -> with.look(name));
    }

    /** An account that may run rsync alone cannot create a file without replacing one: then it returns false. */
    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return work(with -> with.announce(self));
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return work(Account::installations);
    }

    /** Sidecars are not read for a listing, so that {@link Stored#sha256} is null here; {@link #stat} knows it. */
    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        work(with -> {
            with.list(consumer);
            return true;
        });
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        layout.requireUsable(name);
        work(with -> {
            with.delete(name);
            return true;
        });
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
        work(with -> {
            with.removeAbandoned(owner, keep);
            return true;
        });
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        work(with -> {
            with.probe();
            return true;
        });
    }

    /** Returns whether the account was found to be allowed to run rsync alone. */
    boolean restricted() {
        return choice.restricted();
    }

    private <T> T work(AccountChoice.Work<T> work) throws FailureException, InterruptedException {
        prepareKnownHosts();
        return choice.work(work);
    }

    /** ssh would not remember a host in a directory that is not there. */
    private void prepareKnownHosts() throws FailureException {
        try {
            Files.createDirectories(config.knownHosts().toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "no place for known hosts: " + e.getMessage(),
                    "look at BACKUP_OFFSITE_RSYNC_KNOWN_HOSTS and BACKUP_OFFSITE_STATE_DIR",
                    e);
        }
    }

    @Override
    public void close() {
        // every child ends with the call that started it; the connection is left
        shared.close();
        restricted.close();
    }
}
