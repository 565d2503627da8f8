package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class Sha256SidecarTest {

    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void writesOnlyTheLastComponent() {
        assertThat(Sha256Sidecar.content(HASH, "sub/a b.gz")).isEqualTo(HASH + "  a b.gz\n");
    }

    @Test
    void escapesAsSha256sumDoes() {
        assertThat(Sha256Sidecar.content(HASH, "a\nb\rc\\d")).isEqualTo("\\" + HASH + "  a\\nb\\rc\\\\d\n");
    }

    @Test
    void readsWhatItWrites() {
        for (String name : new String[] {"a.gz", "a\nb", "\\", "-x", " "}) {
            assertThat(Sha256Sidecar.parse(Sha256Sidecar.content(HASH, name))).contains(HASH);
        }
    }

    @Test
    void readsWhatOthersWrite() {
        assertThat(Sha256Sidecar.parse(HASH.toUpperCase(Locale.ROOT) + "  a.gz"))
                .contains(HASH);
        assertThat(Sha256Sidecar.parse(HASH + " *a.gz\r\n")).contains(HASH);
        assertThat(Sha256Sidecar.parse(HASH)).contains(HASH);
    }

    @Test
    void takesNothingElseForAHash() {
        for (String text : new String[] {"", "x", HASH + "0  a.gz", HASH.substring(1) + "  a.gz", "<html>"}) {
            assertThat(Sha256Sidecar.parse(text)).isEmpty();
        }
    }
}
