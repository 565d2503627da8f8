package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.function.LongConsumer;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.openpgp.QuickCipher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that are large enough to be restored in several threads. */
class LargeRestoreTest {
    private static final char[] SECRET = "correct horse".toCharArray();
    private static final int SIZE = (5 << 20) + 3;

    private final PayloadCipher cipher = QuickCipher.create();
    private final byte[] archive = new byte[SIZE];

    @TempDir
    private Path temp;

    private Path target;
    private Path stored;
    private LocalFsDestination destination;
    private Copy copy;

    @BeforeEach
    void ship() throws Exception {
        new Random(1).nextBytes(archive);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encrypt(message, SECRET.clone())) {
            out.write(archive);
        }
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz.gpg", message.toByteArray());
        destination = new LocalFsDestination(temp.resolve("far"));
        destination.put(request);
        stored = temp.resolve("far/a.gz.gpg");
        target = temp.resolve("restored.gz");
        copy = new Copy(
                1,
                1,
                "localfs",
                CopyState.VERIFIED,
                destination.remotePath(request.name()),
                request.sha256(),
                request.size(),
                true,
                false,
                0,
                null,
                1L,
                1L,
                null,
                null);
    }

    @AfterEach
    void nothingIsLeft() {
        destination.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().matches(".*-(fetch|write)"));
    }

    @Test
    void givesTheArchiveBackAndTellsHowFarItIs() throws Exception {
        long[] fetched = new long[1];
        assertThat(restore(SIZE, n -> fetched[0] = n)).isEqualTo(SIZE);
        assertThat(Files.readAllBytes(target)).isEqualTo(archive);
        assertThat(fetched[0]).isEqualTo(copy.size());
    }

    @Test
    void aDamagedCopyIsToldByItsHash() throws Exception {
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 1;
        Files.write(stored, bytes);

        assertThatThrownBy(() -> restore(SIZE, n -> {})).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
            assertThat(e.failure().reason()).contains(copy.sha256());
        });
        assertThat(target).doesNotExist();
    }

    /** The target refuses, in its own thread, what goes beyond the size of the archive. */
    @Test
    void aFailureOfTheTargetIsTold() {
        assertThatThrownBy(() -> restore(SIZE - (1 << 20), n -> {}))
                .isInstanceOfSatisfying(
                        FailureIOException.class,
                        e -> assertThat(e.failure().reason()).contains("holds more than"));
        assertThat(target).doesNotExist();
    }

    @Test
    void anInterruptEndsIt() {
        assertThatThrownBy(() -> restore(SIZE, n -> {
                    if (n > 1 << 20) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(target).doesNotExist();
    }

    private long restore(long size, LongConsumer progress) throws FailureException, InterruptedException, IOException {
        MessageDigest digest = Digests.sha256();
        digest.update(archive);
        Version version = new Version(
                1,
                "/backups/a.gz",
                "a.gz",
                size,
                0,
                0,
                VersionState.SEALED,
                Digests.hex(digest),
                0,
                "a.gz",
                false,
                false,
                0,
                0,
                null,
                null);
        return new Restorer(cipher, Passphrase.of(SECRET.clone()))
                .restore(destination, copy, version, target, Selection.all(), false, progress);
    }
}
