package org.heratio.offsite.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbandonedPutsTest {
    @TempDir
    private Path temp;

    private Vertx vertx;
    private Ledger ledger;
    private LocalFsDestination destination;
    private Copy copy;
    private Version version;
    private Payload payload;

    @BeforeEach
    void sealAnArchive() throws Exception {
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        destination = new LocalFsDestination(temp.resolve("destination"));
        destination.put(new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner")
                .request("makes the directory", new byte[1]));
        version = ledger.versions()
                .settle(
                        new ArchiveFile("/backups/a.gz", "a.gz", 7, 1),
                        System.currentTimeMillis(),
                        List.of("localfs"),
                        true);
        payload = ledger.payloads()
                .record(version.id(), "a".repeat(64), "", "a".repeat(64), 7, false)
                .orElseThrow();
        copy = ledger.copies().ofVersion(version.id()).get(0);
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void keepsWhatTheNextTryTakesUp() throws Exception {
        Path unfinished = unfinished(TransferId.of(copy.id(), version, payload).toString());
        assertThat(clear()).as("something stays").isTrue();
        assertThat(unfinished).exists();
    }

    @Test
    void removesWhatNoTryTakesUp() throws Exception {
        Path ofAnOldPayload = unfinished(copy.id() + "-0123456789abcdef");
        Path ofNoCopy = unfinished("4711-0123456789abcdef");
        ledger.copies().fail(copy.id(), new Failure(ErrorCode.DESTINATION_DENIED, "denied", null));
        Path ofAFailedCopy =
                unfinished(TransferId.of(copy.id(), version, payload).toString());
        assertThat(clear()).as("something stays").isFalse();
        assertThat(ofAnOldPayload).doesNotExist();
        assertThat(ofNoCopy).doesNotExist();
        assertThat(ofAFailedCopy).doesNotExist();
    }

    @Test
    void leavesAPutAloneThatIsUnderWayWithAnOldPayload() throws Exception {
        Path unfinished = unfinished(copy.id() + "-0123456789abcdef");
        try (Lease lease = ledger.leases().take("copy:" + copy.id()).orElseThrow()) {
            assertThat(clear()).as("something stays").isTrue();
            assertThat(lease.held()).isTrue();
            assertThat(unfinished).exists();
        }
        assertThat(clear()).as("something stays").isFalse();
        assertThat(unfinished).doesNotExist();
        assertThat(ledger.leases().take("copy:" + copy.id())).as("given back").isPresent();
    }

    private boolean clear() throws Exception {
        return new AbandonedPuts(ledger).clear(destination);
    }

    /** As a process leaves it that was killed. */
    private Path unfinished(String transferId) throws Exception {
        Path partial = Files.createDirectories(temp.resolve("destination/.offsite-partial"));
        return Files.createFile(partial.resolve(ledger.installationId() + "." + transferId + ".part"));
    }
}
