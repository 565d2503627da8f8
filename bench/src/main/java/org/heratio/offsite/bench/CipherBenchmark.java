package org.heratio.offsite.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encryption and decryption of messages of 16 MiB, with keys that are not stretched. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CipherBenchmark {
    private static final int MEBIBYTES = 16;
    private static final char[] PASSPHRASE = {'x'};

    @Param({"CFB", "OCB"})
    CipherMode mode = CipherMode.CFB;

    private final byte[] block = new byte[1 << 16];
    private PayloadCipher cipher = new BcpgPayloadCipher(mode, 0);
    private byte[] message = {};

    @Setup
    public void encryptOnce() throws IOException {
        new Random(1).nextBytes(block);
        cipher = new BcpgPayloadCipher(mode, 0);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        write(sink);
        message = sink.toByteArray();
    }

    /** Encrypts 1 MiB in the unit of the result. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public void encrypt() throws IOException {
        write(OutputStream.nullOutputStream());
    }

    /** Decrypts 1 MiB in the unit of the result, its integrity checked. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public long decrypt() throws IOException {
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(message), PASSPHRASE)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private void write(OutputStream sink) throws IOException {
        try (OutputStream out = cipher.encrypt(sink, PASSPHRASE)) {
            for (int i = 0; i < MEBIBYTES * (1 << 20) / block.length; i++) {
                out.write(block);
            }
        }
    }
}
