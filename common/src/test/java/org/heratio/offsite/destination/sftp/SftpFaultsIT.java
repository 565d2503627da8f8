package org.heratio.offsite.destination.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The driver and a real sshd, with keys that are wrong, cuts in the middle, and accounts that are less than they should be. */
@ExtendWith(SharedSsh.class)
class SftpFaultsIT {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path temp;

    private final SshServer server;
    private FaultProxy proxy;
    private Payloads payloads;
    private Path root;
    private final List<SftpDestination> opened = new ArrayList<>();

    SftpFaultsIT(SshServer server) {
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
        opened.forEach(SftpDestination::close);
        proxy.close();
    }

    @Test
    void waitsForADiskThatIsMountedReadOnly() throws Exception {
        try (SmallDisk disk = new SmallDisk(root, 4 * MIB)) {
            SftpDestination destination = destination();
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
        SftpDestination destination = destination();
        destination.probe();
        proxy.cutAfterSending(12 * MIB);
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));
        assertThat(root.resolve("a.gz")).doesNotExist();
        proxy.heal();

        destination.put(request);

        assertThat(proxy.sent()).isLessThan(16L * MIB);
        assertThat(root.resolve("a.gz")).hasSameBinaryContentAs(request.file());
    }

    @Test
    void beginsAnewWhereAnEarlierTryLeftSomethingElse() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(3 * MIB));
        Path partial =
                Files.createDirectories(root.resolve(".offsite-partial")).resolve("owner." + request.transferId());
        for (int size : new int[] {100, 2 * MIB, 3 * MIB, 5 * MIB}) {
            byte[] other = Payloads.bytes(size);
            other[size / 2] ^= 1;
            Files.write(partial, other);

            destination().put(request);

            assertThat(root.resolve("a.gz")).hasSameBinaryContentAs(request.file());
        }
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
    void refusesAHostThatIsKnownByAKeyOfAnotherKind() throws Exception {
        SftpConfig config = config(proxy.port());
        Files.createDirectories(config.knownHosts().getParent());
        Files.writeString(
                config.knownHosts(),
                "[127.0.0.1]:" + proxy.port()
                        + " ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBD"
                        + "AfZIVB3gkKvFjD4FkVJ+wYxzXnm3XzzvJBXQpXJCw9d6aXv1DlrOBIvFZlbjQ+/LbpyCzOv5qLkfvMJ1a3VAw=\n",
                StandardCharsets.UTF_8);

        assertFails(ErrorCode.DESTINATION_DENIED, () -> opened(config).probe());
    }

    @Test
    void notesAHostAsSshDoes() throws Exception {
        SftpConfig config = config(proxy.port());
        opened(config).probe();

        Process found = new ProcessBuilder(
                        "ssh-keygen",
                        "-f",
                        config.knownHosts().toString(),
                        "-F",
                        config.account().knownAs())
                .redirectErrorStream(true)
                .start();
        String said = new String(found.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(found.waitFor()).as(said).isZero();
        assertThat(said).contains("ssh-ed25519");
    }

    @Test
    void saysWhichSettingIsWrongWhenTheKeyIsRefused() throws Exception {
        SftpConfig config = config(server.port());
        SftpConfig strange =
                new SftpConfig(config.account(), server.strangeKey(), null, config.knownHosts(), config.timeout());
        assertThatThrownBy(opened(strange)::probe).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_DENIED);
            assertThat(e.failure().hint()).contains("_SSH_KEY");
        });
    }

    /** The server of the other tests offers one key exchange alone. */
    @Test
    void logsInToAHostThatOffersEveryKeyExchange() throws Exception {
        try (SshServer installed = SshServer.startAsInstalled()) {
            SftpDestination destination = opened(SftpAccount.of(installed, root, temp.resolve("state")));
            destination.put(payloads.request("a.gz", new byte[10]));
            destination.close();
        }
        assertThat(root.resolve("a.gz")).hasSize(10);
    }

    @Test
    void saysThatTheKeyIsNotThereOrIsNone() throws Exception {
        SftpConfig config = config(server.port());
        for (Path key : List.of(temp.resolve("no-key"), Files.writeString(temp.resolve("text"), "no key"))) {
            SftpConfig without = new SftpConfig(config.account(), key, null, config.knownHosts(), config.timeout());
            assertFails(ErrorCode.DESTINATION_MISCONFIGURED, opened(without)::probe);
        }
    }

    @Test
    void saysThatAnAccountHasNoSftp() throws Exception {
        SftpDestination destination = destination();
        server.forceCommand("echo This service allows nothing.; exit 1");
        assertThatThrownBy(destination::probe).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_MISCONFIGURED);
            assertThat(e.failure().hint()).contains("SFTP switched on");
        });
    }

    @Test
    void saysThatTheDirectoryIsMissing() throws Exception {
        SftpConfig config = config(server.port());
        SshAccount account = new SshAccount(
                "127.0.0.1",
                config.user(),
                server.port(),
                temp.resolve("no/such/directory").toString());
        SftpDestination destination =
                opened(new SftpConfig(account, config.key(), null, config.knownHosts(), config.timeout()));
        PutRequest request = payloads.request("a.gz", new byte[10]);
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.put(request));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> destination.stat("a.gz"));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, destination::probe);
    }

    @Test
    void readsFasterThanOnePieceAfterTheOther() throws Exception {
        SftpDestination destination = destination();
        byte[] bytes = Payloads.bytes(5 * MIB + 7);
        destination.put(payloads.request("a.gz", bytes));
        for (int offset : new int[] {0, 1, MIB, 5 * MIB}) {
            try (InputStream in = destination.open("a.gz", offset, Long.MAX_VALUE)) {
                assertThat(in.readAllBytes()).hasSize(bytes.length - offset);
            }
        }
    }

    @Test
    void findsOutWhatTheHostCan() throws Exception {
        try (SftpDoctor doctor = new SftpDoctor(config(server.port()))) {
            assertThat(doctor.examine())
                    .allMatch(Finding::isOk)
                    .anyMatch(found -> found.text().endsWith("GiB free there"));
        }
        assertThat(root).isDirectoryNotContaining("glob:**/.heratio-offsite");
    }

    private SftpDestination destination() throws Exception {
        return opened(config(proxy.port()));
    }

    private SftpConfig config(int port) throws Exception {
        return SftpAccount.of(server, port, root, temp.resolve("state"), HangLimit.STEP);
    }

    private SftpDestination opened(SftpConfig config) {
        SftpDestination destination = new SftpDestination(config, () -> false, RateLimit.NONE);
        opened.add(destination);
        return destination;
    }
}
