package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void aSlashAtTheEndOfTheDirectoryMakesNoOtherPath() {
        Names names = new Names("/dest");

        assertThat(names.name("/dest//sub/a.gz")).isEqualTo("sub/a.gz");
        assertThatIllegalArgumentException().isThrownBy(() -> names.name("/destination//a.gz"));
    }
}
