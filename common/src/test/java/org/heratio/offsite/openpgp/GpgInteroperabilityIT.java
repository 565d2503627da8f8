package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpgInteroperabilityIT {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final String PASSPHRASE = "correct horse battery staple";

    /** For gpg, where a test is not about key stretching; gpg takes 1024 and less for no count, and stretches at full cost. */
    private static final List<String> QUICK = List.of("--s2k-count", "1088");

    private final PayloadCipher cipher = new BcpgPayloadCipher();

    @TempDir
    Path dir;

    @BeforeAll
    static void needsGpg() {
        Requires.that(Gpg.installed(), "gpg is not installed");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                15,
                16,
                17,
                511,
                8192,
                16 * KIB - 1,
                16 * KIB,
                16 * KIB + 1,
                64 * KIB - 6,
                64 * KIB,
                MIB - 100,
                MIB - 6,
                MIB - 1,
                MIB,
                MIB + 1,
                2 * MIB,
                3 * MIB,
                3 * MIB + 17
            })
    void gpgOpensWhatWeWrite(int size) throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        byte[] archive = bytes(size);
        for (CipherMode mode : CipherMode.values()) {
            Path opened = gpg.decrypt(write(QuickCipher.create(mode), archive), dir.resolve("opened-" + mode));
            assertThat(Files.readAllBytes(opened)).as("%s", mode).isEqualTo(archive);
        }
    }

    /** A chunk has 256 KiB; the literal packet has 10 bytes more than its content. */
    @ParameterizedTest
    @ValueSource(ints = {256 * KIB - 11, 256 * KIB - 10, 256 * KIB - 9, 256 * KIB, 512 * KIB - 10, 512 * KIB + 5})
    void gpgOpensOcbOfAnySizeAroundTheBoundsOfChunks(int size) throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        byte[] archive = bytes(size);
        Path opened = gpg.decrypt(write(QuickCipher.create(CipherMode.OCB), archive), dir.resolve("opened"));
        assertThat(Files.readAllBytes(opened)).isEqualTo(archive);
    }

    @Test
    void ocbTellsNothingButTheSize() throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        String packets = gpg.packets(write(new BcpgPayloadCipher(CipherMode.OCB), bytes(3 * MIB)));
        assertThat(packets)
                .containsPattern("symkey enc packet: version 5, cipher 9, aead 2, *s2k 3, hash 8")
                .contains("count 65011712 (255)")
                .contains("aead encrypted packet: cipher=9 aead=2 cb=12")
                .contains("mode b (62), created 0, name=\"\"")
                .doesNotContain("compressed packet");
    }

    @Test
    void gpgRefusesOcbWithAnotherPassphraseOrDamage() throws Exception {
        byte[] archive = bytes(300_000);
        Path message = write(QuickCipher.create(CipherMode.OCB), archive);
        Gpg other = new Gpg(Files.createDirectory(dir.resolve("other")), "wrong");
        assertThatThrownBy(() -> other.decrypt(message, dir.resolve("no"))).isInstanceOf(IOException.class);
        byte[] bad = Files.readAllBytes(message);
        bad[bad.length - 1] ^= 1;
        Files.write(message, bad);
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        assertThatThrownBy(() -> gpg.decrypt(message, dir.resolve("damaged"))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                15,
                16,
                17,
                8192,
                16 * KIB - 1,
                16 * KIB,
                16 * KIB + 1,
                MIB - 1,
                MIB,
                MIB + 1,
                3 * MIB,
                3 * MIB + 17
            })
    void opensWhatGpgWritesUncompressed(int size) throws Exception {
        assertWeOpenQuickly(bytes(size), "--compress-algo", "none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "zlib", "bzip2"})
    void opensWhatGpgCompresses(String algorithm) throws Exception {
        assertWeOpenQuickly(bytes(2 * MIB + 3), "--compress-algo", algorithm);
        assertWeOpenQuickly(
                "aaaaaaaaaaaa".repeat(200_000).getBytes(StandardCharsets.US_ASCII), "--compress-algo", algorithm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AES", "AES192", "AES256", "TWOFISH", "CAMELLIA256", "3DES", "CAST5"})
    void opensGpgsCiphers(String algorithm) throws Exception {
        assertWeOpenQuickly(bytes(100_000), "--cipher-algo", algorithm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA1", "SHA224", "SHA512"})
    void opensWhatGpgStretchesByAnotherHash(String algorithm) throws Exception {
        assertWeOpen(bytes(1000), "--s2k-digest-algo", algorithm, "--cipher-algo", "AES256");
    }

    @Test
    void opensWhatGpgReadsFromAPipe() throws Exception {
        // gpg cannot know the length then, and writes partial packets inside as well
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        byte[] archive = bytes(MIB + 12345);
        Path fifo = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Thread writer = new Thread(() -> writeTo(fifo, archive));
        writer.start();
        Path message = gpg.encrypt(fifo, dir.resolve("message.gpg"), quickly("--compress-algo", "none"));
        writer.join();
        assertThat(open(message, PASSPHRASE)).isEqualTo(archive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pässwörd – 密码 🔑", "ends with blanks   ", "\tbegins with a tab", "with\rreturn\r"})
    void agreesWithGpgOnTheFirstLineOfThePassphraseFile(String line) throws Exception {
        Gpg gpg = new Gpg(dir, line + "\nsecond line\n");
        byte[] archive = bytes(1000);
        Path message = dir.resolve("ours.gpg");
        try (Passphrase passphrase = Passphrase.firstLineOf(gpg.passphraseFile())) {
            write(QuickCipher.create(), archive, message, passphrase.copy());
            assertThat(Files.readAllBytes(gpg.decrypt(message, dir.resolve("opened"))))
                    .isEqualTo(archive);
            Path file = Files.write(dir.resolve("file"), archive);
            assertThat(open(gpg.encrypt(file, dir.resolve("theirs.gpg"), quickly()), new String(passphrase.copy())))
                    .isEqualTo(archive);
        }
    }

    @Test
    void tellsNothingButTheSize() throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        String packets = gpg.packets(write(cipher, bytes(3 * MIB)));
        assertThat(packets)
                .containsPattern("cipher 9, .*s2k 3, hash 8")
                .contains("count 65011712 (255)")
                .contains("mdc_method: 2")
                .contains("mode b (62), created 0, name=\"\"")
                .doesNotContain("compressed packet")
                .doesNotContain("seskey");
    }

    @Test
    void gpgOpensEachOfSeveralMessagesWithOneSalt() throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        byte[] head = null;
        for (int i = 0; i < 4; i++) {
            byte[] archive = bytes(1000 + i);
            Path message = write(cipher, archive);
            byte[] first = Arrays.copyOf(Files.readAllBytes(message), 15);
            assertThat(head == null ? first : head).isEqualTo(first);
            head = first;
            assertThat(Files.readAllBytes(gpg.decrypt(message, dir.resolve("opened" + i))))
                    .isEqualTo(archive);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 300_000})
    void opensOcbThatGpgOpens(int size) throws Exception {
        Gpg gpg = new Gpg(dir, PASSPHRASE);
        byte[] archive = bytes(size);
        Path message = dir.resolve("ocb.gpg");
        writeOcb(archive, message);
        assertThat(Files.readAllBytes(gpg.decrypt(message, dir.resolve("opened"))))
                .isEqualTo(archive);
        assertThat(open(message, PASSPHRASE)).isEqualTo(archive);
    }

    @Test
    void refusesOcbThatIsDamagedOrCutOff() throws Exception {
        Path message = dir.resolve("ocb.gpg");
        writeOcb(bytes(200_000), message);
        byte[] good = Files.readAllBytes(message);
        for (int at : new int[] {100, 70_000, good.length - 40, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            assertCorrupt(bad);
        }
        for (int length : new int[] {good.length - 1, good.length - 16, good.length - 17, 150_000}) {
            assertCorrupt(Arrays.copyOf(good, length));
        }
        assertThatThrownBy(() -> open(message, "wrong"))
                .isInstanceOfSatisfying(
                        FailureIOException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
    }

    private void assertCorrupt(byte[] bad) throws IOException {
        Path message = Files.write(dir.resolve("bad.gpg"), bad);
        assertThatThrownBy(() -> open(message, PASSPHRASE))
                .isInstanceOfSatisfying(
                        FailureIOException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
    }

    private void assertWeOpenQuickly(byte[] archive, String... options) throws Exception {
        assertWeOpen(archive, quickly(options));
    }

    private static String[] quickly(String... options) {
        return Stream.concat(QUICK.stream(), Stream.of(options)).toArray(String[]::new);
    }

    private void assertWeOpen(byte[] archive, String... options) throws Exception {
        Path own = Files.createTempDirectory(dir, "gpg");
        Gpg gpg = new Gpg(own, PASSPHRASE);
        Path file = Files.write(own.resolve("file"), archive);
        assertThat(open(gpg.encrypt(file, own.resolve("message.gpg"), options), PASSPHRASE))
                .isEqualTo(archive);
    }

    @SuppressWarnings("JavaUtilDate") // it is what Bouncy Castle takes
    private static void writeOcb(byte[] archive, Path message) throws Exception {
        PGPEncryptedDataGenerator generator =
                new PGPEncryptedDataGenerator(new JcePGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithAEAD(AEADAlgorithmTags.OCB, 10)
                        .setUseV5AEAD()
                        .setProvider(new BouncyCastleProvider()));
        generator.addMethod(new JcePBEKeyEncryptionMethodGenerator(PASSPHRASE.toCharArray())
                .setProvider(new BouncyCastleProvider()));
        try (OutputStream file = Files.newOutputStream(message);
                OutputStream encrypted = generator.open(file, new byte[1 << 16]);
                OutputStream literal =
                        new PGPLiteralDataGenerator().open(encrypted, 'b', "", new Date(0), new byte[1 << 16])) {
            literal.write(archive);
        }
    }

    private Path write(PayloadCipher cipher, byte[] archive) throws IOException {
        Path message = dir.resolve("ours.gpg");
        write(cipher, archive, message, PASSPHRASE.toCharArray());
        return message;
    }

    private static void write(PayloadCipher cipher, byte[] archive, Path message, char[] passphrase)
            throws IOException {
        try (OutputStream file = Files.newOutputStream(message);
                OutputStream out = cipher.encrypt(file, passphrase)) {
            out.write(archive);
        }
    }

    private byte[] open(Path message, String passphrase) throws IOException {
        try (InputStream in = cipher.decrypt(Files.newInputStream(message), passphrase.toCharArray())) {
            return in.readAllBytes();
        }
    }

    private static void writeTo(Path fifo, byte[] bytes) {
        try {
            Files.write(fifo, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
