package org.heratio.offsite.operations.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
    @TempDir
    Path directory;

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void belongsToItsOwnerAloneAndReplacesNothing() throws Exception {
        Path file = directory.resolve("offsite.env");
        SettingsFile settings = new SettingsFile(file);
        settings.create("A=1\n", file);

        assertThat(file).hasContent("A=1\n");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThatThrownBy(() -> settings.create("A=2\n", file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("A=1\n");
        try (var files = Files.list(directory)) {
            assertThat(files).as("nothing else is left").containsExactly(file);
        }
    }

    @Test
    void aTemplateHasNoSettingsAndHandsItsRightsOn() throws Exception {
        Path file = Files.writeString(directory.resolve("offsite.env"), "# a comment\n\n#A=1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        SettingsFile settings = new SettingsFile(file);
        assertThat(settings.hasSettings()).isFalse();

        settings.replace("A=1\n");
        new SettingsFile(directory.resolve("passphrase")).create("secret\n", file);

        assertThat(settings.hasSettings()).isTrue();
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(directory.resolve("passphrase"))).isEqualTo("rw-r-----");
    }

    @Test
    void othersNeverReadASecretBesideSettingsThatTheyRead() throws Exception {
        Path file = Files.writeString(directory.resolve("offsite.env"), "A=1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrw-r--"));

        new SettingsFile(directory.resolve("passphrase")).create("secret\n", file);
        new SettingsFile(file).replace("A=2\n");

        assertThat(mode(directory.resolve("passphrase"))).isEqualTo("rw-r-----");
        assertThat(mode(file)).isEqualTo("rw-r-----");
    }

    @Test
    void twoThatWriteAtOnceDoNotDisturbEachOther() throws Exception {
        Path file = directory.resolve("offsite.env");
        Path other = Files.writeString(directory.resolve(".offsite.env.new"), "A=0\n");

        new SettingsFile(file).create("A=1\n", file);

        assertThat(other).as("what another one writes").hasContent("A=0\n");
    }

    @Test
    void whatIsWrittenIsReadAsItWasMeant() throws Exception {
        Draft draft = new Draft(directory);
        draft.put("BACKUP_OFFSITE_S3_BUCKET", "b");
        draft.put("BACKUP_OFFSITE_S3_SECRET", "a \"b\" $c ${HOME} \\n #d 'e'");
        draft.put("BACKUP_OFFSITE_S3_KEY", "");
        Path file = directory.toRealPath().resolve("offsite.env");
        new SettingsFile(file).create(draft.text(), file);

        assertThat(KnownDrivers.settings(Map.of("HOME", "/home/x"), directory.toRealPath())
                        .inFile(file))
                .isEqualTo(draft.values());
    }

    @Test
    void aRelativePathCountsFromTheDirectoryOfTheFile() {
        Draft draft = new Draft(Path.of("/etc/heratio-offsite"));
        draft.put("BACKUP_OFFSITE_LOCALFS_PATH", "../copies");
        draft.put("BACKUP_OFFSITE_S3_SECRET_FILE", "s3-secret");
        draft.put("BACKUP_OFFSITE_SFTP_SSH_KEY", "~/key");
        draft.put("BACKUP_OFFSITE_SFTP_PATH", "remote/copies");

        assertThat(draft.values())
                .containsEntry("BACKUP_OFFSITE_LOCALFS_PATH", "/etc/copies")
                .containsEntry("BACKUP_OFFSITE_S3_SECRET_FILE", "/etc/heratio-offsite/s3-secret")
                .containsEntry("BACKUP_OFFSITE_SFTP_SSH_KEY", "~/key")
                .containsEntry("BACKUP_OFFSITE_SFTP_PATH", "remote/copies");
    }

    @Test
    void aPassphraseIsLongAndNeverTheSame() {
        assertThat(Passphrases.make())
                .matches("([a-km-np-z2-9]{5}-){5}[a-km-np-z2-9]{5}")
                .isNotEqualTo(Passphrases.make());
    }
}
