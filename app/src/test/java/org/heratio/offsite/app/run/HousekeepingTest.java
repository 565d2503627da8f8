package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.JournalKeeper;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.AbandonedPuts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
    @TempDir
    private Path temp;

    @Test
    void clearsEachDestinationAgainAndAgainWhateverBecomesOfTheOthers() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (Ledger ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")))) {
            FaultyDestination dead = destination("dead");
            FaultyDestination well = destination("well");
            dead.failWith(ErrorCode.DESTINATION_UNREACHABLE);
            Path waits = unfinished("dead", ledger);
            Path first = unfinished("well", ledger);
            Housekeeping housekeeping = housekeeping(ledger, Duration.ofMillis(20));
            housekeeping.start(List.of(dead, well));
            try {
                await().until(() -> Files.notExists(first));
                Path second = unfinished("well", ledger);
                await().until(() -> Files.notExists(second));
                assertThat(waits).exists();
                dead.failWith(null);
                await().until(() -> Files.notExists(waits));
            } finally {
                housekeeping.stop();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void looksAgainAtTheEndForWhatSomebodyMightHaveGoneOnWith() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (Ledger ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")))) {
            FaultyDestination destination = destination("there");
            Path abandoned = unfinished("there", ledger);
            Path underWay =
                    Files.createFile(abandoned.resolveSibling(ledger.installationId() + ".4712-0123456789abcdef.part"));
            Lease lease = ledger.leases().take("copy:4712").orElseThrow();
            Housekeeping housekeeping = housekeeping(ledger, Duration.ofHours(1));
            housekeeping.start(List.of(destination));
            await().until(() -> Files.notExists(abandoned));
            await().until(() -> housekeeping.remembers(destination));
            assertThat(underWay).exists();
            lease.close();

            housekeeping.stop();

            assertThat(underWay).doesNotExist();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
        }
    }

    private Housekeeping housekeeping(Ledger ledger, Duration clearing) throws Exception {
        return new Housekeeping(
                new SpoolKeeper(ledger.payloads(), new Spool(temp.resolve("spool"))),
                new AbandonedPuts(ledger),
                new JournalKeeper(ledger.journal(), Duration.ofDays(1), 1000),
                clearing,
                new Watchdog());
    }

    private FaultyDestination destination(String name) throws Exception {
        FaultyDestination destination = new FaultyDestination(new LocalFsDestination(temp.resolve(name)));
        destination.put(new Payloads(Files.createDirectories(temp.resolve("payloads")), "owner")
                .request("makes the directory", new byte[1]));
        // somebody else's, and so kept: the directory is not to go while the test puts something there
        Path partial = Files.createDirectories(temp.resolve(name).resolve(".offsite-partial"));
        Files.createFile(partial.resolve("strange.4711-0123456789abcdef.part"));
        return destination;
    }

    private Path unfinished(String name, Ledger ledger) throws Exception {
        Path partial = temp.resolve(name).resolve(".offsite-partial");
        return Files.createFile(partial.resolve(ledger.installationId() + ".4711-0123456789abcdef.part"));
    }
}
