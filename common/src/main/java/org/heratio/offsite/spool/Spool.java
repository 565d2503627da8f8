package org.heratio.offsite.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Sizes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that holds payloads on their way, and the bytes they may take. Several processes may share it, each with a
 * {@code Spool} of its own. All methods block and may be called from any number of worker threads.
 *
 * <p>It never touches a file that is not named as its own are ({@link SpoolName}).
 */
public final class Spool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    /**
     * A file of another host, or container, that was not touched for so long has no living owner. Owners touch theirs with every
     * {@link #removeOrphans}, which is seconds; the rest is for clocks that differ and file systems that hang.
     */
    private static final Duration ELSEWHERE_GIVEN_UP = Duration.ofMinutes(10);

    private static final long POLL_MILLIS = 250;

    private final Path root;
    private final SpoolFiles files;
    private final SpoolBudget budget;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final SpoolOwner self = SpoolOwner.self(random);

    /** Names without the part ending, of all that was begun here and is neither recorded in the ledger nor removed. */
    private final Set<String> unrecorded = new HashSet<>();

    private final Set<SpoolPart> open = new HashSet<>();

    /** The requests that wait for room, the oldest one first. */
    private final Deque<Object> waiting = new ArrayDeque<>();

    /** A spool without a budget: the file system alone is the limit. */
    public Spool(Path root) {
        this(root, Long.MAX_VALUE, Clock.systemUTC());
    }

    /**
     * @param budgetBytes what all payloads together may take
     */
    public Spool(Path root, long budgetBytes) {
        this(root, budgetBytes, Clock.systemUTC());
    }

    Spool(Path root, long budgetBytes, Clock clock) {
        this.root = root.toAbsolutePath().normalize();
        this.files = new SpoolFiles(this.root);
        this.budget = new SpoolBudget(this.root, budgetBytes, files, self);
        this.clock = clock;
    }

    /** The ledger's answer to the question which files still have work left. */
    @FunctionalInterface
    public interface InUse {
        Set<String> names() throws FailureException;
    }

    /** Told of each orphan before it is removed. */
    @FunctionalInterface
    public interface OrphanListener {
        void orphan(String spoolFile) throws FailureException;
    }

    /** The directory, absolute. */
    public Path root() {
        return root;
    }

    /** The file of a payload, proved to lie directly in the spool. */
    public Path resolve(String spoolFile) throws FailureException {
        Path file = root.resolve(spoolFile).normalize();
        if (!root.equals(file.getParent()) || !file.getFileName().toString().equals(spoolFile)) {
            throw new FailureException(ErrorCode.PATH_OUTSIDE, spoolFile + " lies outside the spool " + root);
        }
        return file;
    }

    /**
     * Bytes for payloads where a spool lies: those that are free, and those that payloads of an earlier start take already, so that a
     * budget that is a part of it does not shrink with each start. The directory need not be there yet.
     */
    public static long room(Path root) throws FailureException {
        SpoolFiles files = new SpoolFiles(root.toAbsolutePath().normalize());
        long room = files.free();
        for (SpoolFiles.Found found : files.list()) {
            room = Sizes.plus(room, found.size());
        }
        return room;
    }

    /** Returns the bytes that all payloads together may take; {@link Long#MAX_VALUE} where the file system alone is the limit. */
    public long budget() {
        return budget.bytes();
    }

    /** Bytes that lie in the directory, or are reserved by parts that are still growing. */
    public long used() throws FailureException {
        return budget.used();
    }

    /**
     * Begins a payload if there is room for it, within the budget and on the file system. Several processes that take the last room at
     * the same moment may all be refused; they never exceed the budget together.
     *
     * @param bytes how large it will be, at most; what is written beyond that fails
     * @return empty when there is no room now
     */
    public synchronized Optional<SpoolPart> tryReserve(long versionId, long bytes) throws FailureException {
        files.makeRoot();
        if (budget.noRoomFor(bytes).isPresent()) {
            return Optional.empty();
        }
        SpoolName name = SpoolName.part(versionId, self, bytes, random);
        FileChannel channel = files.create(name.fileName());
        SpoolPart part = new SpoolPart(this, files, name, channel);
        unrecorded.add(name.sealed());
        open.add(part);
        boolean kept = false;
        try {
            kept = !budget.overdrawn();
        } finally {
            if (!kept) {
                part.close();
            }
        }
        return kept ? Optional.of(part) : Optional.empty();
    }

    /**
     * Begins a payload, and waits for room if there is none. Requests are served in the order in which they came: a later, smaller one does
     * not take the room that a large one waits for, as long as that one waits. A payload that is larger than the whole budget waits for
     * nothing.
     *
     * @return empty when there was none for as long as {@code patience}
     */
    public synchronized Optional<SpoolPart> reserve(long versionId, long bytes, Duration patience)
            throws FailureException, InterruptedException {
        if (budget.exceededBy(bytes)) {
            return Optional.empty();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        Object request = new Object();
        waiting.add(request);
        try {
            while (true) {
                Optional<SpoolPart> part =
                        request.equals(waiting.peek()) ? tryReserve(versionId, bytes) : Optional.empty();
                if (part.isPresent() || System.nanoTime() - deadline >= 0) {
                    return part;
                }
                // other processes make room without telling us
                wait(POLL_MILLIS + random.nextInt((int) POLL_MILLIS));
            }
        } finally {
            waiting.remove(request);
            notifyAll();
        }
    }

    /** Returns how many bytes have to leave for a payload of that size; 0 if there is room, or it is larger than the whole budget. */
    public long missing(long bytes) throws FailureException {
        return budget.missing(bytes);
    }

    /** Returns why there is no room for a payload of that size, and what can be done; empty if there is room. */
    public Optional<FailureException> noRoomFor(long bytes) throws FailureException {
        return budget.noRoomFor(bytes);
    }

    synchronized void sealed(SpoolName name) {
        open.removeIf(part -> part.spoolFile().equals(name.sealed()));
        notifyAll();
    }

    synchronized void discard(SpoolName name, FileChannel channel) {
        open.removeIf(part -> part.spoolFile().equals(name.sealed()));
        unrecorded.remove(name.sealed());
        try {
            channel.close();
            files.delete(name.fileName());
        } catch (IOException | FailureException e) {
            LOG.warn("{} stays in the spool until the next start: {}", name.fileName(), e.getMessage());
        }
        notifyAll();
    }

    /** The ledger knows the file now: it may be removed as soon as the ledger has no more work for it. Idempotent. */
    public synchronized void recorded(String spoolFile) {
        unrecorded.remove(spoolFile);
    }

    /** Removes a payload; nothing there is no failure, and nothing but a payload is ever removed. */
    public synchronized void remove(String spoolFile) throws FailureException {
        unrecorded.remove(spoolFile);
        if (SpoolName.parse(spoolFile).filter(name -> !name.isPart()).isPresent()) {
            files.delete(spoolFile);
            notifyAll();
        }
    }

    /** The file names of all sealed payloads. */
    public List<String> list() throws FailureException {
        List<String> names = new ArrayList<>();
        for (SpoolFiles.Found found : files.list()) {
            SpoolName.parse(found.name()).filter(name -> !name.isPart()).ifPresent(name -> names.add(found.name()));
        }
        return names;
    }

    /**
     * Removes what nobody needs: parts whose writer is dead, and payloads that the ledger has no work for. A payload whose writer has
     * not yet had the time to record it is left alone, and so is all that a living process has begun and not recorded.
     *
     * @param inUse asked once, after the directory was listed: a file that was recorded before is then in the answer
     * @return the payloads that were removed, parts left out
     */
    public List<String> removeOrphans(InUse inUse, OrphanListener listener) throws FailureException {
        touchOwn();
        List<SpoolName> candidates = candidates();
        Set<String> needed = candidates.isEmpty() ? Set.of() : inUse.names();
        List<String> removed = new ArrayList<>();
        for (SpoolName name : candidates) {
            if (name.isPart()) {
                files.delete(name.fileName());
            } else if (!needed.contains(name.sealed())) {
                listener.orphan(name.sealed());
                remove(name.sealed());
                removed.add(name.sealed());
            }
        }
        synchronized (this) {
            notifyAll();
        }
        return removed;
    }

    /** Says to other hosts that the owner of these lives, also when it waits for something to write. */
    private void touchOwn() {
        Set<String> own;
        synchronized (this) {
            own = new HashSet<>(unrecorded);
            for (SpoolPart part : open) {
                own.remove(part.spoolFile());
                own.add(part.fileName());
            }
        }
        own.forEach(name -> files.touch(name, clock.instant()));
    }

    private List<SpoolName> candidates() throws FailureException {
        List<SpoolFiles.Found> listed = files.list();
        Set<String> notRecorded;
        synchronized (this) {
            // after the listing: what was recorded in between, the ledger will tell
            notRecorded = Set.copyOf(unrecorded);
        }
        Map<SpoolOwner, SpoolOwner.Life> lives = new HashMap<>();
        List<SpoolName> candidates = new ArrayList<>();
        for (SpoolFiles.Found found : listed) {
            SpoolName.parse(found.name())
                    .filter(name -> !notRecorded.contains(name.sealed()))
                    .filter(name -> mayBeOrphan(
                            lives.computeIfAbsent(name.owner(), owner -> owner.lifeSeenBy(self)), found.mtimeMillis()))
                    .ifPresent(candidates::add);
        }
        return candidates;
    }

    private boolean mayBeOrphan(SpoolOwner.Life writer, long mtimeMillis) {
        return switch (writer) {
            case SELF -> true;
            case DEAD -> true;
            // it cleans up after itself, and knows better what it has not recorded yet
            case ALIVE -> false;
            case ELSEWHERE -> clock.millis() - mtimeMillis > ELSEWHERE_GIVEN_UP.toMillis();
        };
    }

    /** Removes the parts that are still being written here; sealed payloads stay for the next start. Idempotent. */
    @Override
    public void close() {
        List<SpoolPart> left;
        synchronized (this) {
            left = List.copyOf(open);
        }
        left.forEach(SpoolPart::close);
    }
}
