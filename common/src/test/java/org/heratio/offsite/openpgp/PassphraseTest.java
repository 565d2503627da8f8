package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassphraseTest {
    @TempDir
    Path dir;

    @Test
    void isTheFirstLineWithoutItsLineFeed() throws Exception {
        assertThat(read("first\nsecond\n")).isEqualTo("first");
        assertThat(read("only")).isEqualTo("only");
        assertThat(read("  blanks count  \n")).isEqualTo("  blanks count  ");
        assertThat(read("so does a return\r\n")).isEqualTo("so does a return\r");
        assertThat(read("pässwörd 🔑\n")).isEqualTo("pässwörd 🔑");
    }

    @Test
    void refusesAFileWithoutOne() {
        for (String content : new String[] {"", "\n", "\nsecond", "a\0b", "x".repeat(5000)}) {
            assertMissing(content.getBytes(StandardCharsets.UTF_8));
        }
        assertMissing("pässwörd".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Passphrase.firstLineOf(dir.resolve("absent"))).isInstanceOf(FailureException.class);
        assertThatThrownBy(() -> Passphrase.firstLineOf(dir)).isInstanceOf(FailureException.class);
    }

    @Test
    void neverShowsItself() {
        Passphrase passphrase = Passphrase.of("geheim".toCharArray());
        assertThat(passphrase.toString()).doesNotContain("geheim");
        passphrase.close();
        assertThat(passphrase.copy()).containsOnly('\0');
    }

    @Test
    void refusesWhatGpgCouldNotBeGiven() {
        assertThatThrownBy(() -> Passphrase.of(new char[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Passphrase.of("a\nb".toCharArray())).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertMissing(byte[] content) {
        assertThatThrownBy(() -> Passphrase.firstLineOf(Files.write(dir.resolve("p"), content)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PASSPHRASE_MISSING));
    }

    private String read(String content) throws FailureException, IOException {
        try (Passphrase passphrase = Passphrase.firstLineOf(Files.writeString(dir.resolve("p"), content))) {
            return new String(passphrase.copy());
        }
    }
}
