package org.heratio.offsite.destination;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * A place off-site that holds copies. This page has the promises of a driver. The contract suites check them:
 * {@code DestinationContract} and {@code OwnershipContract} for every driver, {@code DirectoryContract} for one whose copies are
 * files, {@code NetworkContract} for one that talks to a host.
 *
 * <p><b>What drivers share.</b> A driver whose copies are files implements {@link CopyFiles}, ten operations on files. Then {@link
 * CopyPublisher} has the order of a put, tags and announcements; {@link Presence} has the rules of the marker, {@link DirectoryLayout}
 * and {@link PartialNames} have the names, and {@link NameLocks} keeps puts of one name apart. Every driver uses {@link PayloadReader}
 * (hashes while it reads), {@link CopyStream} (the stream that {@link #open} promises), {@link ListedNames} (what a listing may show),
 * {@link Expected} (texts and numbers of the far side), {@link RunningPuts} (transfer ids in use) and {@link Taken}.
 *
 * <p><b>Threads.</b> Each method blocks. Worker threads call them, several at once, with the same name too. An interrupt ends a
 * method soon with {@link InterruptedException}; the thread's interrupt flag is then clear.
 *
 * <p><b>Failures.</b> The driver classifies each failure where it occurs, with an {@link ErrorCode} and a hint. Callers decide by the
 * code alone. A driver that does not know what a failure means uses {@link ErrorCode#DESTINATION_IO}, which is transient. Nothing
 * unchecked is thrown but for programming errors.
 * <table>
 * <caption>Codes of all methods</caption>
 * <tr><td>{@link ErrorCode#DESTINATION_UNREACHABLE}</td><td>The place does not answer, stopped answering, or is not mounted. Never
 *     {@code DENIED}: an outage opens the breaker and costs no attempt.</td></tr>
 * <tr><td>{@link ErrorCode#DESTINATION_BUSY}, {@link ErrorCode#DESTINATION_FULL},
 *     {@link ErrorCode#DESTINATION_READ_ONLY}, {@link ErrorCode#DESTINATION_IO}</td>
 *     <td>Someone else is at work there; no room or quota; a disk that is mounted read-only; everything else that may pass.</td></tr>
 * <tr><td>{@link ErrorCode#DESTINATION_DENIED}, {@link ErrorCode#DESTINATION_MISCONFIGURED}</td><td>Login, rights or host key are
 *     refused; a setting is wrong. A person has to act.</td></tr>
 * <tr><td>Answers of a host</td><td>One that is out of service (HTTP 502, 503, 504) is {@code UNREACHABLE}. One that asks to come back
 *     later (423, 429) is {@code BUSY}. A refused login and an untrusted certificate are {@code DENIED}.</td></tr>
 * <tr><td>{@link ErrorCode#ARCHIVE_NAME_UNUSABLE}</td><td>No copy can have the name, see below.</td></tr>
 * <tr><td>{@link ErrorCode#DESTINATION_NAME_TAKEN}</td><td>Something other than a file has the name (a directory, a link that leads
 *     out), or a put may not replace what has it.</td></tr>
 * </table>
 *
 * <p><b>Time.</b> A driver that talks to a host limits each wait, for a connection and for the next byte, by a setting of its own. A
 * host that freezes or dies ends the method with {@code DESTINATION_UNREACHABLE}; it never hangs. Callers repeat methods, drivers
 * make a few quick attempts at most: every method may be repeated.
 *
 * <p><b>Names</b> are relative paths with {@code /}, in any Unicode. Unusable are: the empty name; a name with a component {@code .} or
 * {@code ..}; a name in {@link OwnerTag#DIRECTORY}; a name that the place cannot hold. In a directory also: an absolute name, an empty
 * component, NUL, the driver's own files (marker, partial files), and a name that ends like a sidecar. <em>Every</em> method that
 * takes a name checks it before it does anything else, and throws {@code ARCHIVE_NAME_UNUSABLE}; only {@link #remotePath} does not.
 *
 * <p><b>Layout.</b> An object store holds a copy as one object; its hash and its {@link OwnerTag} are metadata. A directory holds,
 * below its root:
 * <ul>
 * <li>the payload under its name, and beside it {@code <name>.sha256}, a {@link Sha256Sidecar} that {@code sha256sum -c} accepts;
 * <li>the tag in {@link OwnerTag#fileFor}, and announcements in {@link Installation#DIRECTORY};
 * <li>{@code .heratio-offsite}, the <b>marker</b>, at the root. The first put or announcement writes it, right after it makes the root;
 *     the directory above the root has to exist. A place without a marker is certain to be the right one only if it holds other
 *     files, which Heratio made. An empty or missing root is a <b>disk that is not mounted</b> when this object has seen the marker
 *     before, or when the ledger knows of copies there (the driver's constructor takes a {@code BooleanSupplier holdsCopies}). Then
 *     every method throws {@code DESTINATION_UNREACHABLE}, and nothing is written. Otherwise it is new, and empty.
 * <li>{@code .offsite-partial}, what unfinished puts have sent, by owner and {@link PutRequest#transferId}. It is no copy, and no
 *     method shows it.
 * </ul>
 * <p>Payloads, sidecars, tags and partial files are readable by their user and group at most ({@code rw-r-----}), from the first byte
 * on: a payload may be a plain dump. Where the far side has no file modes, nothing is promised.
 *
 * <p><b>Order</b> (ADR 6). Under a new name the sidecar gets its name first, then the payload. Where a copy is replaced, the old sidecar is
 * removed first, then the payload is replaced, then the new sidecar gets its name. Between two steps the directory is synced. So no
 * sidecar ever stands beside a payload that it does not describe, and a copy exists exactly when its payload has its name.
 *
 * <p><b>Durable</b> means: the driver asks the far side to sync payload, sidecar, tag and directories, wherever the far side has a way to
 * ask, before the put returns. Where it has none (an old rsync, a server without {@code fsync@openssh.com}), a copy is as durable
 * as the far side's answer, and the driver's doctor says so. An object store's answer counts as durable.
 *
 * <p><b>Rate.</b> The driver's constructor takes a {@link RateLimit}. All puts of the driver take their payload bytes from it before they
 * send them. What is read, and what requests themselves cost, does not count.
 *
 * <p><b>Memory</b> does not grow with the size of a payload, nor with the number of copies.
 *
 * <p><b>Bounds.</b> Nothing that the far side sends is taken without a limit: bytes, texts, numbers, entries of a listing, pages, bodies of
 * errors. The limit follows from what was asked for. What is behind it is a failure, {@code DESTINATION_IO} where no other code is named.
 *
 * <p><b>Links.</b> The root itself may be a symbolic link. Below it no link leads out: a directory that does is {@code DESTINATION_DENIED},
 * a link in place of a copy {@code DESTINATION_NAME_TAKEN} (ADR 76). No link in place of a file that the driver writes is written
 * through.
 */
public interface Destination extends AutoCloseable {
    /** Returns the driver's name in settings, ledger and queues: {@code s3}, {@code rsync}, {@code sftp}, {@code localfs}. */
    String driver();

    /** Returns what this destination can hold. Does not block. */
    Capabilities capabilities();

    /** Returns what the public ledger calls a name: an s3 key, or an absolute path at the destination. Checks nothing. */
    String remotePath(String name);

    /**
     * Returns the name for a path of {@link #remotePath}. Double slashes, as an older program may have written them, are single ones
     * where they are so to the destination: in paths, not in keys.
     *
     * @throws IllegalArgumentException when the path is not one of this destination's, as it is configured now
     */
    String nameOf(String remotePath);

    /**
     * Puts a payload under a name, with its {@link OwnerTag}. When it returns, the copy is whole and durable; when it throws, the name is
     * as it was before. Only a crash, or a connection lost between two steps of the order above, may leave the new payload without
     * its sidecar.
     *
     * <p>It replaces a copy of {@link PutRequest#owner}, and a file without a tag only if {@link PutRequest#replacesUntagged}. Everything else
     * stays, and the put throws {@code DESTINATION_NAME_TAKEN}. Of two owners that race for a name, one gets it, wherever
     * {@link #announce} returns true. A reader sees the old payload or the new one, never parts of both.
     *
     * <p>While it reads the payload, it hashes. Bytes other than those of {@link PutRequest#sha256}, or another number of them, are
     * {@link ErrorCode#PAYLOAD_CORRUPT}; no file is {@link ErrorCode#PAYLOAD_GONE}; a file that cannot be read is
     * {@link ErrorCode#SPOOL_IO}. A payload that changes during the put is at its destination as it was promised, or not at all.
     *
     * <p>A put that fails or is cut may leave what it has sent as a partial. The next put with the same {@link PutRequest#transferId} resumes
     * it where the driver can, else starts over; it never trusts bytes of a partial that it has not compared. A put with another id,
     * and {@link #removeAbandoned}, take nothing from it. If the far side may still write after the connection has ended, each try needs a
     * partial name of its own for the same transfer id.
     *
     * <p><b>Two puts with one transfer id</b>: while one runs, another through the same object throws {@link ErrorCode#DESTINATION_BUSY} at
     * once. The caller's lease keeps those of two processes apart. If it fails to, both send the same bytes: the copy is whole, and
     * a put that loses fails transiently.
     *
     * @return name, size and hash of the request
     */
    Stored put(PutRequest request) throws FailureException, InterruptedException;

    /**
     * Takes what an earlier put of the same payload left at its name for this put, without sending it again: what {@link #put} promises
     * beside the bytes, such as a lock, holds when it returns.
     *
     * @throws FailureException {@code DESTINATION_IO} when something else is there, or nothing
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

    /**
     * Opens the bytes of a copy, from {@code offset} on; an offset at or behind the end gives an empty stream.
     *
     * <p>The stream gives no more bytes than the caller expects, whatever the far side says or sends. If the copy has more, {@code read}
     * throws an {@link IOException} whose cause has the code {@link ErrorCode#COPY_CORRUPT}: at its first call when the far side
     * says so, else behind the last byte that was expected. A driver that has to fetch a copy whole stops there too.
     *
     * <p>The stream throws {@link IOException} only. Trouble on the way, an end that comes before the copy's own, and a host that stops
     * sending, have the classified {@link FailureException} as its cause. An interrupt is {@link InterruptedIOException}, and the
     * thread's interrupt flag stays set. Closing early is no failure, does not read the rest, and never throws. The stream is for
     * one thread; it may be read while other methods run.
     *
     * @param offset in bytes, 0 or more
     * @param expected bytes that the whole copy has, as the ledger knows; 0 or more
     * @throws FailureException {@link ErrorCode#COPY_MISSING} when it is certain that there is no copy; in doubt
     *     {@code DESTINATION_UNREACHABLE}; {@link ErrorCode#COPY_ARCHIVED} when the store has to restore it from an
     *     archive tier first
     */
    InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException;

    /**
     * Lets the far side read a copy from its disk and hash it, which takes no bandwidth; empty where it can't, and then the bytes have
     * to be read. A hash that was stored with the copy is no answer (ADR 8). Of a copy that has more bytes than is expected it may say
     * nothing.
     *
     * @param expected bytes that the copy has, as the ledger knows: how long the far side may take follows from it
     * @param progress called now and then while the far side is at work, with 0 or the bytes that it has read
     * @throws FailureException {@code COPY_MISSING} when there is none, from a far side that can hash
     */
    default Optional<Stored> remoteChecksum(String name, long expected, LongConsumer progress)
            throws FailureException, InterruptedException {
        return Optional.empty();
    }

    /**
     * Returns what is at a name and whose it is, or empty when it is certain that there is nothing. The hash is what metadata or sidecar
     * claim, null when they claim none.
     *
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when something else than a file is there
     */
    Optional<Occupant> look(String name) throws FailureException, InterruptedException;

    /**
     * Writes down at the destination that an installation ships to it. Repeating it changes nothing. If the announcement of this
     * installation has another content, it is replaced.
     *
     * @return whether a put of one owner never replaces what another puts at the same moment. Where it is false, owners must use
     *     names of their own. A driver finds out by trying: creating the announcement a second time has to fail.
     */
    boolean announce(Installation self) throws FailureException, InterruptedException;

    /** Returns the installations that announced themselves, in no order. Writes nothing. */
    List<Installation> installations() throws FailureException, InterruptedException;

    /** Returns what is at a name, as {@link #look} has it. */
    default Optional<Stored> stat(String name) throws FailureException, InterruptedException {
        return look(name).map(Occupant::copy);
    }

    /**
     * Lists every copy below the destination's root, in no order. Sidecars, tags, marker, partials and links are none. What appears or
     * goes away meanwhile may be left out. {@link Stored#sha256} is null where it would take a request of its own for each copy;
     * {@link #look} knows it.
     *
     * @param consumer called by the thread that lists, one copy at a time. It may call this destination, and take its time; what it
     *     throws ends the listing.
     */
    void list(Consumer<Stored> consumer) throws FailureException, InterruptedException;

    /** Removes a copy: first the payload, then what belongs to it. Nothing there is no failure. */
    void delete(String name) throws FailureException, InterruptedException;

    /** Says of an unfinished put whether it is to stay. */
    @FunctionalInterface
    interface Keep {
        /**
         * Returns whether it stays. Asked by the thread that removes, once for each {@link PutRequest#transferId} that is found, just
         * before it would be removed. It must not call the destination.
         */
        boolean keeps(String transferId) throws FailureException, InterruptedException;
    }

    /**
     * Removes what unfinished puts left behind, of {@code owner} (a {@link PutRequest#owner}) alone, and only what is not to be kept. A put
     * that runs through this object goes on undisturbed, whatever {@code keep} says. Of a put of another process only {@code keep}
     * can know.
     */
    void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException;

    /** Removes the same for a caller who knows beforehand which transfer ids stay. */
    default void removeAbandoned(String owner, Set<String> keep) throws FailureException, InterruptedException {
        removeAbandoned(owner, keep::contains);
    }

    /**
     * Finds out cheaply whether a put could succeed now, and throws what is in the way. It may write a small partial file and delete it.
     * It makes neither root nor marker, and leaves nothing behind.
     */
    void probe() throws FailureException, InterruptedException;

    /** Closes the connections. Streams that are still open may fail. No other method may be called afterwards. A second call has no effect. */
    @Override
    void close();
}
