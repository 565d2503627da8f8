package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rented hosts that run rsync and sftp, and answer any other command with a word of their own. */
@ExtendWith(SharedSsh.class)
class StorageBoxIT {
    private static final String SAID = "Command not found. Use 'help' to get a list of available commands.";

    private final SshServer server;

    @TempDir
    private Path temp;

    private Path far;
    private PutRequest request;

    StorageBoxIT(SshServer server) {
        this.server = server;
    }

    @BeforeEach
    void makePayload() throws Exception {
        far = Files.createDirectories(temp.resolve("far"));
        request = new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner")
                .request("sub dir/a.gz", Payloads.bytes(300_000));
    }

    /** The product knows the words of each refusal but the last. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo \"" + SAID + "\" >&2; exit 8",
                "echo \"" + SAID + "\"; exit 8",
                "echo \"" + SAID + "\"; exit 0",
                "echo '*** unknown command: exec' >&2; exit 1",
                "echo Nein. >&2; exit 7"
            })
    void aHostThatRunsNothingButRsyncIsUsedByRsync(String refusal) throws Exception {
        answers(refusal);
        try (RsyncDestination destination = new RsyncDestination(config())) {
            destination.put(request);
            assertThat(destination.stat(request.name()))
                    .contains(new Stored(request.name(), request.size(), request.sha256()));
        }
        // each of them may be the first thing that a process does
        try (RsyncDestination destination = new RsyncDestination(config());
                InputStream in = destination.open(request.name(), 0, request.size())) {
            assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(request.file()));
        } catch (FailureException e) {
            assertThat(refusal).as(e.getMessage()).contains("Nein");
            assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_IO);
        }
        try (RsyncDestination destination = new RsyncDestination(config())) {
            destination.probe();
            List<Stored> listed = new ArrayList<>();
            destination.list(listed::add);
            assertThat(listed).containsExactly(new Stored(request.name(), request.size(), null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo \"" + SAID + "\" >&2; exit 8", "echo \"" + SAID + "\"; exit 0"})
    void listsAndHashesFirst(String refusal) throws Exception {
        answers(refusal);
        try (RsyncDestination destination = new RsyncDestination(config())) {
            destination.list(stored -> {});
        }
        try (RsyncDestination destination = new RsyncDestination(config())) {
            assertThat(destination.remoteChecksum("a.gz", 1, done -> {})).isEmpty();
        }
    }

    @Test
    void theDoctorSaysThatThereIsNoShell() throws Exception {
        answers("echo \"" + SAID + "\" >&2; exit 8");
        try (RsyncDoctor doctor = new RsyncDoctor(config())) {
            assertThat(doctor.examine())
                    .extracting(Finding::text)
                    .anyMatch(text -> text.contains("may run rsync alone") && text.contains("no shell"));
        }
    }

    @Test
    void aHostWithoutRsyncFailsOnceAndNamesSftp() throws Exception {
        server.forceCommand("echo \"" + SAID + "\" >&2; exit 8");
        try (RsyncDestination destination = new RsyncDestination(config())) {
            assertThatThrownBy(() -> destination.put(request)).isInstanceOfSatisfying(FailureException.class, e -> {
                assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_MISCONFIGURED);
                assertThat(e.failure().reason()).contains(SAID);
                assertThat(e.failure().hint()).contains("BACKUP_OFFSITE_DRIVER=sftp");
            });
            assertThat(destination.restricted()).isFalse();
        }
    }

    /** A start file that prints something breaks rsync too. */
    @Test
    void aShellThatIsNotCleanIsNoStorageBox() throws Exception {
        server.forceCommand("echo Welcome; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        try (RsyncDestination destination = new RsyncDestination(config())) {
            assertThatThrownBy(destination::probe)
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().hint()).contains(".bashrc"));
            assertThat(destination.restricted()).isFalse();
        }
    }

    /** A script that starts and then fails proves that the host has a shell. */
    @Test
    void aScriptThatFailsMidwayIsNoStorageBox() throws Exception {
        server.forceCommand("case \"$SSH_ORIGINAL_COMMAND\" in *rsync*) exec sh -c \"$SSH_ORIGINAL_COMMAND\" ;; esac;"
                + " echo marked; echo 'Input/output error' >&2; exit 5");
        try (RsyncDestination destination = new RsyncDestination(config())) {
            assertFails(ErrorCode.DESTINATION_IO, destination::probe);
            assertThat(destination.restricted()).isFalse();
        }
    }

    /** As a host that is short of memory for a moment. */
    @Test
    void aFirstScriptThatIsKilledIsNoStorageBox() throws Exception {
        Path killed = temp.resolve("killed");
        server.forceCommand("if [ ! -e " + killed + " ]; then touch " + killed
                + "; exit 137; fi; exec sh -c \"$SSH_ORIGINAL_COMMAND\"");
        try (RsyncDestination destination = new RsyncDestination(config())) {
            assertFails(ErrorCode.DESTINATION_IO, destination::probe);
            destination.probe();
            assertThat(destination.restricted()).isFalse();
        }
    }

    private void answers(String refusal) throws Exception {
        server.forceCommand(
                "case \"$SSH_ORIGINAL_COMMAND\" in 'rsync --server'*) exec sh -c \"$SSH_ORIGINAL_COMMAND\" ;; esac; "
                        + refusal);
    }

    private RsyncConfig config() {
        return server.config(far, temp.resolve("state"));
    }
}
