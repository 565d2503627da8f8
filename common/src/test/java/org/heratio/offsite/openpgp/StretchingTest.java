package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.operator.PBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEDataDecryptorFactoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StretchingTest {
    private static final int[] AES = {
        SymmetricKeyAlgorithmTags.AES_128, SymmetricKeyAlgorithmTags.AES_192, SymmetricKeyAlgorithmTags.AES_256
    };

    private final StretchedKeys keys = new StretchedKeys();

    @ParameterizedTest
    @ValueSource(
            ints = {
                HashAlgorithmTags.SHA1,
                HashAlgorithmTags.SHA224,
                HashAlgorithmTags.SHA256,
                HashAlgorithmTags.SHA384,
                HashAlgorithmTags.SHA512
            })
    void derivesTheKeysThatBcpgDerives(int hash) throws Exception {
        Random random = new Random(hash);
        for (int run = 0; run < 60; run++) {
            char[] passphrase =
                    "pä✓🔑ss ".repeat(1 + random.nextInt(run < 50 ? 12 : 400)).toCharArray();
            byte[] salt = new byte[8];
            random.nextBytes(salt);
            S2K s2k = S2K.saltedAndIteratedS2K(hash, salt, random.nextInt(0x70));
            assertSame(passphrase, s2k, AES[run % AES.length]);
        }
    }

    @Test
    void derivesTheSameAtTheFullCount() throws Exception {
        assertSame(
                "correct horse".toCharArray(),
                S2K.saltedAndIteratedS2K(HashAlgorithmTags.SHA256, new byte[8], S2kCount.FULL.octet()),
                SymmetricKeyAlgorithmTags.AES_256);
    }

    @Test
    void hashesAPassphraseOnceThatIsLongerThanTheCount() {
        byte[] passphrase = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] other = passphrase.clone();
        other[99_999] = 'y';
        assertThat(Stretching.stretch("SHA-256", new byte[8], 1024, passphrase, 32))
                .isNotEqualTo(Stretching.stretch("SHA-256", new byte[8], 1024, other, 32));
    }

    @Test
    void leavesOtherKindsToBcpg() {
        char[] passphrase = "secret".toCharArray();
        assertThat(keys.of(passphrase, S2K.saltedAndIteratedS2K(HashAlgorithmTags.RIPEMD160, new byte[8], 0), 16))
                .isEmpty();
        assertThat(keys.of(passphrase, S2K.saltedS2K(HashAlgorithmTags.SHA256, new byte[8]), 16))
                .isEmpty();
        assertThat(keys.of(passphrase, S2K.simpleS2K(HashAlgorithmTags.SHA256), 16))
                .isEmpty();
    }

    private void assertSame(char[] passphrase, S2K s2k, int aes) throws Exception {
        PBEDataDecryptorFactory bcpg = new JcePBEDataDecryptorFactoryBuilder(
                        new JcaPGPDigestCalculatorProviderBuilder().build())
                .build(passphrase);
        byte[] key = bcpg.makeKeyFromPassPhrase(aes, s2k);
        assertThat(keys.of(passphrase, s2k, key.length)).hasValue(key);
    }
}
