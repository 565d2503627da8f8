package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that have less than others. */
@ExtendWith(SharedSsh.class)
class OddHostsIT {
    private static final List<String> TOOLS = List.of(
            "sh", "rsync", "cat", "ls", "head", "tail", "mkdir", "mv", "rm", "stat", "sync", "find", "df", "awk");

    private final SshServer server;

    @TempDir
    private Path temp;

    private PutRequest request;

    OddHostsIT(SshServer server) {
        this.server = server;
    }

    @BeforeEach
    void makePayload() throws Exception {
        request = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner")
                .request("sub/a.gz", Payloads.bytes(300_000));
    }

    @Test
    void readsCopiesBackFromAHostThatHashesNothing() throws Exception {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin").resolve(tool));
        }
        server.forceCommand("PATH=" + tools + " exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        Path far = Files.createDirectories(temp.resolve("far"));

        try (Destination destination = destination(far)) {
            destination.put(request);
            assertThat(destination.remoteChecksum("sub/a.gz", Long.MAX_VALUE, done -> {}))
                    .isEmpty();
            assertIsThere(destination);
        }
        try (RsyncDoctor doctor = new RsyncDoctor(config(far))) {
            assertThat(doctor.examine())
                    .extracting(Finding::text)
                    .anyMatch(text -> text.startsWith("nothing there makes a SHA-256"));
        }
    }

    /** As on FAT, or where hard links are forbidden. */
    @Test
    void keepsTheCopiesOfTwoInstallationsApartWhereThereAreNoHardLinks() throws Exception {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin").resolve(tool));
        }
        Path ln = Files.writeString(tools.resolve("ln"), "#!/bin/sh\necho 'ln: Operation not permitted' >&2\nexit 1\n");
        Files.setPosixFilePermissions(ln, PosixFilePermissions.fromString("rwxr-xr-x"));
        server.forceCommand("PATH=" + tools + " exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        Payloads others = new Payloads(Files.createDirectories(temp.resolve("others")), "another");

        try (Destination destination = destination(temp.resolve("far"))) {
            assertThat(destination.announce(new Installation("owner", "host"))).isTrue();
            destination.put(Payloads.replacingOnlyItsOwn(request));
            destination.put(Payloads.replacingOnlyItsOwn(request));
            PutRequest theirs = others.request("sub/a.gz", Payloads.bytes(100));
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(theirs));
            assertThat(destination.look("sub/a.gz").orElseThrow().tag()).isEqualTo(OwnerTag.of(request));
            assertIsThere(destination);
            assertThat(temp.resolve("far/.offsite-partial/" + Names.partial(request)))
                    .doesNotExist();
        }
    }

    /** As ChrootDirectory does it, but sshd itself lets nobody into one below a temporary directory. */
    @Test
    void worksWithAnAccountThatSeesNothingOfTheHostButADirectory() throws Exception {
        Path jail = Files.createDirectories(temp.resolve("jail"));
        for (String directory : List.of("usr", "dev", "backups")) {
            Files.createDirectories(jail.resolve(directory));
        }
        for (String link : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(jail.resolve(link), Path.of("usr/" + link));
        }
        Files.createFile(jail.resolve("dev/null"));
        // the mount is seen by this command alone, and goes with it
        Path enter = Files.writeString(
                temp.resolve("enter"),
                "mount --bind /usr " + jail + "/usr && exec chroot " + jail + " /bin/sh -c \"$1\"\n");
        Process probe = new ProcessBuilder("unshare", "--mount", "sh", enter.toString(), "true").start();
        Requires.that(
                probe.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0,
                "needs the right to change the root");
        server.forceCommand("exec unshare --mount sh " + enter + " \"$SSH_ORIGINAL_COMMAND\"");

        try (Destination destination = destination(Path.of("/backups/far"))) {
            destination.put(request);
            assertThat(jail.resolve("backups/far/sub/a.gz")).exists();
            assertThat(destination
                            .remoteChecksum("sub/a.gz", Long.MAX_VALUE, done -> {})
                            .map(Stored::sha256))
                    .contains(request.sha256());
            assertIsThere(destination);
        }
    }

    /** As where somebody moved old copies to another directory of the same place. */
    @Test
    void seesTheCopyBehindALinkThatStaysInThePlace() throws Exception {
        server.lift();
        Path far = Files.createDirectories(temp.resolve("far"));
        try (Destination destination = destination(far)) {
            destination.put(request);
            Path moved = Files.move(far.resolve("sub/a.gz"), far.resolve("moved.gz"));
            Files.createSymbolicLink(far.resolve("sub/a.gz"), moved);

            assertThat(destination.stat("sub/a.gz")).contains(new Stored("sub/a.gz", request.size(), request.sha256()));
            assertThat(destination
                            .remoteChecksum("sub/a.gz", Long.MAX_VALUE, done -> {})
                            .map(Stored::size))
                    .isIn(Optional.empty(), Optional.of(request.size()));
        }
    }

    /** As with localfs and sftp (ADR 76): what is read there is not what the account may write. */
    @Test
    void takesNoLinkOutOfThePlaceForACopy() throws Exception {
        Path far = Files.createDirectories(temp.resolve("far"));
        try (Destination destination = destination(far)) {
            destination.put(request);
            Path moved = Files.move(far.resolve("sub/a.gz"), temp.resolve("moved.gz"));
            Files.createSymbolicLink(far.resolve("sub/a.gz"), moved);

            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.stat("sub/a.gz"));
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.open("sub/a.gz", 0, request.size()));
            assertFails(
                    ErrorCode.DESTINATION_NAME_TAKEN,
                    () -> destination.remoteChecksum("sub/a.gz", request.size(), done -> {}));
        }
    }

    @Test
    void aHostThatPrintsWithoutEndIsAFailure() throws Exception {
        server.forceCommand("printf 'marked\\nfile 5\\n'; exec yes");
        try (Destination destination = destination(Path.of("/far"))) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.stat("a.gz"));
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.remoteChecksum("a.gz", 5, done -> {}));
            assertFails(ErrorCode.DESTINATION_IO, destination::probe);
            assertFails(ErrorCode.DESTINATION_IO, destination::installations);
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.removeAbandoned("owner", Set.of()));
            try (InputStream in = destination.open("a.gz", 0, 5)) {
                assertThat(in.readAllBytes()).hasSize(5);
            }
        }
    }

    @Test
    void numbersThatAreNoneAreAFailure() throws Exception {
        for (String number : List.of("99999999999999999999", "-1", "x", "")) {
            server.forceCommand("printf 'marked\\nfile " + number + "\\n'");
            try (Destination destination = destination(Path.of("/far"))) {
                assertFails(ErrorCode.DESTINATION_IO, () -> destination.stat("a.gz"));
                assertFails(ErrorCode.DESTINATION_IO, () -> destination.open("a.gz", 0, 5));
                assertFails(ErrorCode.DESTINATION_IO, () -> destination.remoteChecksum("a.gz", 5, done -> {}));
            }
        }
    }

    /** Nobody waits for a hash of a thousand years. */
    @Test
    void aSizeThatNoDiskHasIsNotWaitedFor() throws Exception {
        // whoever waits gets a hash
        server.forceCommand("printf 'marked\\nfile 999999999999999999\\n%s  a.gz\\n' " + request.sha256());
        try (Destination destination = destination(Path.of("/far"))) {
            assertThat(destination.remoteChecksum("a.gz", 5, done -> {})).isEmpty();
            assertThat(destination.remoteChecksum("a.gz", Long.MAX_VALUE, done -> {}))
                    .isPresent();
        }
    }

    /** A symbolic link is no marker: its target may be any file, and offsite never writes to it. */
    @Test
    void aMarkerThatIsALinkIsNamed() throws Exception {
        server.lift();
        Path far = Files.createDirectories(temp.resolve("far"));
        Path aim = Files.createFile(temp.resolve("aim"));
        Path marker = Files.createSymbolicLink(far.resolve(DirectoryLayout.MARKER), aim);
        try (Destination destination = destination(far)) {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> destination.put(request),
                    destination::probe,
                    () -> destination.open("a.gz", 0, 5),
                    () -> destination.list(stored -> {}),
                    () -> destination.remoteChecksum("a.gz", 5, done -> {}))) {
                assertThatThrownBy(call).isInstanceOfSatisfying(FailureException.class, e -> {
                    assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_DENIED);
                    assertThat(e.failure().reason()).contains(DirectoryLayout.MARKER, "symbolic link");
                    assertThat(e.failure().hint()).contains("replace it by an empty file");
                });
            }
            Files.delete(marker);
            destination.put(request);
            assertIsThere(destination);
        }
        assertThat(aim).isEmptyFile();
    }

    /** As after years of a network that breaks. The first ones are kept, so that they are in the way on each page. */
    @Test
    void moreUnfinishedPutsThanAPageHoldsAreCleared() throws Exception {
        server.lift();
        Path partials = Files.createDirectories(temp.resolve("far").resolve(DirectoryLayout.PARTIAL));
        Files.createFile(temp.resolve("far").resolve(DirectoryLayout.MARKER));
        for (int i = 0; i < 5_100; i++) {
            Files.createDirectory(partials.resolve(DirectoryLayout.partialsOf("owner") + (10_000 + i)));
        }
        Set<String> kept = Set.of("10000", "10001", "10002");
        try (Destination destination = destination(temp.resolve("far"))) {
            destination.removeAbandoned("owner", kept);
        }
        try (Stream<Path> left = Files.list(partials)) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(kept.stream()
                            .map(id -> DirectoryLayout.partialsOf("owner") + id)
                            .toList());
        }
    }

    @Test
    void entriesOfAListingThatLeadOutArePassedOver() throws Exception {
        server.forceCommand("printf 'marked\\n5 ./a.gz\\0005 ./../b.gz\\0005 .//etc/c.gz\\0005 ./sub/./d.gz\\000'");
        List<String> listed = new ArrayList<>();
        try (Destination destination = destination(Path.of("/far"))) {
            destination.list(stored -> listed.add(stored.name()));
        }
        assertThat(listed).containsExactly("a.gz");
    }

    @Test
    void anEntryOfAListingThatIsNoneIsAFailure() throws Exception {
        for (String entry : List.of("x ./a.gz", "99999999999999999999 ./a.gz", "5", "5 /etc/passwd")) {
            server.forceCommand("printf 'marked\\n" + entry + "\\000'");
            try (Destination destination = destination(Path.of("/far"))) {
                assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
            }
        }
    }

    /** As where somebody writes on into it, or swaps it. */
    @Test
    void aCopyThatGrowsOnItsWayIsNotFetchedToItsEnd() throws Exception {
        Path shown = Files.createDirectories(temp.resolve("shown"));
        server.forceCommand("/usr/bin/rrsync " + shown);
        try (Destination destination = destination(Path.of("/"))) {
            destination.put(request);
        }
        server.forceCommand("case $SSH_ORIGINAL_COMMAND in *files-from*) truncate -s 1T " + shown
                + "/sub/a.gz ;; esac; exec /usr/bin/rrsync " + shown);
        RsyncConfig slow = SshServer.with(config(Path.of("/")), "--bwlimit=20M");
        try (Destination destination = new RsyncDestination(slow)) {
            try (InputStream in = destination.open("sub/a.gz", 0, request.size())) {
                assertThatThrownBy(in::readAllBytes)
                        .isInstanceOfSatisfying(
                                IOException.class,
                                e -> assertThat(CopyStream.isTooLong(e)).isTrue());
            }
        }
        assertThat(temp.resolve("state/rsync")).isEmptyDirectory();
    }

    @Test
    void takesAFullDiskOfThisHostForNoFullDestination() throws Exception {
        Path far = Files.createDirectories(temp.resolve("shown"));
        server.forceCommand("/usr/bin/rrsync " + far);
        try (SmallDisk state = new SmallDisk(temp.resolve("state"), 256 << 10);
                Destination destination = destination(Path.of("/"))) {
            destination.put(request);
            assertFails(
                    ErrorCode.SPOOL_IO,
                    () -> destination.open("sub/a.gz", 0, Long.MAX_VALUE).close());
            assertThat(state.path()).isDirectory();
        }
    }

    private void assertIsThere(Destination destination) throws Exception {
        assertThat(destination.stat("sub/a.gz")).contains(new Stored("sub/a.gz", request.size(), request.sha256()));
        try (InputStream in = destination.open("sub/a.gz", 0, Long.MAX_VALUE)) {
            assertThat(Payloads.sha256(in.readAllBytes())).isEqualTo(request.sha256());
        }
        List<String> listed = new ArrayList<>();
        destination.list(stored -> listed.add(stored.name()));
        assertThat(listed).containsExactly("sub/a.gz");
    }

    private Destination destination(Path root) {
        return new RsyncDestination(config(root));
    }

    private RsyncConfig config(Path root) {
        return server.config(root, temp.resolve("state"));
    }
}
