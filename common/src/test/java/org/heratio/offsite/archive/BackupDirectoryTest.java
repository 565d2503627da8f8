package org.heratio.offsite.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupDirectoryTest {
    @TempDir
    private Path temp;

    private Path root;
    private BackupDirectory directory;

    @BeforeEach
    void makeADirectory() throws IOException {
        root = Files.createDirectories(temp.resolve("backups"));
        directory = new BackupDirectory(root);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.gz",
                "sub/dir/a.gz",
                "new\nline.gz",
                "quo'te\".gz",
                "-rf.gz",
                "with space.gz",
                "back\\slash.gz",
                "..gz",
                "a..gz"
            })
    void findsAFileOfAnyName(String name) throws Exception {
        Path file = touch(root.resolve(name));

        assertThat(directory.resolve(root + "/" + name)).isEqualTo(file);
        assertThat(directory.relativize(file)).isEqualTo(name);
    }

    @Test
    void tellsUnicodeTwinsApart() throws Exception {
        Path composed = touch(root.resolve("caf\u00e9.gz"));
        Path decomposed = touch(root.resolve("cafe\u0301.gz"));

        assertThat(directory.resolve(composed.toString())).isEqualTo(composed).isNotEqualTo(decomposed);
        assertThat(directory.resolve(decomposed.toString())).isEqualTo(decomposed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/shadow",
                "etc/shadow",
                "",
                "/",
                "%s",
                "%s/",
                "%s/../secret.gz",
                "%s/sub/../a.gz",
                "%s/./a.gz",
                "%s-twin/a.gz",
                "%s/../../../../../../etc/shadow",
                "%s/a\0.gz"
            })
    void refusesAForgedPath(String forged) throws Exception {
        touch(temp.resolve("secret.gz"));
        touch(temp.resolve("backups-twin/a.gz"));
        touch(root.resolve("a.gz"));
        Files.createDirectories(root.resolve("sub"));

        assertRefused(forged.replace("%s", root.toString()));
    }

    @Test
    void refusesALinkThatLeadsOut() throws Exception {
        Path secret = touch(temp.resolve("secret.gz"));
        Files.createSymbolicLink(root.resolve("link.gz"), secret);
        Files.createSymbolicLink(root.resolve("out"), temp);

        assertRefused(root + "/link.gz");
        assertRefused(root + "/out/secret.gz");
    }

    @Test
    void followsALinkThatStaysInside() throws Exception {
        touch(root.resolve("sub/a.gz"));
        Files.createSymbolicLink(root.resolve("latest.gz"), Path.of("sub/a.gz"));

        assertThat(directory.resolve(root + "/latest.gz")).isEqualTo(root.resolve("latest.gz"));
    }

    @Test
    void mayBeALinkItself() throws Exception {
        touch(root.resolve("a.gz"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        BackupDirectory linked = new BackupDirectory(link);

        assertThat(linked.resolve(link + "/a.gz")).isEqualTo(link.resolve("a.gz"));
        assertThatThrownBy(() -> linked.resolve(root + "/a.gz"))
                .as("the ledger's paths start with the directory as it is configured")
                .isInstanceOf(FailureException.class);
    }

    @Test
    void saysWhenAFileIsGone() {
        assertThatThrownBy(() -> directory.resolve(root + "/gone.gz"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.ARCHIVE_GONE));
    }

    private void assertRefused(String path) {
        assertThatThrownBy(() -> directory.resolve(path))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PATH_OUTSIDE));
    }

    private static Path touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }
}
