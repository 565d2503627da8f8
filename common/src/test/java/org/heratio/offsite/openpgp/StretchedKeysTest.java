package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.S2K;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;

class StretchedKeysTest {
    private static final char[] PASSPHRASE = "secret".toCharArray();

    private final StretchedKeys keys = new StretchedKeys();

    @Test
    void stretchesOnceForEachSaltCountLengthAndPassphrase() {
        for (int again = 0; again < 3; again++) {
            key(PASSPHRASE, 1, 0, 32);
            key(PASSPHRASE, 2, 0, 32);
            key(PASSPHRASE, 1, 1, 32);
            key(PASSPHRASE, 1, 0, 16);
            key("other".toCharArray(), 1, 0, 32);
        }
        assertThat(keys.stretched()).isEqualTo(5);
        assertThat(key(PASSPHRASE, 1, 0, 32)).isNotEqualTo(key("other".toCharArray(), 1, 0, 32));
    }

    @Test
    void whoGetsAKeyMayClearIt() {
        byte[] first = key(PASSPHRASE, 1, 0, 32);
        byte[] kept = first.clone();
        Arrays.fill(first, (byte) 0);
        byte[] second = key(PASSPHRASE, 1, 0, 32);
        Arrays.fill(second, (byte) 0);

        assertThat(key(PASSPHRASE, 1, 0, 32)).isEqualTo(kept);
        assertThat(keys.stretched()).isEqualTo(1);
    }

    @Test
    void forgetsTheKeyThatWasNotUsedForLongest() {
        for (int salt = 0; salt < StretchedKeys.MOST; salt++) {
            key(PASSPHRASE, salt, 0, 32);
        }
        key(PASSPHRASE, 0, 0, 32);
        key(PASSPHRASE, 100, 0, 32);
        assertThat(keys.stretched()).isEqualTo(StretchedKeys.MOST + 1);

        key(PASSPHRASE, 0, 0, 32);
        assertThat(keys.stretched()).isEqualTo(StretchedKeys.MOST + 1);
        key(PASSPHRASE, 1, 0, 32);
        assertThat(keys.stretched()).isEqualTo(StretchedKeys.MOST + 2);
    }

    @Test
    void namesPassphrasesDifferentlyInEachProcess() {
        assertThat(keys.nameOf(PASSPHRASE))
                .isEqualTo(keys.nameOf("secret".toCharArray()))
                .isNotEqualTo(keys.nameOf("Secret".toCharArray()))
                .isNotEqualTo(new StretchedKeys().nameOf(PASSPHRASE));
    }

    @Test
    void servesManyThreads() throws Exception {
        List<byte[]> expected = IntStream.range(0, 50)
                .mapToObj(salt -> key(PASSPHRASE, salt, 0, 32))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int salt = i % 50;
                all.add(threads.submit(
                        () -> assertThat(key(PASSPHRASE, salt, 0, 32)).isEqualTo(expected.get(salt))));
            }
            for (Future<?> each : all) {
                each.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] key(char[] passphrase, int salt, int count, int bytes) {
        byte[] saltBytes = new byte[8];
        saltBytes[7] = (byte) salt;
        return keys.of(passphrase, S2K.saltedAndIteratedS2K(HashAlgorithmTags.SHA256, saltBytes, count), bytes)
                .orElseThrow();
    }
}
