package org.heratio.offsite.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a name may not do to a terminal. */
class PrintableTest {

    @Test
    void controlCharactersAreShownAndNotSent() {
        assertThat(Printable.of("a\u001b[2J\u0007\u009b31m\u007f.gz"))
                .isEqualTo("a\\u001b[2J\\u0007\\u009b31m\\u007f.gz");
        assertThat(Printable.of("a\nb\rc\td\u2028e")).isEqualTo("a\\nb\\rc\\td\\u2028e");
    }

    @ParameterizedTest
    @CsvSource({
        "a\u202ezg.exe, a\\u202ezg.exe",
        "a\u2066b\u2069.gz, a\\u2066b\\u2069.gz",
        "a\u200f\u061c.gz, a\\u200f\\u061c.gz",
        "a\u200b\u00ad\u2060\ufeff.gz, a\\u200b\\u00ad\\u2060\\ufeff.gz",
        "a\udb40\udc41.gz, a\\udb40\\udc41.gz"
    })
    void directionsAndInvisibleLettersAreShown(String name, String shown) {
        assertThat(Printable.of(name)).isEqualTo(shown);
    }

    @Test
    void halvesOfACharacterAreShown() {
        assertThat(Printable.of("a\ud83d.gz\udce6")).isEqualTo("a\\ud83d.gz\\udce6");
    }

    @Test
    void whatPeopleReadStaysReadable() {
        String names = "Grüße, u\u0308, 日本語, می\u200cخواهم, \ud83d\udce6 back\\slash.gz,"
                + " \ud83d\udc69\u200d\ud83d\udc67, \u2764\ufe0f";
        assertThat(Printable.of(names)).isSameAs(names);
        String escaped = Printable.of("ü\u001b\ud83d\udce6");
        assertThat(escaped).isEqualTo("ü\\u001b\ud83d\udce6");
        assertThat(Printable.of(escaped)).isEqualTo(escaped);
    }

    @Test
    void aFailureOnOneLineCanDoNothingToATerminal() {
        Failure failure = new Failure(ErrorCode.COPY_CORRUPT, "\u001b]0;x\u0007.gz\nis bad", "look\r at it");
        assertThat(failure.oneLine()).isEqualTo("\\u001b]0;x\\u0007.gz\\nis bad (look\\r at it)");
    }
}
