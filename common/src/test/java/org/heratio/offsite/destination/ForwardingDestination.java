package org.heratio.offsite.destination;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.failure.FailureException;

/** Passes every call on to another destination; subclasses change what a test wants otherwise. */
abstract class ForwardingDestination implements Destination {

    /** Returns the destination of the next call. */
    protected abstract Destination real() throws FailureException;

    /** Returns the destination for calls that do not fail. */
    protected abstract Destination always();

    @Override
    public String driver() {
        return always().driver();
    }

    @Override
    public Capabilities capabilities() {
        return always().capabilities();
    }

    @Override
    public String remotePath(String name) {
        return always().remotePath(name);
    }

    @Override
    public String nameOf(String remotePath) {
        return always().nameOf(remotePath);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        return real().put(request);
    }

    @Override
    public void accept(PutRequest request) throws FailureException, InterruptedException {
        real().accept(request);
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        return real().open(name, offset, expected);
    }

    @Override
    public Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        return real().remoteChecksum(name, expected, progress);
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        return real().look(name);
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return real().announce(self);
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return real().installations();
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        real().list(consumer);
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        real().delete(name);
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
        real().removeAbandoned(owner, keep);
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        real().probe();
    }

    @Override
    public void close() {
        always().close();
    }
}
