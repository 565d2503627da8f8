package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WorkingDirectoryTest {
    @Test
    void aDirectoryOfTheJvmsOwnIsNoPlaceForRelativePaths() {
        Path jvms = Path.of("/tmp", "hsperfdata_" + System.getProperty("user.name"));
        assertThat(WorkingDirectory.of(jvms).problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.toString()).contains("this user may not open it", jvms.toString()));
    }

    @Test
    void anotherDirectoryIsOne() {
        assertThat(WorkingDirectory.of(Path.of("/tmp/hsperfdata_of_another")).problems())
                .isEmpty();
    }
}
