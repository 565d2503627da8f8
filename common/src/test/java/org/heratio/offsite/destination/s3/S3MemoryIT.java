package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with a payload: parts in flight that are together larger than the heap go through it. */
class S3MemoryIT {
    private static final long MIB = 1L << 20;
    private static final long SIZE = 320 * MIB;

    @TempDir
    private Path temp;

    @Test
    void sendsAndReadsPartsThatAreLargerThanTheHeap() throws Exception {
        Path payload = temp.resolve("payload");
        try (var file = new RandomAccessFile(payload.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        try (S3Server server = S3Server.start()) {
            Path log = temp.resolve("log");
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:MaxDirectMemorySize=32m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SmallHeap.class.getName(),
                            Integer.toString(server.port()),
                            payload.toString(),
                            temp.resolve("state").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(child.waitFor(HangLimit.TEST_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).as(Files.readString(log)).isZero();
        }
    }

    /** What runs with little memory. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String[] args) throws Exception {
            Path payload = Path.of(args[1]);
            S3Config config = S3Config.of(
                            new S3Config.Place(
                                    S3Server.BUCKET,
                                    "us-east-1",
                                    URI.create("http://127.0.0.1:" + args[0]),
                                    true,
                                    "memory"),
                            new S3Config.Access(S3Server.CREDENTIALS, null, null),
                            Path.of(args[2]))
                    .with(new S3Config.Limits(4, 1_000, 64 * MIB, MIB, 200));
            String sha256 = sha256(Files.newInputStream(payload));
            try (S3Destination destination = new S3Destination(config)) {
                destination.put(new PutRequest("a.gz", payload, SIZE, sha256, "owner", "transfer", true, sent -> {}));
                String back = sha256(destination.open("a.gz", 0, Long.MAX_VALUE));
                if (!back.equals(sha256)) {
                    throw new IllegalStateException("read back " + back + " instead of " + sha256);
                }
            }
        }

        private static String sha256(InputStream from) throws Exception {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(from, digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
