package org.heratio.offsite.destination.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that say what SFTP does not allow, or what leads out of the place. */
@Timeout(HangLimit.TEST_SECONDS)
class OddServerTest {
    @TempDir
    private Path temp;

    private SshServer server;

    @AfterEach
    void stop() throws Exception {
        server.stop(true);
    }

    private SftpDestination destination(ScriptedSftp.Script script) throws Exception {
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(
                KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
        server.setPasswordAuthenticator((user, password, session) -> true);
        server.setSubsystemFactories(List.of(ScriptedSftp.factory(script)));
        server.start();
        SftpConfig config = new SftpConfig(
                new SshAccount("127.0.0.1", "box", server.getPort(), "/copies"),
                null,
                new Secret("s3cret"),
                temp.resolve("known_hosts"),
                HangLimit.STEP);
        return new SftpDestination(config, () -> false, RateLimit.NONE);
    }

    /** Sends so many bytes, however many were asked for. */
    private static ScriptedSftp.Script sending(int bytes) {
        return new ScriptedSftp.Script() {
            @Override
            public byte[] data(long offset, int length) {
                return new byte[bytes];
            }
        };
    }

    @Test
    void answersWithoutBytesEndARead() throws Exception {
        try (SftpDestination destination = destination(sending(0));
                InputStream in = destination.open("a.gz", 0, 5)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(FailureException.class)
                    .hasMessageContaining("0 bytes to a read of 5");
        }
    }

    @Test
    void answersWithMoreBytesThanWereAskedForEndARead() throws Exception {
        try (SftpDestination destination = destination(sending(6));
                InputStream in = destination.open("a.gz", 0, 5)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(FailureException.class)
                    .hasMessageContaining("6 bytes to a read of 5");
        }
    }

    @Test
    void aCopyThatIsLongerThanExpectedIsNotAskedFor() throws Exception {
        AtomicLong asked = new AtomicLong();
        ScriptedSftp.Script huge = new ScriptedSftp.Script() {
            @Override
            public long size() {
                return 1L << 40;
            }

            @Override
            public byte[] data(long offset, int length) {
                asked.incrementAndGet();
                return new byte[length];
            }
        };
        try (SftpDestination destination = destination(huge);
                InputStream in = destination.open("a.gz", 0, 5)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(CopyStream.isTooLong(e)).isTrue());
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void aSizeOfMoreThan63BitsIsAFailure() throws Exception {
        ScriptedSftp.Script negative = new ScriptedSftp.Script() {
            @Override
            public long size() {
                return -1;
            }

            @Override
            public List<String> names(String directory) {
                return List.of("a.gz");
            }
        };
        try (SftpDestination destination = destination(negative)) {
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.look("a.gz"));
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.open("a.gz", 0, 5));
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.list(stored -> {}));
        }
    }

    @Test
    void namesThatLeadOutAreNoCopies() throws Exception {
        ScriptedSftp.Script odd = new ScriptedSftp.Script() {
            @Override
            public List<String> names(String directory) {
                return directory.equals("/copies/")
                        ? List.of(".", "..", "../b.gz", "/etc/c.gz", "sub/d.gz", "", "a.gz", "sub/..", "sub")
                        : List.of();
            }
        };
        List<String> listed = new ArrayList<>();
        try (SftpDestination destination = destination(odd)) {
            destination.list(stored -> listed.add(stored.name()));
        }
        assertThat(listed).containsExactly("a.gz");
    }

    @Test
    void namesOfManyKilobytesAreNotHeld() throws Exception {
        ScriptedSftp.Script wordy = new ScriptedSftp.Script() {
            @Override
            public List<String> names(String directory) {
                return List.of("a.gz", "n".repeat(20_000) + ".gz");
            }
        };
        try (SftpDestination destination = destination(wordy)) {
            assertThatThrownBy(() -> destination.list(stored -> {}))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_IO);
                        assertThat(e.failure().reason()).contains("a name has more than 4096 bytes");
                    });
        }
    }

    @Test
    void aTreeWithoutEndEnds() throws Exception {
        ScriptedSftp.Script deeper = new ScriptedSftp.Script() {
            @Override
            public List<String> names(String directory) {
                return List.of("a.gz", "d".repeat(200));
            }
        };
        List<String> listed = new ArrayList<>();
        try (SftpDestination destination = destination(deeper)) {
            destination.list(stored -> listed.add(stored.name()));
        }
        assertThat(listed).hasSizeLessThan(100).contains("a.gz");
    }
}
