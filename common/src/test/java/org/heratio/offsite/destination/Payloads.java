package org.heratio.offsite.destination;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Makes payload files, and requests to put them, for tests of destinations. */
public final class Payloads {
    private static final int LEAST_KEPT = 1 << 20;
    private static final int MOST_KEPT = 32 << 20;
    private static final Map<Integer, String> HASHES = new ConcurrentHashMap<>();
    private static byte[] longest = {};

    private final Path directory;
    private final String owner;
    private final AtomicInteger count = new AtomicInteger();

    public Payloads(Path directory, String owner) {
        this.directory = directory;
        this.owner = owner;
    }

    /** A request with a transfer id of its own. */
    public PutRequest request(String name, byte[] bytes) throws IOException {
        int number = count.incrementAndGet();
        Path file = Files.write(directory.resolve("payload-" + number), bytes);
        return new PutRequest(name, file, bytes.length, sha256(bytes), owner, "transfer-" + number, true, sent -> {});
    }

    /** The same request, with somebody who watches it. */
    public static PutRequest withProgress(PutRequest request, LongConsumer progress) {
        return new PutRequest(
                request.name(),
                request.file(),
                request.size(),
                request.sha256(),
                request.owner(),
                request.transferId(),
                request.replacesUntagged(),
                progress);
    }

    /** The same request, whose payload has another path. */
    public static PutRequest at(PutRequest request, Path file) {
        return new PutRequest(
                request.name(),
                file,
                request.size(),
                request.sha256(),
                request.owner(),
                request.transferId(),
                request.replacesUntagged(),
                request.progress());
    }

    /** The same request, for a name at which only its own copy may be replaced. */
    public static PutRequest replacingOnlyItsOwn(PutRequest request) {
        return new PutRequest(
                request.name(),
                request.file(),
                request.size(),
                request.sha256(),
                request.owner(),
                request.transferId(),
                false,
                request.progress());
    }

    /** Incompressible bytes, the same for the same size; a longer run begins like a shorter one. */
    public static byte[] bytes(int size) {
        return size > MOST_KEPT ? made(size) : Arrays.copyOf(longest(size), size);
    }

    /** Returns at least this many bytes. No test may change them: making and hashing them takes longer than most puts. */
    private static synchronized byte[] longest(int size) {
        if (longest.length < size) {
            longest = made(size);
        }
        return longest;
    }

    private static byte[] made(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    public static String sha256(byte[] bytes) {
        int size = bytes.length;
        boolean known =
                size >= LEAST_KEPT && size <= MOST_KEPT && Arrays.equals(bytes, 0, size, longest(size), 0, size);
        return known ? HASHES.computeIfAbsent(size, same -> hash(bytes)) : hash(bytes);
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a failing disk does. */
    public void flipAByte(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), position);
        }
    }
}
