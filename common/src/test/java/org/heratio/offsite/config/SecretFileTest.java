package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
        mode("rw-r--r--");

        assertThat(SecretFile.exposed(secret))
                .hasValueSatisfying(text -> assertThat(text).contains("every user can read it", "chmod o-rwx"));
        assertThat(SecretFile.exposed(secret, List.of(directory.toRealPath()))).isEmpty();
        assertThat(SecretFile.exposed(directory.resolve("nowhere"))).isEmpty();
    }

    @Test
    void warnsOfASecretThatItsGroupCanReadAlsoOfTheGroupOfThisProcess() throws Exception {
        mode("rw-r-----");

        assertThat(SecretFile.exposed(secret))
                .hasValueSatisfying(text -> assertThat(text)
                        .containsPattern("the group \\w+ can read it")
                        .contains("chmod go-rwx"));
        assertThat(SecretFile.exposed(secret, List.of(directory.toRealPath()))).isEmpty();
        mode("rw-------");
        assertThat(SecretFile.exposed(secret)).isEmpty();
    }

    @Test
    void aFileOfRootForTheOwnGroupOfAServiceIsAsAPackageSetsItUp() {
        assertThat(SecretFile.isOfAService("root", "heratio-offsite", "heratio-offsite"))
                .isTrue();
        assertThat(SecretFile.isOfAService("root", "www-data", "heratio-offsite"))
                .isFalse();
        assertThat(SecretFile.isOfAService("heratio-offsite", "heratio-offsite", "heratio-offsite"))
                .isFalse();
        assertThat(SecretFile.isOfAService("root", "root", "root")).isFalse();
        assertThat(SecretFile.isOfAService("root", "heratio-offsite", "root"))
                .as("a command that root runs reads the file of the service")
                .isTrue();
        assertThat(SecretFile.isOfAService("root", "users", "root")).isFalse();
        assertThat(SecretFile.isOfAService("alice", "alice", "root")).isFalse();
    }

    @Test
    void looksAtTheFileThatALinkLeadsTo() throws Exception {
        Path given = Files.createDirectory(directory.resolve("given"));
        Path link = Files.createSymbolicLink(given.resolve("link"), secret);
        mode("rw-------");
        assertThat(SecretFile.exposed(link)).isEmpty();

        mode("rw-r-----");
        assertThat(SecretFile.exposed(link)).isPresent();
        assertThat(SecretFile.exposed(link, List.of(given.toRealPath()))).isPresent();
        assertThat(SecretFile.exposed(secret, List.of(given.toRealPath()))).isPresent();
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(mode));
    }
}
