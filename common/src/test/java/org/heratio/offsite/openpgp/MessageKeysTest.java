package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessageKeysTest {
    private static final char[] PASSPHRASE = "secret".toCharArray();

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private final StretchedKeys stretched = new StretchedKeys();
    private final MessageKeys keys = new MessageKeys(stretched, new S2kCount(0), new SecureRandom(), nanos::get);

    @Test
    void aThousandMessagesHaveOneSaltAndTheNextHasAnother() {
        Set<String> salts = new TreeSet<>();
        for (int i = 0; i < MessageKeys.MOST_MESSAGES; i++) {
            salts.add(salt(PASSPHRASE));
        }
        assertThat(salts).hasSize(1);
        assertThat(stretched.stretched()).isEqualTo(1);

        assertThat(salts).doesNotContain(salt(PASSPHRASE));
        assertThat(stretched.stretched()).isEqualTo(2);
    }

    @Test
    void aTerabyteTakesAnotherSalt() {
        String first = salt(PASSPHRASE);
        keys.count(MessageKeys.MOST_BYTES - 1);
        assertThat(salt(PASSPHRASE)).isEqualTo(first);
        keys.count(1);
        String second = salt(PASSPHRASE);
        assertThat(second).isNotEqualTo(first);
        assertThat(salt(PASSPHRASE)).isEqualTo(second);
    }

    @Test
    void aDayLaterAnotherSaltIsTaken() {
        String first = salt(PASSPHRASE);
        nanos.addAndGet(MessageKeys.LONGEST.toNanos() - 1);
        assertThat(salt(PASSPHRASE)).isEqualTo(first);
        nanos.addAndGet(1);
        assertThat(salt(PASSPHRASE)).isNotEqualTo(first);
    }

    @Test
    void anotherPassphraseHasAnotherSaltAndKey() {
        MessageKeys.MessageKey first = keys.next(PASSPHRASE);
        MessageKeys.MessageKey other = keys.next("other".toCharArray());
        assertThat(other.s2k().getIV()).isNotEqualTo(first.s2k().getIV());
        assertThat(other.key()).isNotEqualTo(first.key());
    }

    @Test
    void eachProcessHasASaltOfItsOwn() {
        MessageKeys other = new MessageKeys(new StretchedKeys(), new S2kCount(0), new SecureRandom(), nanos::get);
        assertThat(other.next(PASSPHRASE).s2k().getIV())
                .isNotEqualTo(keys.next(PASSPHRASE).s2k().getIV());
    }

    private String salt(char[] passphrase) {
        return HexFormat.of().formatHex(keys.next(passphrase).s2k().getIV());
    }
}
