package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    Path directory;

    @Test
    void warnsOfASecretThatEverybodyCanReadUnlessAContainerWasGivenIt() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "s");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(SecretFile.worldReadable(secret))
                .hasValueSatisfying(text -> assertThat(text).contains("chmod o-rwx"));
        assertThat(SecretFile.worldReadable(secret, directory)).isEmpty();

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(SecretFile.worldReadable(secret)).isEmpty();
    }
}
