package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The driver and a real sshd, with a network between them that fails, and keys that are wrong. */
@ExtendWith(SharedSsh.class)
class RsyncFaultsIT {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path temp;

    private final SshServer server;
    private FaultProxy proxy;
    private Payloads payloads;
    private Path root;
    private final List<RsyncDestination> opened = new ArrayList<>();

    RsyncFaultsIT(SshServer server) {
        this.server = server;
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = new FaultProxy(server.port());
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
        root = Files.createDirectories(temp.resolve("far"));
    }

    @AfterEach
    void stopProxy() throws Exception {
        opened.forEach(RsyncDestination::close);
        proxy.close();
    }

    @Test
    void waitsForADiskThatIsMountedReadOnly() throws Exception {
        try (SmallDisk disk = new SmallDisk(root, 4 * MIB)) {
            RsyncDestination destination = destination();
            destination.put(payloads.request("a.gz", Payloads.bytes(100_000)));
            disk.readOnly();
            PutRequest second = payloads.request("b.gz", Payloads.bytes(100_000));
            assertFails(ErrorCode.DESTINATION_READ_ONLY, () -> destination.put(second));
            assertFails(ErrorCode.DESTINATION_READ_ONLY, destination::probe);

            disk.writable();
            destination.probe();
            destination.put(second);

            assertThat(root.resolve("b.gz")).hasSameBinaryContentAs(second.file());
        }
    }

    @Test
    void sendsOnlyWhatIsMissingAfterACut() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        RsyncDestination destination = destination();
        destination.probe();
        proxy.cutAfterSending(12 * MIB);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
        assertThat(root.resolve("a.gz")).doesNotExist();
        proxy.heal();

        destination().put(request);

        assertThat(proxy.sent()).isLessThan(16L * MIB);
        assertThat(Files.readAllBytes(root.resolve("a.gz"))).isEqualTo(Files.readAllBytes(request.file()));
        assertThat(root.resolve("a.gz.sha256")).hasContent(request.sha256() + "  a.gz");
    }

    @Test
    void endsAPutThatStallsForEver() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        proxy.stallAfterSending(8 * MIB);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination().put(request));
        proxy.heal();
        destination().put(request);
        assertThat(Files.readAllBytes(root.resolve("a.gz"))).isEqualTo(Files.readAllBytes(request.file()));
    }

    @Test
    void endsAReadThatStallsOrIsCut() throws Exception {
        destination().put(payloads.request("a.gz", Payloads.bytes(24 * MIB)));
        proxy.cutAfterReceiving(4 * MIB);
        assertBreaksOff();
        proxy.heal();
        proxy.stallAfterReceiving(4 * MIB);
        assertBreaksOff();
    }

    @Test
    void refusesAHostWhoseKeyHasChanged() throws Exception {
        destination().probe();
        server.changeHostKey();

        assertThatThrownBy(() -> destination().probe()).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_DENIED);
            assertThat(e.failure().hint()).contains("ssh-keygen -f", "-R '[127.0.0.1]:" + proxy.port() + "'");
        });
        assertFails(ErrorCode.DESTINATION_DENIED, () -> destination().put(payloads.request("a.gz", new byte[10])));
    }

    @Test
    void saysWhichSettingIsWrongWhenTheKeyIsRefused() throws Exception {
        RsyncDestination destination =
                new RsyncDestination(server.config(server.port(), root, server.strangeKey(), temp.resolve("state")));
        assertThatThrownBy(destination::probe).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_DENIED);
            assertThat(e.failure().hint()).contains("BACKUP_OFFSITE_RSYNC_SSH_KEY");
        });
    }

    @Test
    void worksWithAnAccountThatMayRunRsyncAlone() throws Exception {
        server.forceCommand("/usr/bin/rrsync " + root);
        PutRequest request = payloads.request("sub dir/it's *.gz", Payloads.bytes(3 * MIB));
        try (RsyncDestination destination =
                new RsyncDestination(server.config(proxy.port(), Path.of("/copies"), temp.resolve("state")))) {
            destination.put(request);
            assertThat(destination.stat(request.name()).map(Stored::sha256)).contains(request.sha256());
            assertThat(root.resolve("copies/sub dir/it's *.gz.sha256")).exists();
            try (InputStream in = destination.open(request.name(), MIB, Long.MAX_VALUE)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(Payloads.bytes(3 * MIB), MIB, 3 * MIB));
            }
            assertFails(ErrorCode.COPY_MISSING, () -> destination.open("missing.gz", 0, Long.MAX_VALUE));
            List<Stored> listed = new ArrayList<>();
            destination.list(listed::add);
            assertThat(listed).containsExactly(new Stored(request.name(), request.size(), null));
        }
        assertThat(temp.resolve("state/rsync")).isEmptyDirectory();
        try (RsyncDoctor doctor =
                new RsyncDoctor(server.config(proxy.port(), Path.of("/copies"), temp.resolve("state")))) {
            assertThat(doctor.examine())
                    .anyMatch(found -> found.text().contains("may run rsync alone")
                            && found.text().contains("begins anew"));
        }
    }

    @Test
    void saysThatAnAccountForSftpIsNotEnough() throws Exception {
        server.forceCommand("echo This service allows sftp connections only.; exit 1");
        assertThatThrownBy(() -> destination().probe()).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_MISCONFIGURED);
            assertThat(e.failure().hint()).contains("must be allowed to run rsync");
        });
    }

    @Test
    void findsOutWhatTheHostCan() throws Exception {
        try (RsyncDoctor doctor = new RsyncDoctor(server.config(proxy.port(), root, temp.resolve("state")))) {
            assertThat(doctor.examine())
                    .allMatch(Finding::isOk)
                    .anyMatch(found -> found.text().startsWith("rsync there: rsync  version"))
                    .anyMatch(found -> found.text().contains("by sha256sum"))
                    .anyMatch(found -> found.text().endsWith("GiB free there"));
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void saysThatTheKeyIsNotThere() {
        RsyncDestination destination =
                new RsyncDestination(server.config(server.port(), root, temp.resolve("no-key"), temp.resolve("state")));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, destination::probe);
    }

    @Test
    void saysThatTheDirectoryIsMissing() throws Exception {
        RsyncDestination destination =
                new RsyncDestination(server.config(temp.resolve("no/such/directory"), temp.resolve("state")));
        PutRequest request = payloads.request("a.gz", new byte[10]);
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.stat("a.gz"));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, destination::probe);
    }

    @Test
    void takesAnEmptyDirectoryForAnUnmountedDiskWhenItShouldHoldCopies() throws Exception {
        RsyncDestination destination = new RsyncDestination(server.config(root, temp.resolve("state")), () -> true);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.list(stored -> {}));
        PutRequest request = payloads.request("a.gz", new byte[10]);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void announcesNothingInTheDirectoryUnderADiskThatIsNotMounted() throws Exception {
        Installation self = new Installation("owner", "host");
        RsyncDestination destination = new RsyncDestination(server.config(root, temp.resolve("state")), () -> true);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.announce(self));
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, destination::installations);
        assertThat(root).isEmptyDirectory();

        assertThat(destination().announce(self)).isTrue();
        assertThat(root.resolve(DirectoryLayout.MARKER)).exists();
        assertThat(root.resolve(Installation.DIRECTORY))
                .isDirectoryContaining("glob:**/owner")
                .isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void tellsAnOutageFromAMissingCopy() throws Exception {
        RsyncDestination destination = destination();
        assertThat(destination.stat("a.gz")).isEmpty();
        proxy.cutAfterSending(0);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.stat("a.gz"));
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.open("a.gz", 0, Long.MAX_VALUE));
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.list(stored -> {}));
    }

    @Test
    void findsADirectoryInTheWay() throws Exception {
        Files.createDirectories(root.resolve("a.gz"));
        PutRequest request = payloads.request("a.gz", new byte[10]);
        assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination().put(request));
        assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination().stat("a.gz"));
    }

    @Test
    void removesOnlyAbandonedPutsOfItsOwner() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        proxy.cutAfterSending(8 * MIB);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination().put(request));
        proxy.heal();
        Path partial = root.resolve(".offsite-partial/owner." + request.transferId());
        Path strange = Files.createDirectories(root.resolve(".offsite-partial/owner2.x"));

        destination().removeAbandoned("owner", Set.of(request.transferId()));
        assertThat(partial).isDirectory();
        destination().removeAbandoned("owner", Set.of("other"));
        assertThat(partial).doesNotExist();
        assertThat(strange).isDirectory();
    }

    @Test
    void leavesNoChildBehind() throws Exception {
        RsyncDestination destination = destination();
        destination.put(payloads.request("a.gz", Payloads.bytes(4 * MIB)));
        try (InputStream in = destination.open("a.gz", MIB, Long.MAX_VALUE)) {
            assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOfRange(Payloads.bytes(4 * MIB), MIB, MIB + 10));
        }
        assertThat(ProcessHandle.current().children().flatMap(p -> p.info().command().stream()))
                .noneMatch(command -> command.endsWith("/ssh") || command.endsWith("/rsync"));
    }

    private RsyncDestination destination() {
        RsyncDestination destination = new RsyncDestination(server.config(proxy.port(), root, temp.resolve("state")));
        opened.add(destination);
        return destination;
    }

    private void assertBreaksOff() {
        assertThatThrownBy(() -> {
                    try (InputStream in = destination().open("a.gz", 0, Long.MAX_VALUE)) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(e.getCause())
                                .isInstanceOfSatisfying(
                                        FailureException.class,
                                        f -> assertThat(f.failure().code())
                                                .as(f.getMessage())
                                                .isEqualTo(ErrorCode.DESTINATION_UNREACHABLE)));
    }
}
