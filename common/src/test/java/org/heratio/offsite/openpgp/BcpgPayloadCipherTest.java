package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;

class BcpgPayloadCipherTest extends PayloadCipherContract {
    private static final int MIB = 1 << 20;
    /** After the packet about the key, of 15 bytes: tag, length and version. */
    private static final int ENCRYPTED_AT = 18;

    BcpgPayloadCipherTest() {
        super(CipherMode.CFB);
    }

    /** A salt is eight bytes, six bytes after the beginning; the count, then a new packet, follow it. */
    @Test
    void messagesOfOneCipherHaveOneSaltAndBeginDifferently() throws IOException {
        byte[] first = encrypt(bytes(100), "secret");
        byte[] second = encrypt(bytes(100), "secret");
        assertThat(Arrays.copyOf(first, 15)).isEqualTo(Arrays.copyOf(second, 15));
        assertThat(Arrays.copyOfRange(first, 18, 34)).isNotEqualTo(Arrays.copyOfRange(second, 18, 34));
        assertThat(Arrays.copyOfRange(first, 6, 14))
                .isNotEqualTo(Arrays.copyOfRange(encrypt(bytes(100), "other"), 6, 14));
    }

    @Test
    void opensMessagesWithASessionKeyAsEarlierBuildsWroteThem() throws Exception {
        byte[] archive = bytes(100_000);
        for (int aes : new int[] {SymmetricKeyAlgorithmTags.AES_128, SymmetricKeyAlgorithmTags.AES_256}) {
            byte[] message = ofBcpg(archive, aes, "secret");
            assertThat(decrypt(message, "secret")).isEqualTo(archive);
            assertThatThrownBy(() -> decrypt(message, "wrong"))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
        }
    }

    @SuppressWarnings("JavaUtilDate") // it is what Bouncy Castle takes
    private static byte[] ofBcpg(byte[] archive, int algorithm, String passphrase) throws Exception {
        PGPEncryptedDataGenerator generator =
                new PGPEncryptedDataGenerator(new JcePGPDataEncryptorBuilder(algorithm).setWithIntegrityPacket(true));
        generator.setForceSessionKey(true);
        generator.addMethod(new JcePBEKeyEncryptionMethodGenerator(
                passphrase.toCharArray(),
                new JcaPGPDigestCalculatorProviderBuilder().build().get(HashAlgorithmTags.SHA256),
                0));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream encrypted = generator.open(message, new byte[1 << 12]);
                OutputStream literal =
                        new PGPLiteralDataGenerator().open(encrypted, 'b', "", new Date(0), new byte[1 << 12])) {
            literal.write(archive);
        }
        return message.toByteArray();
    }

    /** Such a passphrase gives two equal bytes where the beginning of the message repeats two, and nonsense after them. */
    @Test
    void aWrongPassphraseThatPassesTheCheckOfTheBeginningIsCalledWrong() throws Exception {
        byte[] message = encrypt(bytes(1000), "secret");
        byte[] salt = Arrays.copyOfRange(message, 6, 14);
        for (int i = 0, found = 0; found < 2; i++) {
            byte[] key =
                    Stretching.stretch("SHA-256", salt, 1024, ("wrong" + i).getBytes(StandardCharsets.US_ASCII), 32);
            byte[] head = Arrays.copyOfRange(message, ENCRYPTED_AT, ENCRYPTED_AT + 19);
            Cfb.decrypting(key).convert(head, 0, head.length);
            boolean isFile = List.of(2, 4, 8, 10, 11).contains(tag(head[18]));
            if (head[14] == head[16] && head[15] == head[17] && !isFile) {
                String wrong = "wrong" + i;
                assertThatThrownBy(() -> decrypt(message, wrong))
                        .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
                found++;
            }
        }
    }

    private static int tag(byte first) {
        return (first & 0x40) == 0 ? (first & 0x3f) >> 2 : first & 0x3f;
    }

    /** Each packet that there may be at the beginning says that it has two gigabytes, and goes on for ever. */
    @Test
    void aLengthThatLiesCostsNoMemory() {
        com.sun.management.ThreadMXBean memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int tag = 1; tag < 64; tag++) {
            byte[] head = {(byte) (0xc0 | tag), (byte) 0xff, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 4, 9, 0, 8};
            Endless zeros = new Endless();
            InputStream payload = new SequenceInputStream(new ByteArrayInputStream(head), zeros);
            long before = memory.getCurrentThreadAllocatedBytes();

            assertThatThrownBy(() -> cipher.decrypt(payload, "secret".toCharArray()))
                    .as("packet %s", tag)
                    .isInstanceOf(IOException.class);

            assertThat(zeros.read).as("read of packet %s", tag).isLessThan(20L * MIB);
            assertThat(memory.getCurrentThreadAllocatedBytes() - before)
                    .as("allocated for packet %s", tag)
                    .isLessThan(200L * MIB);
        }
    }

    private static final class Endless extends InputStream {
        private long read;

        @Override
        public int read() {
            read++;
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) 0);
            read += length;
            return length;
        }
    }

    @Test
    void saysThatItIsNoOpenPgpMessage() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(1);
        }
        byte[] text = "-- MySQL dump".getBytes(StandardCharsets.US_ASCII);
        for (byte[] other : new byte[][] {gzip.toByteArray(), text, bytes(500), new byte[0]}) {
            assertThatThrownBy(() -> decrypt(other, "secret"))
                    .hasMessageContaining("OpenPGP")
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
        }
    }
}
