package org.heratio.offsite.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlashesTest {
    @Test
    void doubleSlashesMakeNoOtherPath() {
        assertThat(Slashes.single("/srv//backups///a.gz")).isEqualTo("/srv/backups/a.gz");
        assertThat(Slashes.single("/srv/a.gz")).isEqualTo("/srv/a.gz");
        assertThat(Slashes.same("/srv//a.gz", "/srv/a.gz")).isTrue();
        assertThat(Slashes.same("/srv/a.gz", "/srv/b.gz")).isFalse();
    }

    @Test
    void knowsWhereADirectoryMayHaveEndedInASlash() {
        assertThat(Slashes.spellings("/srv/b/a.gz"))
                .containsExactly("/srv/b/a.gz", "//srv/b/a.gz", "/srv//b/a.gz", "/srv/b//a.gz");
        assertThat(Slashes.spellings("a.gz")).containsExactly("a.gz");
    }
}
