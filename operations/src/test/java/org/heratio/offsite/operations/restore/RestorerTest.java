package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.dump.TableChoice;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.QuickCipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorerTest {
    private static final char[] SECRET = "correct horse".toCharArray();

    @TempDir
    private Path temp;

    /** A check without --all would read only what was never proved, find nothing, and say that all is well. */
    @Test
    void namesTheCheckThatSeesTheDamageItFound() throws Exception {
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz", "archive".getBytes(StandardCharsets.UTF_8));
        Path target = temp.resolve("restored.gz");
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            Files.writeString(temp.resolve("far/a.gz"), "arcHive");

            assertThatThrownBy(() -> new Restorer(new BcpgPayloadCipher(), null)
                            .restore(
                                    destination,
                                    copy(destination, request),
                                    version(request),
                                    target,
                                    Selection.all(),
                                    false,
                                    n -> {}))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
                        assertThat(e.failure().hint()).contains("'offsite verify-integrity --all --driver=localfs'");
                    });
        }
        assertThat(target).doesNotExist();
    }

    /** As a store that has more, or never stops: a copy of a few bytes must not cost a terabyte. */
    @Test
    void endsAtTheFirstByteTooMany() throws Exception {
        PutRequest request = request();
        Path target = temp.resolve("restored.gz");
        AtomicLong fetched = new AtomicLong();
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            try (RandomAccessFile far =
                    new RandomAccessFile(temp.resolve("far/a.gz").toFile(), "rw")) {
                far.setLength(1L << 30);
            }

            assertThatThrownBy(() -> new Restorer(new BcpgPayloadCipher(), null)
                            .restore(
                                    destination,
                                    copy(destination, request),
                                    version(request),
                                    target,
                                    Selection.all(),
                                    false,
                                    fetched::set))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
                        assertThat(e.failure().reason()).contains("more than its 7 bytes");
                        assertThat(e.failure().hint()).contains("'offsite verify-integrity --all --driver=localfs'");
                    });
        }
        assertThat(fetched.get()).isLessThanOrEqualTo(request.size());
        assertThat(target).doesNotExist();
    }

    @Test
    void aBombInAPayloadEndsAtTheSizeOfItsArchive() throws Exception {
        byte[] bomb = compressedAndEncrypted(64 << 20);
        PutRequest request =
                new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner").request("a.gz.gpg", bomb);
        Path target = temp.resolve("restored.gz");
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            Version version = version(7, null);

            assertThatThrownBy(() -> new Restorer(new BcpgPayloadCipher(), Passphrase.of(SECRET.clone()))
                            .restore(
                                    destination,
                                    copy(destination, request, true),
                                    version,
                                    target,
                                    Selection.all(),
                                    false,
                                    n -> {}))
                    .isInstanceOfSatisfying(FailureIOException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_CORRUPT);
                        assertThat(e.failure().reason()).contains("more than the " + 100 * request.size() + " bytes");
                    });
        }
        assertThat(target).doesNotExist();
    }

    /** Heratio's gpg compresses; of an archive that was deleted before it was adopted, the ledger has the size of the payload alone. */
    @Test
    void restoresACompressedCopyWhoseArchiveNobodyKnowsTheSizeOf() throws Exception {
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz.gpg", compressedAndEncrypted(1 << 20));
        Path target = temp.resolve("restored.gz");
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            Version version = version(request.size(), null);
            assertThat(new Restorer(new BcpgPayloadCipher(), Passphrase.of(SECRET.clone()))
                            .restore(
                                    destination,
                                    copy(destination, request, true),
                                    version,
                                    target,
                                    Selection.all(),
                                    false,
                                    n -> {}))
                    .isEqualTo(1 << 20);
        }
    }

    /** The archive is proved before anything is said about what is in it. */
    @Test
    void aTableThatIsMissingInTheRightArchiveIsNoDamageOfItsCopy() throws Exception {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(archive)) {
            gzip.write("CREATE TABLE `t` (`id` int);\n".getBytes(StandardCharsets.UTF_8));
        }
        PutRequest known = new Payloads(Files.createDirectory(temp.resolve("known")), "owner")
                .request("a.gz.gpg", encrypted(archive.toByteArray()));
        PutRequest stored = new Payloads(Files.createDirectory(temp.resolve("stored")), "owner")
                .request("a.gz.gpg", encrypted(archive.toByteArray()));
        Path target = temp.resolve("t.sql");
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(stored);
            Version version = version(archive.size(), Payloads.sha256(archive.toByteArray()));

            assertThatThrownBy(() -> new Restorer(QuickCipher.create(), Passphrase.of(SECRET.clone()))
                            .restore(
                                    destination,
                                    copy(destination, known, true),
                                    version,
                                    target,
                                    new TableSelection(
                                            new TableChoice(List.of(TableChoice.Name.of("other")), null, true, true)),
                                    false,
                                    n -> {}))
                    .isInstanceOfSatisfying(
                            FailureIOException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.CONTENT_MISSING));
        }
        assertThat(target).doesNotExist();
    }

    private static byte[] encrypted(byte[] archive) throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = QuickCipher.create().encrypt(message, SECRET.clone())) {
            out.write(archive);
        }
        return message.toByteArray();
    }

    @SuppressWarnings("JavaUtilDate") // it is what Bouncy Castle takes
    private static byte[] compressedAndEncrypted(int zeros) throws Exception {
        PGPEncryptedDataGenerator message =
                new PGPEncryptedDataGenerator(new JcePGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithIntegrityPacket(true)
                        .setSecureRandom(new SecureRandom()));
        message.addMethod(new JcePBEKeyEncryptionMethodGenerator(
                SECRET, new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA256), 0));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream encrypted = message.open(bytes, new byte[1 << 16]);
                OutputStream compressed = new PGPCompressedDataGenerator(CompressionAlgorithmTags.ZIP).open(encrypted);
                OutputStream literal =
                        new PGPLiteralDataGenerator().open(compressed, PGPLiteralData.BINARY, "", zeros, new Date(0))) {
            byte[] block = new byte[1 << 16];
            for (int left = zeros; left > 0; left -= block.length) {
                literal.write(block);
            }
        }
        return bytes.toByteArray();
    }

    /** As a process of another user does that waits for the temporary file, and replaces it as soon as it is there. */
    @Test
    void aLinkInPlaceOfTheTemporaryFileGetsNothing() throws Exception {
        PutRequest request = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz", "archive".getBytes(StandardCharsets.UTF_8));
        Victim victim = Victim.in(temp.resolve("victim"), "shadow");
        Path restored = Files.createDirectory(temp.resolve("restored"));
        try (LocalFsDestination destination = new LocalFsDestination(temp.resolve("far"))) {
            destination.put(request);
            for (boolean overwrite : new boolean[] {false, true}) {
                Path target = restored.resolve(overwrite + ".gz");
                Destination swapping = beforeItIsRead(destination, () -> swapAllFor(victim, restored));
                new Restorer(new BcpgPayloadCipher(), null)
                        .restore(
                                swapping,
                                copy(destination, request),
                                version(request),
                                target,
                                Selection.all(),
                                overwrite,
                                n -> swapAllFor(victim, restored));

                assertThat(target).isRegularFile().hasContent("archive");
                assertThat(Files.isSymbolicLink(target)).isFalse();
                victim.requireUnharmed();
            }
        }
    }

    private static void swapAllFor(Victim victim, Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : (Iterable<Path>) files::iterator) {
                if (each.toString().endsWith(".part")) {
                    victim.swapFor(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same destination, with something that happens just before a copy is opened. */
    private static Destination beforeItIsRead(Destination destination, Runnable action) {
        return (Destination) Proxy.newProxyInstance(
                RestorerTest.class.getClassLoader(), new Class<?>[] {Destination.class}, (self, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        action.run();
                    }
                    return method.invoke(destination, arguments);
                });
    }

    private PutRequest request() throws IOException {
        return new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("a.gz", "archive".getBytes(StandardCharsets.UTF_8));
    }

    private static Copy copy(LocalFsDestination destination, PutRequest request) {
        return copy(destination, request, false);
    }

    private static Copy copy(LocalFsDestination destination, PutRequest request, boolean encrypted) {
        return new Copy(
                1,
                1,
                "localfs",
                CopyState.VERIFIED,
                destination.remotePath(request.name()),
                request.sha256(),
                request.size(),
                encrypted,
                false,
                0,
                null,
                1L,
                1L,
                null,
                null);
    }

    private static Version version(PutRequest request) {
        return version(request.size(), request.sha256());
    }

    private static Version version(long size, String sha256) {
        return new Version(
                1,
                "/backups/a.gz",
                "a.gz",
                size,
                0,
                0,
                VersionState.SEALED,
                sha256,
                0,
                "a.gz",
                true,
                false,
                0,
                0,
                null,
                null);
    }
}
