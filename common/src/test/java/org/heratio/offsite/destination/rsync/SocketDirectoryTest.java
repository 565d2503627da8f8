package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.heratio.offsite.files.Victim;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketDirectoryTest {
    /** Linux gives no process such an id. */
    private static final String OF_THE_DEAD = "offsite-ssh-9999999-";

    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    private Path temp;

    private Path work;
    private Path temporary;

    @BeforeEach
    void setUp() throws Exception {
        work = temp.toRealPath().resolve("state/rsync");
        temporary = Files.createDirectory(temp.toRealPath().resolve("tmp"));
    }

    @Test
    void liesInTheStateDirectoryForThisUserAlone() throws Exception {
        SocketDirectory made = SocketDirectory.make(work, temporary);

        assertThat(made.path().getParent()).isEqualTo(work);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.path())))
                .isEqualTo("rwx------");
        assertThat(made.isStillOurs()).isTrue();
        made.remove();
        assertThat(work).isEmptyDirectory();
        assertThat(made.isStillOurs()).isFalse();
    }

    @Test
    void liesInTheTemporaryDirectoryWhereTheStateDirectoryHasTooLongAPath() throws Exception {
        Path far = work.resolve("a-directory-with-a-long-name".repeat(4));

        SocketDirectory made = SocketDirectory.make(far, temporary);

        assertThat(made.path().getParent()).isEqualTo(temporary);
        assertThat(far).isEmptyDirectory();
    }

    @Test
    void liesInTheTemporaryDirectoryWhereOthersMayWriteInTheStateDirectory() throws Exception {
        Files.createDirectories(work);
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(SocketDirectory.make(work, temporary).path().getParent()).isEqualTo(temporary);
    }

    @Test
    void aLinkThatIsNamedLikeWhatADeadProcessLeftCostsItsTargetNothing() throws Exception {
        Victim victim = Victim.in(temp.resolve("victim"), "0");
        Files.setPosixFilePermissions(victim.directory(), PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(work);
        Files.createSymbolicLink(work.resolve(OF_THE_DEAD + "x"), victim.directory());

        SocketDirectory.make(work, temporary);

        victim.requireUnharmed();
        assertThat(work.resolve(OF_THE_DEAD + "x")).isSymbolicLink();
    }

    @Test
    void whatAnotherUserMadeStays() throws Exception {
        Path directory = leftBy(OF_THE_DEAD + "x");
        bind(directory.resolve("0"));
        Files.setLastModifiedTime(directory, LONG_AGO);
        Victim.giveToNobody(directory);

        SocketDirectory.make(work, temporary);

        assertThat(directory.resolve("0")).exists();
    }

    @Test
    void ofWhatADeadProcessLeftOnlySocketsAreRemoved() throws Exception {
        Path sockets = leftBy(OF_THE_DEAD + "sockets");
        bind(sockets.resolve("0"));
        bind(sockets.resolve("1.0123456789abcdef"));
        Files.setLastModifiedTime(sockets, LONG_AGO);
        Path files = leftBy(OF_THE_DEAD + "files");
        Files.writeString(files.resolve("1"), "x");
        Files.createDirectory(files.resolve("2"));
        Files.setLastModifiedTime(files, LONG_AGO);

        SocketDirectory.make(work, temporary);

        assertThat(sockets).doesNotExist();
        assertThat(files.resolve("1")).hasContent("x");
        assertThat(files.resolve("2")).isDirectory();
    }

    @Test
    void aDirectoryThatTookItsPlaceIsNotOursAndIsNotEmptied() throws Exception {
        SocketDirectory made = SocketDirectory.make(work, temporary);
        Files.move(made.path(), temp.resolve("moved"));
        Path other = leftBy(made.path().getFileName().toString());
        bind(other.resolve("0"));

        assertThat(made.isStillOurs()).isFalse();
        made.remove();

        assertThat(other.resolve("0")).exists();
    }

    private Path leftBy(String name) throws Exception {
        Files.createDirectories(work);
        return Files.createDirectory(
                work.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void bind(Path socket) throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
        }
    }
}
