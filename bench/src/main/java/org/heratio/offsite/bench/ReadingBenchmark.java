package org.heratio.offsite.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.gate.CompletenessGate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The hash and the gate, which see each byte of an archive. The archive is a gzip file of 16 MiB that unpacks to twice as much. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReadingBenchmark {
    private static final int MEBIBYTES = 16;
    private static final int BLOCK_BYTES = 1 << 20;

    private final byte[] archive = new byte[MEBIBYTES << 20];
    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("bench", ".gz");
        Random random = new Random(1);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            byte[] line = new byte[64];
            while (Files.size(file) < archive.length) {
                random.nextBytes(line);
                // half of each line is the same, so that there is something to unpack
                Arrays.fill(line, 0, 32, (byte) 'x');
                out.write(line);
            }
        }
        byte[] all = Files.readAllBytes(file);
        System.arraycopy(all, 0, archive, 0, archive.length);
    }

    @TearDown
    public void remove() throws IOException {
        Files.delete(file);
    }

    /** Hashes 1 MiB in the unit of the result. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public byte[] sha256() {
        MessageDigest digest = Digests.sha256();
        for (int at = 0; at < archive.length; at += BLOCK_BYTES) {
            digest.update(archive, at, BLOCK_BYTES);
        }
        return digest.digest();
    }

    /** Unpacks and checks 1 MiB of an archive in the unit of the result. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public boolean gate() throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of("bench.gz", channel)) {
            for (int at = 0; at < archive.length; at += BLOCK_BYTES) {
                gate.update(archive, at, BLOCK_BYTES);
            }
            return gate.fault() == null;
        }
    }
}
