package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DirectoryLayoutTest {
    @Test
    void aSlashAtTheEndOfTheDirectoryMakesNoOtherPath() {
        DirectoryLayout layout = new DirectoryLayout("/dest");

        assertThat(layout.name("/dest//sub/a.gz")).isEqualTo("sub/a.gz");
        assertThatIllegalArgumentException().isThrownBy(() -> layout.name("/destination//a.gz"));
    }

    @Test
    void theWholeFileSystemMayBeThePlace() {
        DirectoryLayout layout = new DirectoryLayout("/");

        assertThat(layout.path("sub/a.gz")).isEqualTo("/sub/a.gz");
        assertThat(layout.name("/sub/a.gz")).isEqualTo("sub/a.gz");
    }
}
