package org.heratio.offsite.destination;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Copies in memory: an object store without a network. A test may look at the copies, change them, and take them away. */
public final class MemoryDestination implements Destination {
    /** The bytes of each copy, by name. What a test puts there has no owner, as Heratio's copies have none. */
    public final Map<String, byte[]> copies = new ConcurrentHashMap<>();

    private final Map<String, OwnerTag> tags = new ConcurrentHashMap<>();
    private final Map<String, Installation> installations = new ConcurrentHashMap<>();
    private final RunningPuts running = new RunningPuts();
    private final String driver;
    private final RateLimit limit;
    private volatile @Nullable ErrorCode trouble;
    private volatile long capacity = Long.MAX_VALUE;

    public MemoryDestination(String driver) {
        this(driver, RateLimit.NONE);
    }

    MemoryDestination(String driver, RateLimit limit) {
        this.driver = driver;
        this.limit = limit;
    }

    /** From now on every method fails so; null ends it. */
    public void failWith(@Nullable ErrorCode code) {
        trouble = code;
    }

    /** Holds no more bytes than these. */
    void capacity(long bytes) {
        capacity = bytes;
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(255, true);
    }

    @Override
    public String remotePath(String name) {
        return "/" + driver + "/" + name;
    }

    @Override
    public String nameOf(String remotePath) {
        if (!remotePath.startsWith(remotePath(""))) {
            throw new IllegalArgumentException(remotePath + " is not one of " + driver);
        }
        return remotePath.substring(remotePath("").length());
    }

    private void requireUsable(String name) throws FailureException {
        boolean leadsOut = name.isEmpty()
                || Arrays.stream(name.split("/", -1)).anyMatch(part -> part.equals(".") || part.equals(".."));
        if (leadsOut || OwnerTag.isReserved(name)) {
            throw new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, "'" + name + "' is no name of a copy");
        }
        fail();
    }

    private void fail() throws FailureException {
        ErrorCode code = trouble;
        if (code != null) {
            throw new FailureException(code, driver + " fails as the test wants it");
        }
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        requireUsable(request.name());
        OwnerTag tag = OwnerTag.of(request);
        try (RunningPuts.Held held = running.begin(request)) {
            byte[] bytes = read(request);
            synchronized (copies) {
                requireFree(request);
                copies.put(request.name(), bytes);
                tags.put(request.name(), tag);
            }
            return new Stored(request.name(), request.size(), request.sha256());
        }
    }

    private void requireFree(PutRequest request) throws FailureException {
        String path = remotePath(request.name());
        OwnerTag owner = tags.get(request.name());
        if (owner != null && !owner.installation().equals(request.owner())) {
            throw Taken.by(owner.installation(), path);
        }
        if (owner == null && copies.containsKey(request.name()) && !request.replacesUntagged()) {
            throw Taken.byAStranger(path);
        }
    }

    private byte[] read(PutRequest request) throws FailureException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[limit.piece(64 << 10)];
        try (PayloadReader payload = new PayloadReader(request)) {
            for (int n = payload.read(buffer, 0, buffer.length); n >= 0; n = payload.read(buffer, 0, buffer.length)) {
                limit.await(n);
                bytes.write(buffer, 0, n);
                if (bytes.size() > capacity) {
                    throw new FailureException(ErrorCode.DESTINATION_FULL, driver + " is full");
                }
                request.progress().accept(bytes.size());
            }
            payload.requireWhole();
        }
        return bytes.toByteArray();
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException {
        requireUsable(name);
        byte[] copy = copies.get(name);
        if (copy == null) {
            throw new FailureException(ErrorCode.COPY_MISSING, name + " is not there");
        }
        int from = (int) Math.min(offset, copy.length);
        return new CopyStream(
                new Bytes(new ByteArrayInputStream(copy, from, copy.length - from)),
                "reading " + name,
                copy.length,
                new CopyStream.Part(offset, expected),
                e -> new FailureException(ErrorCode.DESTINATION_IO, e.toString()));
    }

    private record Bytes(ByteArrayInputStream in) implements CopyStream.Source {
        @Override
        public int read(byte[] buffer, int offset, int length) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return in.read(buffer, offset, length);
        }

        @Override
        public void close(boolean finished) {}
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException {
        requireUsable(name);
        byte[] copy = copies.get(name);
        if (copy == null) {
            return Optional.empty();
        }
        OwnerTag tag = tags.get(name);
        String sha256 = tag == null ? null : Payloads.sha256(copy);
        return Optional.of(new Occupant(new Stored(name, copy.length, sha256), tag));
    }

    @Override
    public boolean announce(Installation self) throws FailureException {
        fail();
        installations.put(self.id(), self);
        return true;
    }

    @Override
    public List<Installation> installations() throws FailureException {
        fail();
        return List.copyOf(installations.values());
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException {
        fail();
        copies.forEach((name, copy) -> consumer.accept(new Stored(name, copy.length, null)));
    }

    @Override
    public void delete(String name) throws FailureException {
        requireUsable(name);
        synchronized (copies) {
            copies.remove(name);
            tags.remove(name);
        }
    }

    /** Nothing of an unfinished put stays. */
    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException {
        fail();
    }

    @Override
    public void probe() throws FailureException {
        fail();
    }

    @Override
    public void close() {}
}
