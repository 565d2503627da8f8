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
    void settingsInAFileWithItsWholePathDoNotNeedIt() {
        WorkingDirectory jvms = WorkingDirectory.of(Path.of("/tmp", "hsperfdata_" + System.getProperty("user.name")));
        assertThat(jvms.problemsFor(Path.of("/etc/offsite.env"))).isEmpty();
        assertThat(jvms.problemsFor(Path.of("offsite.env"))).hasSize(1);
        assertThat(jvms.problemsFor(null)).hasSize(1);
    }

    @Test
    void anotherDirectoryIsOne() {
        assertThat(WorkingDirectory.of(Path.of("/tmp/hsperfdata_of_another")).problems())
                .isEmpty();
    }
}
