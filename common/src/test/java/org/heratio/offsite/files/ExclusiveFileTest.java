package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.heratio.offsite.testing.Requires;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExclusiveFileTest {
    private static final FileTime WHEN = FileTime.fromMillis(1_700_000_000_000L);
    private static final int RACES = 200;

    /** What a system and a file system can do. */
    enum Way {
        UNNAMED,
        NAMED,
        WITHOUT_DESCRIPTORS;

        @Nullable
        Kernel kernel() {
            return switch (this) {
                case UNNAMED -> Kernel.load();
                case NAMED -> WithoutUnnamedFiles.kernel();
                case WITHOUT_DESCRIPTORS -> null;
            };
        }
    }

    @TempDir
    private Path temp;

    private Path directory;
    private Path target;
    private Victim victim;

    @BeforeEach
    void setUp() throws Exception {
        directory = Files.createDirectory(temp.toRealPath().resolve("restored"));
        target = directory.resolve("a.gz");
        victim = Victim.in(temp.resolve("victim"), "shadow");
    }

    private void write(ExclusiveFile file) throws IOException {
        file.channel().write(StandardCharsets.UTF_8.encode("archive"));
        file.setModified(WHEN);
    }

    @ParameterizedTest
    @EnumSource
    void getsItsBytesItsTimeAndItsNameAndLeavesNothingElse(Way way) throws Exception {
        try (ExclusiveFile file = ExclusiveFile.create(directory.resolve("new/deep/a.gz"), way.kernel())) {
            write(file);
            assertThat(file.isNameTaken()).isFalse();
            file.publish(false);
            file.syncName();
        }
        Path made = directory.resolve("new/deep/a.gz");
        assertThat(made).hasContent("archive");
        assertThat(Files.getLastModifiedTime(made)).isEqualTo(WHEN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-------");
        assertThat(names(made.getParent())).containsExactly("a.gz");
    }

    @ParameterizedTest
    @EnumSource
    void replacesWhatIsThereOnlyWhenToldTo(Way way) throws Exception {
        victim.swapFor(target);
        try (ExclusiveFile file = ExclusiveFile.create(target, way.kernel())) {
            write(file);
            assertThat(file.isNameTaken()).isTrue();
            assertThatThrownBy(() -> file.publish(false))
                    .isInstanceOfSatisfying(
                            FileAlreadyExistsException.class,
                            e -> assertThat(e.getFile()).isEqualTo(target.toString()));
            assertThat(target).isSymbolicLink();
            file.publish(true);
        }
        assertThat(target).hasContent("archive").isRegularFile();
        assertThat(names(directory)).containsExactly("a.gz");
        victim.requireUnharmed();
    }

    @ParameterizedTest
    @EnumSource
    void neverReplacesWhatIsNoFile(Way way) throws Exception {
        Path pipe = directory.resolve("pipe.gz");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path socket = directory.resolve("socket.gz");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            for (Path other : List.of(pipe, socket)) {
                try (ExclusiveFile file = ExclusiveFile.create(other, way.kernel())) {
                    write(file);
                    assertThatThrownBy(() -> file.publish(true))
                            .isInstanceOf(UnsafePathException.class)
                            .hasMessageContaining(other + ": it is no file");
                }
                assertThat(Files.readAttributes(other, BasicFileAttributes.class)
                                .isOther())
                        .isTrue();
            }
        }
        assertThat(names(directory)).containsExactlyInAnyOrder("pipe.gz", "socket.gz");
    }

    @ParameterizedTest
    @EnumSource
    void isGoneWhenItIsNotPublished(Way way) throws Exception {
        try (ExclusiveFile file = ExclusiveFile.create(target, way.kernel())) {
            write(file);
        }
        assertThat(names(directory)).isEmpty();
    }

    /** So nothing is left of it when the process is killed. */
    @Test
    void hasNoNameUntilItIsPublished() throws Exception {
        String type = Files.getFileStore(directory).type();
        Requires.that(List.of("ext4", "xfs", "btrfs", "tmpfs").contains(type), type + " has no files without a name");
        try (ExclusiveFile file = ExclusiveFile.create(target)) {
            write(file);
            assertThat(names(directory)).isEmpty();
            file.publish(false);
        }
        assertThat(names(directory)).containsExactly("a.gz");
    }

    @ParameterizedTest
    @EnumSource(names = {"NAMED", "WITHOUT_DESCRIPTORS"})
    void aLinkInItsPlaceIsNeitherWrittenNorPublished(Way way) throws Exception {
        for (boolean replace : new boolean[] {false, true}) {
            try (ExclusiveFile file = ExclusiveFile.create(target, way.kernel())) {
                victim.swapFor(directory.resolve(names(directory).get(0)));
                file.channel().write(StandardCharsets.UTF_8.encode("archive"));
                if (way == Way.NAMED) {
                    file.setModified(WHEN);
                    assertThatThrownBy(() -> file.publish(replace)).isInstanceOf(FileSystemException.class);
                    assertThat(target).doesNotExist();
                }
            }
            victim.requireUnharmed();
            Files.delete(directory.resolve(names(directory).get(0)));
        }
    }

    /** A name that exists for a moment only, between two steps. */
    @ParameterizedTest
    @EnumSource(names = {"UNNAMED", "NAMED"})
    void whoeverWinsTheRaceForItsNameNeverGetsAWrongFilePublished(Way way) throws Exception {
        Kernel kernel = way.kernel();
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = new Thread(() -> swapUntil(over));
        swapper.start();
        try {
            for (int i = 0; i < RACES; i++) {
                boolean published = false;
                try (ExclusiveFile file = ExclusiveFile.create(target, kernel)) {
                    write(file);
                    file.publish(true);
                    published = true;
                } catch (FileSystemException e) {
                    assertThat(e.getFile()).isEqualTo(target.toString());
                }
                if (published) {
                    assertThat(target).isRegularFile().hasContent("archive");
                }
                victim.requireUnharmed();
                Files.deleteIfExists(target);
            }
        } finally {
            over.set(true);
            swapper.join();
        }
    }

    private void swapUntil(AtomicBoolean over) {
        while (!over.get()) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path each : (Iterable<Path>) files::iterator) {
                    if (each.toString().endsWith(".part") && Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                        victim.swapFor(each);
                    }
                }
            } catch (IOException e) {
                // it was renamed or removed at this moment
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNNAMED", "NAMED"})
    void aDirectoryThatIsSwappedForALinkGetsNothing(Way way) throws Exception {
        Path moved = temp.resolve("moved");
        try (ExclusiveFile file = ExclusiveFile.create(target, way.kernel())) {
            Files.move(directory, moved);
            Files.createSymbolicLink(directory, victim.directory());
            write(file);
            file.publish(true);
        }
        assertThat(moved.resolve("a.gz")).hasContent("archive");
        victim.requireUnharmed();
    }

    @Test
    void linksOfThisUserLeadToTheDirectory() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("restored"));
        Path absolute = Files.createSymbolicLink(temp.resolve("absolute"), link.toAbsolutePath());
        try (ExclusiveFile file = ExclusiveFile.create(absolute.resolve("../restored/./new/a.gz"))) {
            write(file);
            file.publish(false);
        }
        assertThat(directory.resolve("new/a.gz")).hasContent("archive");
    }

    @Test
    void linksOfOthersLeadNowhere() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), victim.directory());
        Victim.giveToNobody(link);

        assertThatThrownBy(() -> ExclusiveFile.create(link.resolve("a.gz")))
                .isInstanceOf(UnsafePathException.class)
                .hasMessageContaining("link is a symbolic link that belongs to another user");
        victim.requireUnharmed();
    }

    @Test
    void withoutDescriptorsADirectoryThatOthersMayWriteIsRefused() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> ExclusiveFile.create(target, null))
                .isInstanceOf(UnsafePathException.class)
                .hasMessageContaining("another user can replace files there");
        assertThat(names(directory)).isEmpty();
    }

    @Test
    void withoutDescriptorsALinkOnTheWayIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(temp.toRealPath().resolve("link"), directory);

        assertThatThrownBy(() -> ExclusiveFile.create(link.resolve("a.gz"), null))
                .isInstanceOf(UnsafePathException.class);
        assertThat(names(directory)).isEmpty();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
