package org.heratio.offsite.destination.rsync;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.FailureException;

/** The operations of {@link RsyncDestination} that depend on the kind of account; each as in {@link Destination}. Names are usable. */
interface Account {
    Stored put(PutRequest request) throws FailureException, InterruptedException;

    InputStream open(String name, CopyStream.Part part) throws FailureException, InterruptedException;

    Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException;

    Optional<Occupant> look(String name) throws FailureException, InterruptedException;

    boolean announce(Installation self) throws FailureException, InterruptedException;

    List<Installation> installations() throws FailureException, InterruptedException;

    void list(Consumer<Stored> consumer) throws FailureException, InterruptedException;

    void delete(String name) throws FailureException, InterruptedException;

    void removeAbandoned(String owner, Destination.Keep keep) throws FailureException, InterruptedException;

    void probe() throws FailureException, InterruptedException;
}
