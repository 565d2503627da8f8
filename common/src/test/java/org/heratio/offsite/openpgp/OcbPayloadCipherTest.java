package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;

class OcbPayloadCipherTest extends PayloadCipherContract {
    private static final int SMALL_CHUNK = 16 * 1024;
    private static final int CHUNK = 256 * 1024;
    /** Tag, length, version, cipher, mode, S2K with its salt and count, nonce, session key and its tag. */
    private static final int KEY_PACKET = 2 + 3 + 11 + 15 + 32 + 16;

    OcbPayloadCipherTest() {
        super(CipherMode.OCB);
    }

    /** Sizes around a chunk. The plaintext is a few bytes longer than the archive, so that one of them fills a chunk exactly. */
    @Test
    void givesBackArchivesOfAnySizeAroundTheBoundsOfChunks() throws IOException {
        for (int bound : new int[] {SMALL_CHUNK, 2 * SMALL_CHUNK}) {
            for (int size = bound - 40; size <= bound + 20; size++) {
                byte[] archive = bytes(size);
                assertThat(decrypt(encrypt(archive, size), "secret"))
                        .as("%d bytes", size)
                        .isEqualTo(archive);
            }
        }
        for (int size = CHUNK - 40; size <= CHUNK + 20; size++) {
            byte[] archive = bytes(size);
            assertThat(decrypt(encrypt(archive, "secret"), "secret"))
                    .as("%d bytes", size)
                    .isEqualTo(archive);
        }
    }

    @Test
    void anyDivisionOfTheArchiveMakesAMessageOfIt() throws IOException {
        Random random = new Random(3);
        for (int run = 0; run < 20; run++) {
            byte[] archive = bytes(random.nextInt(3 * CHUNK));
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            try (OutputStream out = cipher.encrypt(sink, "secret".toCharArray())) {
                for (int at = 0; at < archive.length; ) {
                    int n = Math.min(random.nextInt(run % 2 == 0 ? 1000 : 2 * CHUNK), archive.length - at);
                    out.write(archive, at, n);
                    at += n;
                }
            }
            assertThat(decrypt(sink.toByteArray(), "secret")).isEqualTo(archive);
        }
    }

    /** The session key has a tag, so that damage to the content is never called a wrong passphrase. */
    @Test
    void tellsDamageFromAWrongPassphrase() throws IOException {
        byte[] good = encrypt(bytes(2 * CHUNK), "secret");
        for (int at = KEY_PACKET + 30; at < good.length; at += 9_973) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            assertThatThrownBy(() -> decrypt(bad, "secret"))
                    .as("byte %d", at)
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
        }
    }

    @Test
    void aWrongPassphraseIsKnownAfterTheFirstPacket() throws IOException {
        byte[] message = encrypt(bytes(1000), "secret");
        assertThatThrownBy(() -> decrypt(Arrays.copyOf(message, KEY_PACKET + 40), "wrong"))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
    }

    @Test
    void refusesChunksThatWereExchangedOrLeftOut() throws IOException {
        byte[] archive = new byte[5 * SMALL_CHUNK];
        byte[] good = encrypt(archive, archive.length);
        // the packet has a length byte in front of each 16 KiB, and then content and tag of its chunks
        ByteArrayOutputStream shorter = new ByteArrayOutputStream();
        int cut = KEY_PACKET + 2 * (SMALL_CHUNK + 1);
        shorter.write(good, 0, cut);
        shorter.write(good, cut + SMALL_CHUNK + 1, good.length - cut - SMALL_CHUNK - 1);
        assertThatThrownBy(() -> decrypt(shorter.toByteArray(), "secret"))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ErrorCode.PAYLOAD_CORRUPT));
    }

    @Test
    void messagesHaveOneSaltAndNothingElseInCommon() throws IOException {
        byte[] first = encrypt(bytes(100), "secret");
        byte[] second = encrypt(bytes(100), "secret");
        int head = 16;
        assertThat(Arrays.copyOf(first, head)).isEqualTo(Arrays.copyOf(second, head));
        assertThat(Arrays.copyOfRange(first, head, head + 15))
                .isNotEqualTo(Arrays.copyOfRange(second, head, head + 15));
        assertThat(Arrays.copyOfRange(first, KEY_PACKET + 6, KEY_PACKET + 21))
                .isNotEqualTo(Arrays.copyOfRange(second, KEY_PACKET + 6, KEY_PACKET + 21));
    }

    @Test
    void eachCipherReadsWhatTheOtherWrote() throws IOException {
        byte[] archive = bytes(100_000);
        PayloadCipher cfb = QuickCipher.create(CipherMode.CFB);
        ByteArrayOutputStream ofCfb = new ByteArrayOutputStream();
        try (OutputStream out = cfb.encrypt(ofCfb, "secret".toCharArray())) {
            out.write(archive);
        }
        assertThat(decrypt(ofCfb.toByteArray(), "secret")).isEqualTo(archive);
        byte[] ofOcb = encrypt(archive, "secret");
        try (InputStream in = cfb.decrypt(new ByteArrayInputStream(ofOcb), "secret".toCharArray())) {
            assertThat(in.readAllBytes()).isEqualTo(archive);
        }
    }

    @Test
    void noMessageIsLongerThanIsSaidBeforehand() throws IOException {
        for (int size : new int[] {0, 1, SMALL_CHUNK, (1 << 20) - 1, 1 << 20, 5_000_000}) {
            assertThat((long) encrypt(bytes(size), size).length).isLessThanOrEqualTo(PayloadCipher.mostBytes(size));
        }
    }

    private byte[] encrypt(byte[] archive, int expected) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encrypt(sink, "secret".toCharArray(), expected)) {
            out.write(archive);
        }
        return sink.toByteArray();
    }
}
