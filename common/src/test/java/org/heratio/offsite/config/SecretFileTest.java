package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.heratio.offsite.files.Ownership;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    Path directory;

    private Path secret;

    @BeforeEach
    void write() throws Exception {
        secret = Files.writeString(directory.resolve("secret"), "s");
    }

    @Test
    void warnsOfASecretThatEverybodyCanReadUnlessAContainerWasGivenIt() throws Exception {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(SecretFile.exposed(secret))
                .hasValueSatisfying(text -> assertThat(text).contains("every user can read it", "chmod o-rwx"));
        assertThat(SecretFile.exposed(secret, List.of(directory), file -> false))
                .isEmpty();
        assertThat(SecretFile.exposed(directory.resolve("nowhere"))).isEmpty();
    }

    @Test
    void warnsOfASecretThatAnotherGroupCanRead() throws Exception {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Ownership.isOfOurGroup(secret)).isTrue();
        assertThat(SecretFile.exposed(secret)).isEmpty();

        assertThat(SecretFile.exposed(secret, List.of(), file -> false))
                .hasValueSatisfying(text -> assertThat(text)
                        .containsPattern("the group \\w+ can read it")
                        .contains("chmod g-rwx"));
        assertThat(SecretFile.exposed(secret, List.of(directory), file -> false))
                .isEmpty();
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(SecretFile.exposed(secret, List.of(), file -> false)).isEmpty();
    }
}
