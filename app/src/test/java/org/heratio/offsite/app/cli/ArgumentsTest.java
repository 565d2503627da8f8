package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final String[] DECODED = {"restore", "\ufffd\ufffd.gz"};

    @Test
    void whatTheJvmLostComesBackFromTheEndOfTheCommandLine() throws Exception {
        assertThat(Arguments.of(DECODED, line("java", "-jar", "offsite.jar", "restore", "\u00fc.gz")))
                .containsExactly("restore", "\u00fc.gz");
    }

    @Test
    void anotherCommandLineIsNotBelieved() {
        assertThatThrownBy(() -> Arguments.of(DECODED, line("java", "verify", "\u00fc.gz")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("argument 2");
        assertThatThrownBy(() -> Arguments.of(DECODED, Optional.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void anArgumentThatIsNotUtf8IsRefused() {
        byte[] latin1 = "\u00fc.gz".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> Arguments.of(
                        new String[] {"restore", "\ufffd.gz"},
                        Optional.of(List.of("restore".getBytes(StandardCharsets.UTF_8), latin1))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("argument 2 is not UTF-8");
    }

    private static Optional<List<byte[]>> line(String... words) {
        return Optional.of(List.of(words).stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList());
    }
}
