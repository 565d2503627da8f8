package org.heratio.offsite.destination.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An account with a password, in a directory that it takes for all there is, at a server that knows no extension of OpenSSH's. */
class PlainServerTest {
    @TempDir
    private Path temp;

    private SshServer server;
    private Path far;

    @BeforeEach
    void start() throws Exception {
        far = Files.createDirectories(temp.resolve("far"));
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(
                KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
        server.setPasswordAuthenticator((user, password, session) -> user.equals("box") && password.equals("s3cret"));
        server.setFileSystemFactory(new VirtualFileSystemFactory(far));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
        SftpModuleProperties.CLIENT_EXTENSIONS.set(server, "");
        SftpModuleProperties.OPENSSH_EXTENSIONS.set(server, "none@example.org=1");
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(true);
    }

    private SftpConfig config(String password) {
        return config(password, temp.resolve("known_hosts"));
    }

    private SftpConfig config(String password, Path knownHosts) {
        return new SftpConfig(
                new SshAccount("127.0.0.1", "box", server.getPort(), "/copies"),
                null,
                new Secret(password),
                knownHosts,
                HangLimit.STEP);
    }

    @Test
    void aHostIsTrustedEachTimeWhenNoneIsToBeNoted() throws Exception {
        SftpConfig config = config("s3cret", Path.of("/dev/null"));
        Files.createDirectories(far.resolve("copies"));
        for (int i = 0; i < 2; i++) {
            try (SftpDestination destination = new SftpDestination(config, () -> false, RateLimit.NONE)) {
                destination.probe();
            }
        }
    }

    @Test
    void putsReplacesReadsAndDeletesCopies() throws Exception {
        Payloads payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner");
        try (SftpDestination destination = new SftpDestination(config("s3cret"), () -> false, RateLimit.NONE)) {
            for (String content : List.of("first", "second")) {
                PutRequest request = payloads.request("sub/a.gz", content.getBytes(StandardCharsets.UTF_8));
                destination.put(request);
                assertThat(far.resolve("copies/sub/a.gz")).hasContent(content);
                assertThat(far.resolve("copies/sub/a.gz.sha256")).hasContent(request.sha256() + "  a.gz");
                assertThat(destination.stat("sub/a.gz"))
                        .contains(new Stored("sub/a.gz", request.size(), request.sha256()));
            }
            destination.delete("sub/a.gz");
            assertThat(destination.stat("sub/a.gz")).isEmpty();
            assertFails(ErrorCode.COPY_MISSING, () -> destination.open("sub/a.gz", 0, Long.MAX_VALUE));
        }
    }

    @Test
    void saysThatThePasswordIsWrong() {
        try (SftpDestination destination = new SftpDestination(config("guessed"), () -> false, RateLimit.NONE)) {
            assertFails(ErrorCode.DESTINATION_DENIED, destination::probe);
        }
    }

    @Test
    void saysWhatTheServerCannot() throws Exception {
        try (SftpDoctor doctor = new SftpDoctor(config("s3cret"))) {
            assertThat(doctor.examine())
                    .extracting(Finding::text)
                    .anyMatch(text -> text.contains("cannot be asked to sync"))
                    .anyMatch(text -> text.contains("cannot replace a file in one step"))
                    .anyMatch(text -> text.contains("does not say how much room"));
        }
    }
}
