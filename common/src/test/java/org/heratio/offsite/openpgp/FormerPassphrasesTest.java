package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.junit.jupiter.api.Test;

class FormerPassphrasesTest {
    private final byte[] archive = new byte[3_000_000];
    private final PayloadCipher cipher =
            new FormerPassphrases(QuickCipher.create(), List.of(passphrase("old"), passphrase("older")));

    FormerPassphrasesTest() {
        new Random(1).nextBytes(archive);
    }

    private static Passphrase passphrase(String text) {
        return Passphrase.of(text.toCharArray());
    }

    private byte[] message(String passphrase) throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encrypt(message, passphrase.toCharArray())) {
            out.write(archive);
        }
        return message.toByteArray();
    }

    @Test
    void readsWithEachOfThem() throws Exception {
        for (String passphrase : List.of("now", "old", "older")) {
            try (InputStream in = cipher.decrypt(new ByteArrayInputStream(message(passphrase)), "now".toCharArray())) {
                assertThat(in.readAllBytes()).as(passphrase).isEqualTo(archive);
            }
        }
    }

    @Test
    void saysThatThePassphraseIsWrongWhenNoneOpens() throws Exception {
        byte[] message = message("never heard of");
        assertThatThrownBy(() -> cipher.decrypt(new ByteArrayInputStream(message), "now".toCharArray()))
                .isInstanceOfSatisfying(
                        FailureIOException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PASSPHRASE_WRONG));
    }

    @Test
    void aKeyIdTellsPassphrasesApartAndDependsOnTheLedger() {
        String id = quickId("now", "ledger");
        assertThat(id).hasSize(8).isEqualTo(quickId("now", "ledger"));
        assertThat(quickId("old", "ledger")).isNotEqualTo(id);
        assertThat(quickId("now", "other")).isNotEqualTo(id);
    }

    @Test
    void aKeyIdStaysWhatItWasForTheLedgersThatHaveIt() {
        assertThat(KeyId.of("now".toCharArray(), "ledger")).isEqualTo("b3d95798");
    }

    private static String quickId(String passphrase, String salt) {
        return KeyId.of(passphrase.toCharArray(), salt, 1);
    }
}
