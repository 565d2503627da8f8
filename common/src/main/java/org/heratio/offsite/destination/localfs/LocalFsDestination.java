package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.heratio.offsite.destination.Capabilities;
import org.heratio.offsite.destination.CopyPublisher;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.NotRegularFileException;
import org.heratio.offsite.files.UnsafePathException;

/**
 * A directory of this host as destination. It protects from nothing unless it is another machine's disk, mounted here.
 *
 * <p>Payloads are written to {@code .offsite-partial/} and renamed, each with a sidecar in the {@code sha256sum} format. The file
 * {@code .heratio-offsite} at the root, made at the first put, tells an unmounted disk from an emptied one. The directory
 * {@code .offsite} holds the owner of each copy.
 */
public final class LocalFsDestination implements Destination {

    private static final int BUFFER = 256 << 10;

    private final Root root;
    private final LocalFsFailures failures;
    private final Partials partials;
    private final CopyPublisher copies;
    private final Publisher publisher;
    private final RateLimit limit;

    /**
     * @param root the directory; it is made at the first put when the directory above it exists
     * @param holdsCopies asked, when the root is empty or missing and has no marker, whether the ledger knows of copies there: then
     *     it is taken for unmounted, and nothing is written. Called from worker threads, and may block.
     */
    public LocalFsDestination(Path root, BooleanSupplier holdsCopies) {
        this(root, holdsCopies, RateLimit.NONE);
    }

    /**
     * As above.
     *
     * @param limit of what is written
     */
    public LocalFsDestination(Path root, BooleanSupplier holdsCopies, RateLimit limit) {
        this.limit = limit;
        Path path = root.toAbsolutePath().normalize();
        this.failures = new LocalFsFailures(path);
        this.root = new Root(path, failures, holdsCopies);
        this.partials = new Partials(path);
        this.copies = new CopyPublisher(new LocalFiles(path), this.root.layout());
        this.publisher = new Publisher(path, copies);
    }

    /** A destination of which nothing is known beforehand. */
    public LocalFsDestination(Path root) {
        this(root, () -> false);
    }

    @Override
    public String driver() {
        return LocalFsDriver.NAME;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(DirectoryLayout.MAX_NAME_BYTES, false);
    }

    @Override
    public String remotePath(String name) {
        return root.layout().path(name);
    }

    @Override
    public String nameOf(String remotePath) {
        return root.layout().name(remotePath);
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        root.below(request.name());
        io("preparing " + root.path(), () -> {
            root.prepare();
            return true;
        });
        Path target = root.locate(request.name());
        root.requireOursInside();
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(target);
        }
        return io("putting " + target, () -> {
            copies.requireFree(request, Look.exists(target, LinkOption.NOFOLLOW_LINKS));
            try (PartialFile partial = partials.open(request.owner(), request.transferId())) {
                // classified while the temporary file still takes the room that was not enough
                return io("putting " + target, () -> write(request, partial));
            }
        });
    }

    private Stored write(PutRequest request, PartialFile partial)
            throws IOException, FailureException, InterruptedException {
        byte[] buffer = new byte[limit.piece(BUFFER)];
        try (PayloadReader payload = new PayloadReader(request)) {
            long total = 0;
            for (int n = payload.read(buffer, 0, buffer.length); n >= 0; n = payload.read(buffer, 0, buffer.length)) {
                limit.await(n);
                partial.write(ByteBuffer.wrap(buffer, 0, n));
                total += n;
                request.progress().accept(total);
            }
            payload.requireWhole();
        }
        partial.finish(Sha256Sidecar.content(request.sha256(), request.name()));
        publisher.publish(partial, request);
        return new Stored(request.name(), request.size(), request.sha256());
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        Path file = root.locate(name);
        return io("opening " + file, () -> {
            try {
                regular(file);
                return stream(file, new CopyStream.Part(offset, expected));
            } catch (NotRegularFileException | UnsafePathException e) {
                throw taken(file);
            } catch (NoSuchFileException e) {
                root.requireNotHollow();
                throw new FailureException(ErrorCode.COPY_MISSING, file + " is not there", null, e);
            }
        });
    }

    private InputStream stream(Path file, CopyStream.Part part) throws IOException {
        HeldFile copy = HeldFile.readBeneath(root.path(), file);
        boolean opened = false;
        try {
            long size = copy.opened().size();
            copy.channel().position(Math.min(part.offset(), size));
            InputStream stream = new CopyStream(
                    new HeldSource(copy), "reading " + file, size, part, e -> failures.classify("reading " + file, e));
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                copy.close();
            }
        }
    }

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        Path file = root.locate(name);
        root.requireOursInside();
        return io("looking at " + file, () -> {
            try {
                long size = regular(file).size();
                Stored copy = new Stored(name, size, copies.sha256(name).orElse(null));
                return Optional.of(new Occupant(copy, copies.owner(name).orElse(null)));
            } catch (NoSuchFileException e) {
                root.requirePresent();
                return Optional.empty();
            }
        });
    }

    /** Attributes of a file, or of what a link means that stays inside; everything else is in the way of a copy. */
    private BasicFileAttributes regular(Path file) throws IOException, FailureException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            if (Look.at(file) != Look.THERE
                    || !file.toRealPath().startsWith(root.path().toRealPath())) {
                throw taken(file);
            }
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        }
        if (!attributes.isRegularFile()) {
            throw taken(file);
        }
        return attributes;
    }

    private static FailureException taken(Path file) {
        return Taken.byADirectory(file.toString());
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return io("announcing this installation in " + root.path(), () -> {
            root.prepare();
            root.requireOursInside();
            copies.announce(self);
            return true;
        });
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        root.requirePresent();
        root.requireOursInside();
        return io("listing the installations in " + root.path(), copies::installations);
    }

    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        root.requirePresent();
        io("listing " + root.path(), () -> {
            if (Look.exists(root.path(), LinkOption.NOFOLLOW_LINKS)) {
                new Lister(root.path().toRealPath(), consumer).list();
            }
            return true;
        });
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        root.below(name);
        root.requirePresent();
        Path file = root.locate(name);
        root.requireOursInside();
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw taken(file);
        }
        io("removing " + file, () -> {
            publisher.remove(name);
            return true;
        });
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
        root.requirePresent();
        io("clearing " + root.layout().path(DirectoryLayout.PARTIAL), () -> {
            partials.removeAbandoned(owner, keep);
            return true;
        });
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        root.requirePresent();
        if (root.exists()) {
            io("writing in " + root.path(), () -> {
                partials.probe();
                return true;
            });
        }
    }

    /** Nothing is held open between calls. */
    @Override
    public void close() {}

    private record HeldSource(HeldFile copy) implements CopyStream.Source {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return copy.channel().read(ByteBuffer.wrap(buffer, offset, length));
        }

        @Override
        public void close(boolean finished) {
            copy.close();
        }
    }

    private interface Io<T> {
        T run() throws IOException, FailureException, InterruptedException;
    }

    private <T> T io(String doing, Io<T> work) throws FailureException, InterruptedException {
        try {
            return work.run();
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            Thread.interrupted();
            throw new InterruptedException(doing + " was interrupted");
        } catch (NoSuchFileException e) {
            root.requirePresent(); // a disk that was taken away in the middle is the likelier reason
            throw failures.classify(doing, e);
        } catch (IOException e) {
            throw failures.classify(doing, e);
        }
    }
}
