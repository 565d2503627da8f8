package org.heratio.offsite.destination;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * A place off-site that holds copies. Its author needs nothing but this page and {@code DestinationContract}.
 *
 * <p><b>Threads</b>: every method blocks and is called from worker threads, several at once; an interrupt ends it soon with
 * {@link ErrorCode#INTERRUPTED}. <b>Names</b> are relative paths with {@code /}, any Unicode, never with
 * a component {@code .} or {@code ..}, and never in {@link OwnerTag#DIRECTORY}. <b>Failures</b> are classified here: unreachable, busy, full
 * and plain I/O trouble are transient; denied and misconfigured are permanent. A method throws nothing unchecked but on programming errors. <b>Retries</b> are the caller's:
 * every method may be repeated. Memory does not grow with the size of a payload.
 */
public interface Destination extends AutoCloseable {
    /** The driver's name in settings, ledger and queues: {@code s3}, {@code rsync}, {@code localfs}. */
    String driver();

    /** What this destination can hold. */
    Capabilities capabilities();

    /** What the public ledger calls a name: an s3 key, or an absolute path at the destination. */
    String remotePath(String name);

    /**
     * The reverse of {@link #remotePath}. Double slashes, as an older program may have written them, are single ones where they are so to
     * the destination: in paths, not in keys.
     *
     * @throws IllegalArgumentException when the path is not one of this destination's, as it is configured now
     */
    String nameOf(String remotePath);

    /**
     * Puts a payload under a name, with its {@link OwnerTag}: whole and durable when it returns, or not there at all. A copy of
     * {@link PutRequest#owner} is replaced atomically, and a file without a tag only if {@link PutRequest#replacesUntagged}. Everything
     * else stays, and the put throws {@link ErrorCode#DESTINATION_NAME_TAKEN}; of two owners that race for a name, one gets it, wherever
     * {@link #announce} says so. While it reads, it hashes; when the bytes are not those of {@link PutRequest#sha256}, nothing is put and it throws
     * {@link ErrorCode#PAYLOAD_CORRUPT}. What a crash leaves of an earlier try with the same
     * {@link PutRequest#transferId} is resumed or removed.
     */
    Stored put(PutRequest request) throws FailureException, InterruptedException;

    /**
     * Takes what an earlier put of the same payload left at its name for this put, without sending it again: what {@link #put} promises
     * beside the bytes, such as a lock, holds when it returns. Throws {@link ErrorCode#DESTINATION_IO}
     * when something else is there, or nothing.
     */
    default void accept(PutRequest request) throws FailureException, InterruptedException {
        Stored wanted = new Stored(request.name(), request.size(), request.sha256());
        Optional<Occupant> there = look(request.name());
        if (!there.map(Occupant::copy).equals(Optional.of(wanted))
                || there.get().belongsToAnother(request.owner())) {
            throw new FailureException(
                    ErrorCode.DESTINATION_IO,
                    remotePath(request.name()) + " is not any more what an earlier try left there");
        }
    }

    /** The bytes of a copy, from {@code offset} on. Throws {@code COPY_MISSING} when there is none. */
    InputStream open(String name, long offset) throws FailureException, InterruptedException;

    /**
     * Lets the far side read a copy from its disk and hash it, which takes no bandwidth; empty where it can't, and then the bytes have
     * to be read. Throws {@code COPY_MISSING} when there is none.
     *
     * @param progress called now and then while the far side is at work
     */
    default Optional<Stored> hashThere(String name, LongConsumer progress)
            throws FailureException, InterruptedException {
        return Optional.empty();
    }

    /** Returns what is at a name and whose it is, or empty when it is certain that there is nothing. Fails like {@link #stat}. */
    Optional<Occupant> look(String name) throws FailureException, InterruptedException;

    /**
     * Writes down at the destination that an installation ships to it; repeating it changes nothing.
     *
     * @return whether a put of one owner never replaces what another puts at the same moment. Where it is false, owners must use
     *     names of their own.
     */
    boolean announce(Installation self) throws FailureException, InterruptedException;

    /** Returns the installations that announced themselves, in no order. Writes nothing. */
    List<Installation> installations() throws FailureException, InterruptedException;

    /**
     * What is at a name, or empty when it is certain that there is nothing. An unreachable destination throws, and so does a name
     * at which something else than a file lies ({@code DESTINATION_NAME_TAKEN}).
     */
    default Optional<Stored> stat(String name) throws FailureException, InterruptedException {
        return look(name).map(Occupant::copy);
    }

    /** Every copy below the destination's root, sidecars and unfinished puts left out; in no order. */
    void list(Consumer<Stored> consumer) throws FailureException, InterruptedException;

    /** Removes a copy and what belongs to it. Nothing there is no failure. */
    void delete(String name) throws FailureException, InterruptedException;

    /** Says of an unfinished put whether it is to stay. */
    @FunctionalInterface
    interface Keep {
        /** RequestOptions once for each {@link PutRequest#transferId} that is found, just before it would be removed. */
        boolean keeps(String transferId) throws FailureException, InterruptedException;
    }

    /** Removes what unfinished puts left behind, of {@code owner} (a {@link PutRequest#owner}) alone, and only what is not to be kept. */
    void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException;

    /** The same for one who knows beforehand what is to stay. */
    default void removeAbandoned(String owner, Set<String> keep) throws FailureException, InterruptedException {
        removeAbandoned(owner, keep::contains);
    }

    /** Looks whether it could take a copy now, cheaply; throws what is in the way. */
    void probe() throws FailureException, InterruptedException;

    @Override
    void close();
}
