package org.heratio.offsite.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.steps.StepInput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a copy to its end, or lets the far side do so, hashes it, and tells a copy that is wrong from a connection that broke. */
final class CopyReader {

    private static final Logger LOG = LoggerFactory.getLogger(CopyReader.class);
    private static final int BUFFER = 256 * 1024;

    private final Destination destination;

    CopyReader(Destination destination) {
        this.destination = destination;
    }

    /**
     * @param verdict INTACT, CORRUPT, MISSING or ARCHIVED; UNREACHABLE is thrown
     * @param reason what is wrong, empty when nothing is
     */
    record Finding(Verdict verdict, String reason) {}

    private record Bytes(long count, @Nullable String sha256) {}

    /**
     * Reads every byte, and all of them once more when they are wrong the first time: what is called corrupt is shipped again.
     *
     * <p>A stream that ends early is one that ends wrongly. If it ends at the same byte with the same bytes twice, then these are all
     * that the destination has to give, whatever size it states. A stream that breaks once ({@link Breaks}), or ends elsewhere each time,
     * says nothing of the copy, and nothing of the destination either: whether that is away is told by {@link Destination#open}.
     *
     * @param progress called with the bytes read so far
     * @throws BrokenOffException when a stream broke
     * @throws FailureException transient, when nothing can be said of the copy
     */
    Finding read(String name, long size, String sha256, LongConsumer progress)
            throws FailureException, InterruptedException {
        try {
            Bytes expected = new Bytes(size, sha256);
            // what the far side calls wrong is read here before it is believed
            Optional<Stored> there = destination.remoteChecksum(name, size, progress);
            if (there.isPresent()
                    && expected.equals(new Bytes(there.get().size(), there.get().sha256()))) {
                progress.accept(size);
                return new Finding(Verdict.INTACT, "");
            }
            Bytes first = bytes(name, size, progress);
            if (first.equals(expected)) {
                return new Finding(Verdict.INTACT, "");
            }
            Bytes second = bytes(name, size, progress);
            if (second.equals(expected)) {
                LOG.warn(
                        "driver={} {} was read wrongly once and rightly then: look at the way to the destination",
                        destination.driver(),
                        destination.remotePath(name));
                return new Finding(Verdict.INTACT, "");
            }
            if (!second.equals(first)) {
                throw new FailureException(
                        ErrorCode.DESTINATION_IO,
                        destination.remotePath(name) + " reads differently each time",
                        "look at the memory of this host, and at the way to the destination");
            }
            return new Finding(
                    Verdict.CORRUPT,
                    second.count() < size ? shortened(name, second, size) : difference(second, expected));
        } catch (FailureException e) {
            return switch (e.failure().code()) {
                case COPY_MISSING, DESTINATION_NAME_TAKEN ->
                    new Finding(Verdict.MISSING, e.failure().reason());
                case COPY_ARCHIVED -> new Finding(Verdict.ARCHIVED, e.failure().reason());
                // an enum of everything that can fail anywhere
                default -> throw e;
            };
        }
    }

    private String shortened(String name, Bytes is, long size) throws FailureException, InterruptedException {
        Optional<Stored> there = destination.stat(name);
        if (there.isEmpty()) {
            throw new FailureException(ErrorCode.COPY_MISSING, destination.remotePath(name) + " is not there any more");
        }
        return there.get().size() == is.count()
                ? "it has only " + is.count() + " of " + size + " bytes"
                : "it ends after " + is.count() + " of " + size + " bytes each time, although the destination states "
                        + there.get().size();
    }

    private static String difference(Bytes is, Bytes expected) {
        if (is.count() > expected.count()) {
            return "it has more than its " + expected.count() + " bytes";
        }
        return "its SHA-256 is " + is.sha256() + " instead of " + expected.sha256();
    }

    /** How much too long a copy is does not matter, nor what its bytes are. A large copy is read in one thread and hashed in this one. */
    private Bytes bytes(String name, long size, LongConsumer progress) throws FailureException, InterruptedException {
        MessageDigest digest = Digests.sha256();
        // a small copy does not need more, and the stream tells of one byte more
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, size))];
        long count = 0;
        try (InputStream in = StepInput.of(destination.open(name, 0, size), "fetch", size)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                digest.update(buffer, 0, n);
                count += n;
                progress.accept(Math.min(count, size));
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (CopyStream.isTooLong(e)) {
                return new Bytes(size + 1, null);
            }
            throw new BrokenOffException(
                    destination.remotePath(name),
                    destination.driver(),
                    new BrokenOffException.Prefix(count, Digests.hex(digest)),
                    e);
        }
        return new Bytes(count, Digests.hex(digest));
    }
}
