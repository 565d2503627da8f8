package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
    @TempDir
    private Path temp;

    @Test
    void aSystemWithoutProcHasNoNameForTheStandardInput() throws Exception {
        Path file = temp.resolve("payload");
        assertThat(Child.inputName(temp.resolve("proc/self/fd"), file)).isEqualTo(file);
        Path descriptors = Files.createDirectories(temp.resolve("proc/self/fd"));
        assertThat(Child.inputName(descriptors, file)).isEqualTo(descriptors.resolve("0"));
    }
}
