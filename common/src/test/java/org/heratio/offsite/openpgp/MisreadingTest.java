package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MisreadingTest {
    @Test
    void aPassphraseOfAsciiIsReadAlikeInEveryLocale() {
        assertThat(Misreading.of("correct horse battery staple~".toCharArray())).isEmpty();
    }

    @Test
    void eachByteOfAnUmlautBecomesALetterOfItsOwn() {
        Map<Misreading, Passphrase> misread = Misreading.of("\u00e4".toCharArray());

        assertThat(misread.values().stream().map(passphrase -> new String(passphrase.copy())))
                .isEqualTo(List.of("\ufffd\ufffd", "\u00c3\u00a4", "\u00c3\u20ac", "\ufffd"));
        assertThat(misread.keySet().iterator().next()).hasToString("UTF-8 read as US-ASCII");
    }

    @Test
    void whatACharsetLacksWasNeverTypedInIt() {
        assertThat(Misreading.of("\u65e5\u672c".toCharArray()).keySet())
                .extracting(Misreading::typed)
                .containsOnly("UTF-8");
    }
}
