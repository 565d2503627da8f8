package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.testing.TooDeep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class DirectoryScanTest {
    @TempDir
    private Path temp;

    private Path root;

    @BeforeEach
    void makeADirectory() throws IOException {
        root = Files.createDirectories(temp.resolve("backups"));
    }

    @Test
    void findsArchivesOldestFirstWithTheirTimeInNanoseconds() throws Exception {
        Instant time = Instant.parse("2026-01-01T03:15:00.123456789Z");
        Files.setLastModifiedTime(touch("new.gz"), FileTime.from(time.plusSeconds(60)));
        Files.setLastModifiedTime(touch("sub/old.zip"), FileTime.from(time));
        touch("readme.txt");
        touch(".hidden/x.gz");
        touch("lost+found/x.gz");
        touch("sub/@eaDir/x.gz");
        touch("half.gz.part");

        List<Candidate> found = scan(root, true).scan().archives();

        assertThat(found).extracting(c -> c.archive().relativePath()).containsExactly("sub/old.zip", "new.gz");
        assertThat(found.get(0).archive().mtimeNanos())
                .isEqualTo(TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano());
        assertThat(found.get(0).archive().path()).isEqualTo(root + "/sub/old.zip");
    }

    @Test
    void countsTheFilesThatNoPatternIncludesWithoutHiddenOnes() throws Exception {
        touch("a.gz");
        touch("readme.txt");
        touch("sub/b.tgz");
        touch(".hidden/x.tgz");
        touch(".hidden.tgz");

        assertThat(scan(root, true).scan().others()).isEqualTo(2);
    }

    @Test
    void leavesSubdirectoriesAloneWhenToldTo() throws Exception {
        touch("a.gz");
        touch("sub/b.gz");

        assertThat(names(scan(root, false))).containsExactly("a.gz");
    }

    @Test
    void isStoppedByNothingThatLiesInTheWay() throws Exception {
        touch("good.gz");
        touch("x.gz/inside.gz");
        Files.createSymbolicLink(root.resolve("dangling.gz"), Path.of("nowhere"));
        Files.createSymbolicLink(root.resolve("loop.gz"), Path.of("loop.gz"));
        Path secret = Files.writeString(temp.resolve("secret.gz"), "x");
        Files.createSymbolicLink(root.resolve("out.gz"), secret);
        Files.createSymbolicLink(root.resolve("outside"), temp);
        Files.createSymbolicLink(root.resolve("latest.gz"), Path.of("good.gz"));
        Pipes.make(root.resolve("pipe.gz"));
        Files.createSymbolicLink(root.resolve("device.gz"), Path.of("/dev/zero"));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("socket.gz")));

            assertThat(names(scan(root, true))).containsExactlyInAnyOrder("good.gz", "x.gz/inside.gz", "latest.gz");
        }
    }

    @Test
    void findsNamesOfAllSorts() throws Exception {
        List<String> names = List.of(
                "new\nline.gz",
                "quo'te\".gz",
                "-rf.gz",
                "caf\u00e9.gz",
                "cafe\u0301.gz",
                " .gz",
                "$(reboot).gz",
                "\uD83D\uDCBE.gz",
                "n".repeat(252) + ".gz");
        for (String name : names) {
            touch(name);
        }

        assertThat(names(scan(root, true))).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void reportsANameThatIsNoValidTextInAFormThatTellsItApart() throws Exception {
        run("touch", "'" + root + "/bad'$'\\xff''.gz'");
        run("touch", "'" + root + "/bad'$'\\xfe''.gz'");

        List<Candidate> found = scan(root, true).scan().archives();

        assertThat(found).noneMatch(Candidate::usable);
        assertThat(found)
                .extracting(c -> c.archive().relativePath())
                .containsExactlyInAnyOrder("bad\\xff.gz", "bad\\xfe.gz");
        assertThat(found).extracting(c -> c.archive().path()).contains(root + "/bad\\xff.gz");
        assertThat(Files.exists(found.get(0).file())).isTrue();
    }

    @Test
    void findsEverythingWhereTheBackupDirectoryIsALink() throws Exception {
        touch("sub/a.gz");
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);

        assertThat(scan(link, true).scan().archives())
                .extracting(c -> c.archive().path())
                .containsExactly(link + "/sub/a.gz");
    }

    @Test
    void aLinkToADirectoryThatNoScanGoesIntoIsAPlaceThatCannotBeRead() throws Exception {
        touch("sub/a.gz");
        touch(".hidden/b.gz");
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("inside"), Path.of("sub"));
        Files.createSymbolicLink(root.resolve("round"), Path.of("."));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
        Files.createSymbolicLink(root.resolve("file"), Path.of("sub/a.gz"));
        assertThat(scan(root, true).scan().unreadable()).isEqualTo(Unreadable.NONE);

        Files.createSymbolicLink(root.resolve("outside"), elsewhere);
        Files.createSymbolicLink(root.resolve("current"), Path.of(".hidden"));
        DirectoryScan.Found found = scan(root, true).scan();

        assertThat(found.archives()).extracting(c -> c.archive().relativePath()).containsExactly("sub/a.gz");
        assertThat(found.unreadable().places())
                .extracting(Unreadable.Place::path)
                .containsExactlyInAnyOrder(
                        root.resolve("outside").toString(),
                        root.resolve("current").toString());
        assertThat(found.unreadable().places())
                .allSatisfy(place -> assertThat(place.reason()).contains("is a link to a directory"));
        assertThat(scan(root, false).scan().unreadable())
                .as("without subdirectories there is nothing to follow")
                .isEqualTo(Unreadable.NONE);
    }

    @Test
    void saysWhereItCouldNotLook() throws Exception {
        touch("good.gz");
        Files.createSymbolicLink(root.resolve("loop.gz"), Path.of("loop.gz"));
        Files.createSymbolicLink(root.resolve("dangling.gz"), Path.of("nowhere"));
        try (TooDeep deep = new TooDeep(root, temp, "unseen.gz")) {
            DirectoryScan.Found found = scan(root, true).scan();

            assertThat(found.archives())
                    .extracting(c -> c.archive().relativePath())
                    .containsExactly("good.gz");
            assertThat(found.unreadable().total()).isEqualTo(1);
            Unreadable.Place place = found.unreadable().places().get(0);
            assertThat(deep.file().toString()).startsWith(place.path() + "/");
            assertThat(place.reason()).startsWith(place.path() + " cannot be looked");
            assertThat(place.hint()).contains("shorten its path");

            deep.lift();
            assertThat(scan(root, true).scan().unreadable()).isEqualTo(Unreadable.NONE);
            deep.sink();
            assertThat(scan(root, false).scan().unreadable())
                    .as("where no subdirectory counts")
                    .isEqualTo(Unreadable.NONE);
        }
    }

    @Test
    void doesNotTakeAFileForGoneThatItCannotLookAt() throws Exception {
        try (TooDeep deep = new TooDeep(root, temp, "unseen.gz")) {
            assertThatThrownBy(() -> scan(root, true).examine(deep.file())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHardLinkToAFileOfAnotherUserIsNoArchive() throws Exception {
        Path ours = touch("ours.gz");
        Files.createLink(temp.resolve("rotated.gz"), ours);
        Path foreign = touch("sub/foreign.gz");
        Files.createLink(temp.resolve("secret"), foreign);
        assertThat(names(scan(root, true))).containsExactlyInAnyOrder("ours.gz", "sub/foreign.gz");
        Files.setPosixFilePermissions(root.resolve("sub"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Victim.giveToNobody(foreign);

        DirectoryScan.Found found = scan(root, true).scan();

        assertThat(found.archives()).extracting(c -> c.archive().relativePath()).containsExactly("ours.gz");
        assertThat(found.unreadable().places()).singleElement().satisfies(place -> {
            assertThat(place.path()).isEqualTo(foreign.toString());
            assertThat(place.reason())
                    .contains("is not shipped: it has another name elsewhere, and belongs to the user");
            assertThat(place.hint()).contains("copy the file");
        });
        assertThatThrownBy(() -> scan(root, true).examine(foreign)).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhatToDoWhenTheDirectoryIsNotThere() {
        assertThatThrownBy(() -> scan(temp.resolve("nas/backups"), true).scan())
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE);
                    assertThat(e.failure().kind()).isEqualTo(FailureKind.TRANSIENT);
                    assertThat(e.failure().reason()).contains("nas/backups is not there");
                    assertThat(e.failure().hint()).contains("mount it");
                });
    }

    @Test
    void looksAtOneFileAsAtAll() throws Exception {
        Path file = touch("sub/a.gz");
        Path other = touch("a.txt");
        DirectoryScan scan = scan(root, true);

        assertThat(scan.examine(file)).contains(scan.scan().archives().get(0));
        assertThat(scan.examine(other)).isEmpty();
        assertThat(scan.examine(root.resolve("gone.gz"))).isEmpty();
        assertThat(scan.examine(file.resolve("below.gz"))).isEmpty();
    }

    @Test
    void aDirectoryWhoseArchivesAreShippedIsNotToldOfAsNotShipped() throws Exception {
        touch("sub/a.gz");
        touch("daily.gz/b.gz");

        assertThat(warnings("*", true)).isEmpty();
        assertThat(warnings("sub/*,daily.gz/*", true)).isEmpty();
        assertThat(warnings("*", false)).isEmpty();
        assertThat(warnings("*.gz", true))
                .containsExactly(root
                        + "/daily.gz has the name of an archive, but is a directory: the archives in it are shipped");
        assertThat(warnings("*.gz", false))
                .containsExactly(root + "/daily.gz has the name of an archive, but is a directory: not shipped");
    }

    private List<String> warnings(String include, boolean recursive) throws FailureException {
        Logger log = (Logger) LoggerFactory.getLogger(DirectoryScan.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        try {
            new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse(include), recursive).scan();
            return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        } finally {
            log.detachAppender(logged);
        }
    }

    private static DirectoryScan scan(Path root, boolean recursive) {
        return new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse(IncludePatterns.DEFAULT), recursive);
    }

    private static List<String> names(DirectoryScan scan) throws FailureException {
        return scan.scan().archives().stream()
                .map(c -> c.archive().relativePath())
                .toList();
    }

    private Path touch(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    /** The shell can make names that the JDK cannot. */
    private static void run(String command, String argument) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", command + " " + argument)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}
