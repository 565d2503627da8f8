package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CfbTest {
    private static final int KIB = 1024;

    private final Random random = new Random(11);

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32})
    void givesWhatTheCfbOfTheJdkGives(int keyBytes) throws Exception {
        byte[] key = bytes(keyBytes);
        for (int size :
                new int[] {0, 1, 15, 16, 17, 31, 32, 33, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, 16 * KIB + 16, 100_003
                }) {
            byte[] plain = bytes(size);
            byte[] encrypted = ofTheJdk(key, plain);

            assertThat(converted(Cfb.encrypting(key), plain)).isEqualTo(encrypted);
            assertThat(converted(Cfb.decrypting(key), encrypted)).isEqualTo(plain);
        }
    }

    @Test
    void anyDivisionOfTheInputGivesTheSameOutput() throws Exception {
        byte[] key = bytes(32);
        for (int run = 0; run < 300; run++) {
            byte[] plain = bytes(random.nextInt(60_000));
            byte[] encrypted = ofTheJdk(key, plain);
            int most = 1 + random.nextInt(run % 2 == 0 ? 40 : 40_000);

            assertThat(divided(Cfb.encrypting(key), plain, most)).isEqualTo(encrypted);
            assertThat(divided(Cfb.decrypting(key), encrypted, most)).isEqualTo(plain);
        }
    }

    @Test
    void leavesTheBytesAroundAlone() throws Exception {
        byte[] around = bytes(50_000);
        byte[] converted = around.clone();
        Cfb.encrypting(bytes(32)).convert(converted, 101, 40_001);

        assertThat(Arrays.copyOf(converted, 101)).isEqualTo(Arrays.copyOf(around, 101));
        assertThat(Arrays.copyOfRange(converted, 40_102, 50_000)).isEqualTo(Arrays.copyOfRange(around, 40_102, 50_000));
    }

    private byte[] divided(Cfb cfb, byte[] bytes, int most) {
        byte[] converted = bytes.clone();
        for (int at = 0; at < bytes.length; ) {
            int n = Math.min(random.nextInt(most + 1), bytes.length - at);
            cfb.convert(converted, at, n);
            at += n;
        }
        return converted;
    }

    private static byte[] converted(Cfb cfb, byte[] bytes) {
        byte[] converted = bytes.clone();
        cfb.convert(converted, 0, converted.length);
        return converted;
    }

    private static byte[] ofTheJdk(byte[] key, byte[] plain) throws GeneralSecurityException {
        Cipher cfb = Cipher.getInstance("AES/CFB/NoPadding");
        cfb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return cfb.doFinal(plain);
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
