package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeldFileTest {
    private static final int OPENS = 1000;
    private static final int O_PATH = 0x200000;
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    /** What a system can do. */
    enum Way {
        BY_DESCRIPTOR,
        WITHOUT_DESCRIPTORS;

        @Nullable
        Kernel kernel() {
            return this == BY_DESCRIPTOR ? Kernel.load() : null;
        }
    }

    @TempDir
    private Path temp;

    private Path root;
    private Path file;
    private Victim victim;

    @BeforeEach
    void setUp() throws Exception {
        root = Files.createDirectory(temp.toRealPath().resolve("backups"));
        file = Files.writeString(Files.createDirectory(root.resolve("d")).resolve("a.gz"), "inside");
        victim = Victim.in(temp.resolve("victim"), "a.gz");
    }

    @Test
    void aDirectoryThatIsSwappedForALinkNeverLeadsOut() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), victim.directory());
        int opened = 0;
        try (Swap swap = Swap.of(root.resolve("d"), link)) {
            assertThat(swap).isNotNull();
            for (int i = 0; i < OPENS; i++) {
                try (HeldFile held = HeldFile.readBeneath(root, file)) {
                    assertThat(text(held)).isEqualTo("inside");
                    opened++;
                } catch (FileSystemException e) {
                    assertThat(e).isInstanceOf(UnsafePathException.class);
                }
            }
        }
        assertThat(opened).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void neitherAPipeNorADeviceNorALinkIsOpened(Way way) throws Exception {
        Path pipe = Pipes.make(root.resolve("pipe"));
        Path link = Files.createSymbolicLink(root.resolve("link"), victim.file());
        for (Path each : new Path[] {pipe, link, root, Path.of("/dev/zero")}) {
            for (StandardOpenOption access : List.of(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                assertThatThrownBy(() -> HeldFile.open(each, access, way.kernel()))
                        .isInstanceOf(NotRegularFileException.class);
            }
        }
        assertThatThrownBy(() -> HeldFile.readBeneath(root, pipe, way.kernel()))
                .isInstanceOf(NotRegularFileException.class);
        assertThatThrownBy(() -> HeldFile.readBeneath(Path.of("/dev"), Path.of("/dev/zero"), way.kernel()))
                .isInstanceOf(NotRegularFileException.class);
        victim.requireUnharmed();
    }

    @ParameterizedTest
    @EnumSource
    void linksAreFollowedAsLongAsTheyStayInside(Way way) throws Exception {
        Path latest = Files.createSymbolicLink(root.resolve("latest.gz"), file);
        try (HeldFile held = HeldFile.readBeneath(root, latest, way.kernel())) {
            assertThat(text(held)).isEqualTo("inside");
            assertThat(held.isNamed()).isTrue();
        }
        Path out = Files.createSymbolicLink(root.resolve("out.gz"), victim.file());
        assertThatThrownBy(() -> HeldFile.readBeneath(root, out, way.kernel())).isInstanceOf(UnsafePathException.class);
        Path nowhere = Files.createSymbolicLink(root.resolve("nowhere.gz"), Path.of("gone"));
        assertThatThrownBy(() -> HeldFile.readBeneath(root, nowhere, way.kernel()))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void isTheSameFileForAChildWhateverGetsItsName() throws Exception {
        try (HeldFile held = HeldFile.read(file)) {
            victim.swapFor(file);
            assertThat(held.isNamed()).isFalse();
            assertThat(read(held.path())).isEqualTo("inside");

            Files.delete(file);
            assertThat(held.isNamed()).isFalse();
            assertThat(held.now().links()).isZero();
            assertThat(read(held.path())).isEqualTo("inside");
            assertThat(HeldFile.shown(held.path())).asString().startsWith(file.toString());
        }
    }

    private static String read(Path path) throws Exception {
        Process cat = new ProcessBuilder("cat", path.toString()).start();
        try (InputStream out = cat.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFileOfAnotherUserAndOneWithAnotherNameAreNotOurs() throws Exception {
        try (HeldFile ours = HeldFile.write(file)) {
            ours.requireOurs();
        }
        Path link = Files.createLink(root.resolve("link"), file);
        try (HeldFile held = HeldFile.write(link)) {
            assertThatThrownBy(held::requireOurs)
                    .isInstanceOf(UnsafePathException.class)
                    .hasMessageContaining("another name");
        }
        Files.delete(link);
        Victim.giveToNobody(file);
        try (HeldFile held = HeldFile.write(file)) {
            assertThatThrownBy(held::requireOurs)
                    .isInstanceOf(UnsafePathException.class)
                    .hasMessageContaining("another user");
        }
    }

    @Test
    void aLinkToAFileThatBelongsNeitherToUsNorToTheOwnerOfTheDirectoryIsForeign() throws Exception {
        Files.createLink(root.resolve("rotated.gz"), file);
        Ownership.requireNoForeignLink(file);
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxr-x"));
        Victim.giveToNobody(file);
        try (HeldFile held = HeldFile.readBeneath(root, file)) {
            assertThatThrownBy(held::requireNoForeignLink).isInstanceOf(UnsafePathException.class);
        }
        assertThatThrownBy(() -> Ownership.requireNoForeignLink(file)).isInstanceOf(UnsafePathException.class);
        Victim.giveToNobody(file.getParent());
        Ownership.requireNoForeignLink(file);
        Files.delete(root.resolve("rotated.gz"));
        Ownership.requireNoForeignLink(file);
    }

    /** As of a rotation by {@code cp -al}: nobody else can have put the link there. */
    @Test
    void aLinkInADirectoryWhereOnlyThisUserMayWriteIsNotForeign() throws Exception {
        Files.createLink(root.resolve("rotated.gz"), file);
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Victim.giveToNobody(file);
        Ownership.requireNoForeignLink(file);
        try (HeldFile held = HeldFile.readBeneath(root, file)) {
            held.requireNoForeignLink();
        }
    }

    @Test
    void aLinkWhoseNameIsGoneIsNotJudged() throws Exception {
        Files.createLink(root.resolve("rotated.gz"), file);
        try (HeldFile held = HeldFile.readBeneath(root, file)) {
            Path out = temp.resolve("out");
            Files.move(file.getParent(), out);
            // the kernel knows where it went
            held.requireNoForeignLink();
            Files.move(out.resolve("a.gz"), temp.resolve("b.gz"));
            Files.delete(temp.resolve("b.gz"));
            assertThatThrownBy(held::requireNoForeignLink).isInstanceOf(NoSuchFileException.class);
        }
    }

    /** Root may read everything: a link to a file of root's in a directory of the web server's is the worst one. */
    @Test
    void aLinkToAFileOfRootsInADirectoryOfAnotherUserIsForeignForRootToo() throws Exception {
        Files.createLink(root.resolve("rotated.gz"), file);
        Victim.giveToNobody(file.getParent());
        assertThatThrownBy(() -> Ownership.requireNoForeignLink(file)).isInstanceOf(UnsafePathException.class);
    }

    @Test
    void aLeaseIsNotWaitedFor() throws Exception {
        try (WriteLease lease = WriteLease.on(file)) {
            assertThat(lease).isNotNull();
            assertThatThrownBy(() -> HeldFile.readBeneath(root, file)).isInstanceOf(BusyFileException.class);
        }
        HeldFile.readBeneath(root, file).close();
    }

    @Test
    void aWriterWaitsForALease() throws Exception {
        FutureTask<Boolean> writing = new FutureTask<>(() -> {
            HeldFile.write(file).close();
            return true;
        });
        Thread writer = new Thread(writing);
        writer.setDaemon(true);
        try (WriteLease lease = WriteLease.on(file)) {
            assertThat(lease).isNotNull();
            writer.start();
            await().atMost(HangLimit.STEP)
                    .until(() -> writing.isDone()
                            || Arrays.stream(writer.getStackTrace())
                                    .anyMatch(frame -> frame.isNativeMethod()
                                            && frame.getMethodName().startsWith("open")));
        }
        assertThat(writing.get(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Some file systems store a file when any of its descriptors is closed, also one through which nothing was written. */
    @Test
    void onlyItsChannelHasADescriptorForItsBytes() throws Exception {
        Path made = root.resolve("made");
        try (HeldFile read = HeldFile.readBeneath(root, file);
                HeldFile created = HeldFile.create(made, MODE)) {
            assertThat(List.of(read, created)).doesNotContainNull();
            assertThat(descriptorsForBytes(file)).isEqualTo(1);
            assertThat(descriptorsForBytes(made)).isEqualTo(1);
        }
        try (HeldFile written = HeldFile.write(made)) {
            assertThat(written).isNotNull();
            assertThat(descriptorsForBytes(made)).isEqualTo(1);
        }
    }

    private static long descriptorsForBytes(Path file) throws IOException {
        Path infos = Path.of("/proc/self/fdinfo");
        Requires.that(Files.isDirectory(infos), "needs /proc/self/fdinfo");
        long found = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                if (Files.isSymbolicLink(each) && Files.readSymbolicLink(each).equals(file)) {
                    String flags = Files.readAllLines(infos.resolve(each.getFileName())).stream()
                            .filter(line -> line.startsWith("flags:"))
                            .findFirst()
                            .orElseThrow();
                    boolean forLooking =
                            (Long.parseLong(flags.substring("flags:".length()).strip(), 8) & O_PATH) != 0;
                    found += forLooking ? 0 : 1;
                }
            }
        }
        return found;
    }

    @Test
    void itsTimeIsSetAndItsNameRemovedOnlyWhileTheyAreItsOwn() throws Exception {
        try (HeldFile held = HeldFile.write(file)) {
            Path aside = Files.move(file, root.resolve("aside"));
            victim.swapFor(file);
            held.setModified(FileTime.fromMillis(0));
            held.remove();
            assertThat(Files.getLastModifiedTime(aside)).isEqualTo(FileTime.fromMillis(0));
            assertThat(file).isSymbolicLink();
            Files.move(file, temp.resolve("link"));
            Files.move(aside, file);
            held.remove();
            assertThat(file).doesNotExist();
        }
        victim.requireUnharmed();
    }

    @Test
    void makesAFileThatIsNotThereYet() throws Exception {
        Path made = root.resolve("made");
        try (HeldFile held = HeldFile.create(made, MODE)) {
            held.channel().write(StandardCharsets.UTF_8.encode("text"));
            held.requireOurs();
        }
        assertThat(made).hasContent("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-r-----");
        Path link = Files.createSymbolicLink(root.resolve("link"), temp.resolve("nowhere"));
        assertThatThrownBy(() -> HeldFile.create(link, MODE)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.exists(temp.resolve("nowhere"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void leavesNoDescriptorOpen() throws Exception {
        Path pipe = Pipes.make(root.resolve("pipe"));
        long before = descriptors();
        for (int i = 0; i < OPENS; i++) {
            HeldFile.readBeneath(root, file).close();
            assertThatThrownBy(() -> HeldFile.read(pipe)).isInstanceOf(IOException.class);
        }
        assertThat(descriptors()).isLessThan(before + OPENS / 10);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static String text(HeldFile held) throws IOException {
        return new String(held.input().readAllBytes(), StandardCharsets.UTF_8);
    }
}
