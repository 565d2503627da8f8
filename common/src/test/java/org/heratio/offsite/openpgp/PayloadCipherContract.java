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
import java.util.Arrays;
import java.util.Random;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of a cipher, for each mode in which it writes. */
abstract class PayloadCipherContract {
    private static final int MIB = 1 << 20;

    final PayloadCipher cipher;

    PayloadCipherContract(CipherMode mode) {
        this.cipher = QuickCipher.create(mode);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, MIB - 6, MIB, 2 * MIB + 1})
    void givesBackWhatWasEncrypted(int size) throws IOException {
        byte[] archive = bytes(size);
        assertThat(decrypt(encrypt(archive, "secret"), "secret")).isEqualTo(archive);
    }

    @Test
    void readsInAnyPortionsAtAnyOffset() throws IOException {
        byte[] archive = bytes(300_001);
        byte[] message = encrypt(archive, "secret");
        Random random = new Random(7);
        byte[] read = new byte[archive.length + 100];
        int at = 0;
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(message), "secret".toCharArray())) {
            for (int n = 0; n != -1; n = in.read(read, at, random.nextInt(read.length - at))) {
                at += n;
            }
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThat(Arrays.copyOf(read, at)).isEqualTo(archive);
    }

    @Test
    void twoMessagesOfOneArchiveHaveNothingInCommon() throws IOException {
        assertThat(encrypt(bytes(100), "secret")).isNotEqualTo(encrypt(bytes(100), "secret"));
    }

    @Test
    void aSmallMessageTakesLittleMemory() throws IOException {
        com.sun.management.ThreadMXBean memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] archive = bytes(64 * 1024);
        encrypt(archive, "secret");
        long before = memory.getCurrentThreadAllocatedBytes();
        try (OutputStream out =
                cipher.encrypt(OutputStream.nullOutputStream(), "secret".toCharArray(), archive.length)) {
            out.write(archive);
        }
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(300_000);
    }

    @Test
    void theArrayMayBeClearedAsSoonAsTheStreamIsThere() throws IOException {
        char[] passphrase = "secret".toCharArray();
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        OutputStream out = cipher.encrypt(sink, passphrase);
        Arrays.fill(passphrase, 'x');
        out.write(bytes(10));
        out.close();
        char[] again = "secret".toCharArray();
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(sink.toByteArray()), again)) {
            Arrays.fill(again, 'x');
            assertThat(in.readAllBytes()).isEqualTo(bytes(10));
        }
    }

    @Test
    void saysThatThePassphraseIsWrong() throws IOException {
        byte[] message = encrypt(bytes(1000), "secret");
        for (int i = 0; i < 20; i++) {
            String wrong = "wrong" + i;
            assertThatThrownBy(() -> decrypt(message, wrong))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
        }
    }

    @Test
    void refusesAByteThatWasChangedAnywhere() throws IOException {
        byte[] good = encrypt(bytes(50_000), "secret");
        int refused = 0;
        for (int at = 0; at < good.length; at += at < 110 || at > good.length - 60 ? 3 : 4_999) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            assertThatThrownBy(() -> decrypt(bad, "secret")).as("byte %d", at).isInstanceOf(FailureIOException.class);
            refused++;
        }
        assertThat(refused).isGreaterThan(40);
    }

    @Test
    void refusesWhatIsCutOffAnywhere() throws IOException {
        byte[] good = encrypt(bytes(2 * MIB), "secret");
        for (int length :
                new int[] {0, 1, 10, 60, 70, 1000, MIB, good.length - 22, good.length - 20, good.length - 1}) {
            assertThatThrownBy(() -> decrypt(Arrays.copyOf(good, length), "secret"))
                    .as("%d bytes", length)
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
        }
    }

    @Test
    void goesOnRefusingAfterItRefusedOnce() throws IOException {
        byte[] bad = encrypt(bytes(600_000), "secret");
        bad[bad.length - 1] ^= 1;
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(bad), "secret".toCharArray())) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(FailureIOException.class);
            assertThatThrownBy(in::read).isInstanceOf(FailureIOException.class);
        }
    }

    @Test
    void refusesWhatFollowsTheMessage() throws IOException {
        byte[] message = encrypt(bytes(1000), "secret");
        byte[] longer = Arrays.copyOf(message, message.length + 1);
        assertThatThrownBy(() -> decrypt(longer, "secret"))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
    }

    @Test
    void anErrorOfTheStreamBelowIsNotHeldAgainstTheMessage() throws IOException {
        byte[] message = encrypt(bytes(1_000_000), "secret");
        InputStream failing = new SequenceInputStream(new ByteArrayInputStream(message, 0, 600_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
        try (InputStream in = cipher.decrypt(failing, "secret".toCharArray())) {
            assertThatThrownBy(in::readAllBytes)
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("connection reset");
        }
    }

    static ErrorCode code(Throwable e) {
        assertThat(e).isInstanceOf(FailureIOException.class);
        return ((FailureIOException) e).failure().code();
    }

    byte[] encrypt(byte[] archive, String passphrase) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encrypt(sink, passphrase.toCharArray())) {
            out.write(archive);
        }
        return sink.toByteArray();
    }

    byte[] decrypt(byte[] message, String passphrase) throws IOException {
        try (InputStream in = cipher.decrypt(new ByteArrayInputStream(message), passphrase.toCharArray())) {
            return in.readAllBytes();
        }
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
