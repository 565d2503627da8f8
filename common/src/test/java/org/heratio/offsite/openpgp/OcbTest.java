package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jcajce.spec.AEADParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OcbTest {
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private final Random random = new Random(5);

    /** Also with every value of the last six bits of the nonce, which shift the first offset. */
    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32})
    void decryptsWhatBouncyCastleEncrypts(int keyBytes) throws Exception {
        byte[] key = bytes(keyBytes);
        for (int run = 0; run < 200; run++) {
            byte[] nonce = bytes(Ocb.NONCE);
            nonce[Ocb.NONCE - 1] = (byte) run;
            byte[] plain = bytes(run < 70 ? run : random.nextInt(70_000));
            byte[] associated = bytes(random.nextInt(40));
            byte[] encrypted = ofBouncyCastle(key, nonce, associated, plain);

            assertThat(new Ocb(key).decrypt(nonce, associated, encrypted, plain.length))
                    .as("run %d", run)
                    .isTrue();
            assertThat(Arrays.copyOf(encrypted, plain.length)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32})
    void encryptsAsBouncyCastleDoes(int keyBytes) throws Exception {
        byte[] key = bytes(keyBytes);
        Ocb ocb = new Ocb(key);
        for (int run = 0; run < 200; run++) {
            byte[] nonce = bytes(Ocb.NONCE);
            byte[] plain = bytes(run < 70 ? run : random.nextInt(200_000));
            byte[] associated = bytes(random.nextInt(40));
            byte[] encrypted = Arrays.copyOf(plain, plain.length + Ocb.TAG);
            ocb.encrypt(nonce, associated, encrypted, plain.length);

            assertThat(encrypted).as("run %d", run).isEqualTo(ofBouncyCastle(key, nonce, associated, plain));
        }
    }

    @Test
    void refusesWhatWasChangedAnywhere() throws Exception {
        byte[] key = bytes(32);
        byte[] nonce = bytes(Ocb.NONCE);
        byte[] associated = bytes(13);
        byte[] good = ofBouncyCastle(key, nonce, associated, bytes(100));
        Ocb ocb = new Ocb(key);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            assertThat(ocb.decrypt(nonce, associated, bad, 100))
                    .as("byte %d", at)
                    .isFalse();
        }
        assertThat(ocb.decrypt(nonce, bytes(13), good.clone(), 100)).isFalse();
        assertThat(ocb.decrypt(bytes(Ocb.NONCE), associated, good.clone(), 100)).isFalse();
        assertThat(ocb.decrypt(nonce, associated, good.clone(), 100)).isTrue();
    }

    private static byte[] ofBouncyCastle(byte[] key, byte[] nonce, byte[] associated, byte[] plain) throws Exception {
        Cipher ocb = Cipher.getInstance("AES/OCB/NoPadding", BOUNCY_CASTLE);
        ocb.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new AEADParameterSpec(nonce, 8 * Ocb.TAG, associated));
        return ocb.doFinal(plain);
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
