package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes on one H2 file that are killed: nothing that was acknowledged is lost, and those that live go on. */
@Timeout(HangLimit.TEST_SECONDS)
@ExtendWith(VertxExtension.class)
class H2LedgerKillIT {
    private static final List<String> LOCALFS = List.of("localfs");

    @TempDir
    Path directory;

    private final List<LedgerProcess> children = new ArrayList<>();

    @AfterEach
    void endAll() throws Exception {
        for (LedgerProcess child : children) {
            child.close();
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill(Vertx vertx) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            LedgerProcess child = start("write", "r" + round + "-");
            acknowledged.addAll(child.read(100 + 37 * round));
            child.kill();
            acknowledged.addAll(child.rest());
        }
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            Map<String, KnownArchive> known = ledger.versions().newest();
            assertThat(acknowledged).hasSizeGreaterThan(300);
            assertThat(known.keySet())
                    .containsAll(acknowledged.stream()
                            .map(name -> "/backups/" + name)
                            .toList());
            assertThat(known.values())
                    .allSatisfy(archive -> assertThat(archive.copies()).containsKey("localfs"))
                    .as("a version and its facts are one transaction")
                    .allSatisfy(archive -> assertThat(
                                    ledger.journal().story(archive.path(), Journal.Order.OLDEST_FIRST, null, 9))
                            .extracting(JournalEntry::kind)
                            .containsExactly(JournalEntry.Kind.LANDED, JournalEntry.Kind.SETTLED));
        }
    }

    @Test
    void goesOnWhenTheProcessThatOwnsTheFileIsKilled(Vertx vertx) throws Exception {
        LedgerProcess owner = start("write", "owner-");
        owner.read(5);
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            settle(ledger, "mine-1");
            owner.kill();
            // the connection is dead, and the lock file of the dead one lies there still
            settle(ledger, "mine-2");
            // now we own the file, and serve another
            LedgerProcess second = start("write", "second-");
            List<String> others = second.read(5);
            settle(ledger, "mine-3");
            second.kill();
            assertThat(ledger.versions().newest())
                    .containsKeys("/backups/mine-1", "/backups/mine-2", "/backups/mine-3");
            assertThat(ledger.versions().newest())
                    .containsKeys(
                            others.stream().map(name -> "/backups/" + name).toArray(String[]::new));
        }
    }

    @Test
    void goesOnWhileTheJavaMachineShutsDown(Vertx vertx) throws Exception {
        LedgerProcess child = start("drain");
        child.read(1);
        child.terminate();
        List<String> drained = child.rest();
        assertThat(child.last()).isEqualTo("closed");
        assertThat(drained).isNotEmpty();
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            assertThat(ledger.versions().newest())
                    .containsKeys(
                            drained.stream().map(name -> "/backups/" + name).toArray(String[]::new));
        }
    }

    private static void settle(Ledger ledger, String name) throws LedgerException {
        ledger.versions().settle(new ArchiveFile("/backups/" + name, name, 1, 1), 1, LOCALFS, false);
    }

    private LedgerProcess start(String what, String... more) throws IOException {
        LedgerProcess child = LedgerProcess.start(what, directory.toString(), more);
        children.add(child);
        return child;
    }
}
