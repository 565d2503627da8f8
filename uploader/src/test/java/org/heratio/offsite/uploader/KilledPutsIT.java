package org.heratio.offsite.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.destination.rsync.RsyncDestination;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.destination.s3.S3Destination;
import org.heratio.offsite.destination.s3.S3Server;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.SealedArchives.Sealed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uploaders that are killed between a put and its record, again and again, and find another payload each time: the archive was sealed
 * anew. Each archive lies at the destination once in the end. {@code -Doffsite.killed.puts=200} makes the run longer, and
 * {@code -Doffsite.killed.seed} repeats one.
 */
@ExtendWith(SharedSsh.class)
class KilledPutsIT {
    private static final int ARCHIVES = Integer.getInteger("offsite.killed.puts", 5);
    private static final long SEED = Long.getLong("offsite.killed.seed", System.nanoTime());

    @TempDir
    Path temp;

    private final Random random = new Random(SEED);
    private final SshServer ssh;
    private Vertx vertx;
    private Ledger ledger;
    private Spool spool;
    private Path backups;

    KilledPutsIT(SshServer ssh) {
        this.ssh = ssh;
    }

    /** A destination as a process that was just started opens it. */
    interface Opener {
        Destination open() throws Exception;
    }

    @BeforeEach
    void openTheLedger() throws Exception {
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        spool = new Spool(temp.resolve("spool"));
        backups = Files.createDirectory(temp.resolve("backups"));
    }

    @AfterEach
    void closeTheLedger() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void leaveEachArchiveOnceInADirectory() throws Exception {
        leaveEachArchiveOnce("localfs", () -> new LocalFsDestination(temp.resolve("destination")));
    }

    @Test
    void leaveEachArchiveOnceInABucket() throws Exception {
        try (S3Server s3 = S3Server.start()) {
            leaveEachArchiveOnce(
                    "s3", () -> new S3Destination(s3.config(s3.port(), "heratio-backups", temp.resolve("state"))));
        }
    }

    @Test
    void leaveEachArchiveOnceAtAnSshAccount() throws Exception {
        leaveEachArchiveOnce(
                "rsync", () -> new RsyncDestination(ssh.config(temp.resolve("far side"), temp.resolve("state"))));
    }

    private void leaveEachArchiveOnce(String driver, Opener opener) throws Exception {
        SealedArchives archives =
                new SealedArchives(ledger, spool, backups, FileTime.fromMillis(1_704_164_645_000L), List.of(driver));
        for (int number = 0; number < ARCHIVES; number++) {
            String content = "payload of " + number;
            Sealed sealed = archives.sealed("a" + number + ".sql.gz", content);
            for (int kill = random.nextInt(4); kill > 0; kill--) {
                dieAfterPut(sealed, opener);
                spool.remove(sealed.payload().spoolFile());
                ledger.payloads().fileDeleted(sealed.payload().spoolFile());
                content += ", encrypted anew";
                sealed = archives.seal(sealed.version(), content);
                if (random.nextBoolean()) {
                    recordPendingPutAndDie(sealed, opener);
                }
            }
            upload(sealed, opener);
            assertRecorded(sealed, content, opener);
        }
        assertNothingElseLiesThere(opener);
    }

    private void dieAfterPut(Sealed sealed, Opener opener) throws Exception {
        try (Destination destination = opener.open()) {
            FaultyDestination faulty = new FaultyDestination(destination);
            faulty.dieAfterPut();
            assertThatThrownBy(() -> handle(sealed, faulty)).isInstanceOf(InterruptedException.class);
        }
    }

    private void recordPendingPutAndDie(Sealed sealed, Opener opener) throws Exception {
        try (Destination destination = opener.open()) {
            String path = destination.remotePath(sealed.version().remoteName() + ".gpg");
            ledger.copies().recordPendingPut(sealed.copy().id(), path, sealed.payload());
        }
    }

    private void upload(Sealed sealed, Opener opener) throws Exception {
        try (Destination destination = opener.open();
                Outcome.Done done = (Outcome.Done) handle(sealed, destination)) {
            var unused = done.step().record();
        }
    }

    private Outcome handle(Sealed sealed, Destination destination) throws Exception {
        return new UploadHandler(ledger, destination, spool, new BackupDirectory(backups), true)
                .handle(sealed.event(), new Attempt(1, (version, driver, done, total) -> {}));
    }

    private void assertRecorded(Sealed sealed, String content, Opener opener) throws Exception {
        Copy copy = ledger.copies().find(sealed.copy().id()).orElseThrow();
        try (Destination destination = opener.open();
                InputStream in = destination.open(destination.nameOf(copy.remotePath()), 0, Long.MAX_VALUE)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .as("seed %s", SEED)
                    .isEqualTo(content);
        }
        assertThat(copy.sha256()).isEqualTo(Payloads.sha256(content.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertNothingElseLiesThere(Opener opener) throws Exception {
        List<String> names = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < ARCHIVES; number++) {
            expected.add("a" + number + ".sql.gz.gpg");
        }
        try (Destination destination = opener.open()) {
            destination.list((Stored stored) -> names.add(stored.name()));
        }
        assertThat(names).as("seed %s", SEED).containsExactlyInAnyOrderElementsOf(expected);
    }
}
