package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class S3ConfigTest {
    @Test
    void showsNoSecret() {
        var access = new S3Config.Access(
                new S3Config.Credentials("AKID", "very-secret", "token-secret"),
                null,
                URI.create("http://user:proxy-secret@proxy:3128"));

        var config = S3Config.of(new S3Config.Place("b", "r", null, false, "p"), access, Path.of("/tmp"));

        assertThat(config.toString())
                .contains("AKID", "proxy:3128")
                .doesNotContain("very-secret", "token-secret", "proxy-secret");
    }

    @Test
    void takesAPrefixWithSlashesOrWithout() {
        for (String prefix : new String[] {"a/b", "/a/b/", "//a/b//"}) {
            assertThat(new S3Config.Place("b", "r", null, false, prefix).prefix())
                    .isEqualTo("a/b");
        }
        assertThat(new S3Config.Place("b", "r", null, false, "/").prefix()).isEmpty();
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> new S3Config.Place(" ", "r", null, false, "")).hasMessageContaining("bucket");
        assertThatThrownBy(() -> new S3Config.Limits(0, 1, 1, 1, 1)).hasMessageContaining("parallelParts");
        assertThatThrownBy(() -> new S3Config.Lock(S3Config.LockMode.COMPLIANCE, 0))
                .hasMessageContaining("days");
    }
}
