package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of sealing, on a real ledger. */
class SealTurnsTest {
    private static final List<String> DRIVERS = List.of("localfs");
    private static final int BROKEN = 60;

    @TempDir
    Path dir;

    private final AtomicLong nanos = new AtomicLong();
    private EncryptorFixture fixture;
    private SealTurns turns;

    @BeforeEach
    void start() throws Exception {
        fixture = new EncryptorFixture(dir);
        turns = new SealTurns(fixture.ledger.pendingWork(), DRIVERS, nanos::get);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aDumpBehindManyBrokenArchivesHasItsTurnAmongTheFirst() throws Exception {
        List<Version> broken = settle("broken-", BROKEN);
        Version dump = settle("dump-", 1).get(0);

        List<ArchiveSettled> order = new ArrayList<>();
        for (Version version : broken.subList(0, 10)) {
            order.add(work(settled(version)));
        }

        assertThat(order).contains(settled(dump));
        assertThat(order).filteredOn(settled(dump)::equals).hasSize(1);
        assertThat(order).as("the others go on").hasSize(10).contains(settled(broken.get(0)));
    }

    @Test
    void aDumpThatComesLaterHasItsTurnSoonToo() throws Exception {
        List<Version> broken = settle("broken-", BROKEN);
        work(settled(broken.get(0)));
        work(settled(broken.get(1)));
        Version dump = settle("dump-", 1).get(0);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        List<ArchiveSettled> order = new ArrayList<>();
        for (Version version : broken.subList(2, 6)) {
            order.add(work(settled(version)));
        }
        assertThat(order).contains(settled(dump));
    }

    @Test
    void whatWasGoodBeforeThisProcessGoesBeforeManyNewNames() throws Exception {
        Version before = settle("dump-", 1).get(0);
        fixture.ledger.payloads().record(before.id(), "0".repeat(64), "p", "0".repeat(64), 1, true);
        List<Version> broken = new ArrayList<>();
        for (int i = 0; i < BROKEN; i++) {
            Path file = fixture.write("x".repeat(i + 1) + ".gz", new byte[] {1});
            broken.add(fixture.settle(file, "localfs"));
        }
        Version dump = fixture.settle(fixture.write("dump-2.gz", new byte[] {1}), "localfs");

        assertThat(work(settled(broken.get(0)))).as("one that is alone").isEqualTo(settled(broken.get(0)));
        assertThat(work(settled(broken.get(1)))).isEqualTo(settled(dump));
    }

    @Test
    void whatIsSealedElsewhereOnlyHasNoTurnHere() throws Exception {
        List<Version> broken = settle("broken-", 30);
        fixture.settle(fixture.write("dump-1.gz", new byte[] {1}), "s3");

        for (Version version : broken) {
            assertThat(work(settled(version)).path()).contains("broken-");
        }
    }

    @Test
    void aSingleArchiveCostsNoLookIntoTheLedger() throws Exception {
        JdbcLedger ledger = (JdbcLedger) fixture.ledger;
        for (Version version : settle("dump-", 5)) {
            long before = ledger.activity().statements();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(turns.inTurn(settled(version))).isEqualTo(settled(version));
            turns.began(version.id());
            turns.ended(version.id());
            assertThat(ledger.activity().statements()).isEqualTo(before);
        }
    }

    /** Gives up on the archive whose turn it is, and returns it. */
    private ArchiveSettled work(ArchiveSettled message) throws Exception {
        ArchiveSettled event = turns.inTurn(message);
        turns.began(event.versionId());
        turns.ended(event.versionId());
        fixture.ledger.versions().fail(event.versionId(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "broken", null));
        turns.failed(event.path());
        return event;
    }

    private List<Version> settle(String name, int count) throws Exception {
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            versions.add(fixture.settle(fixture.write(name + i + ".gz", new byte[] {1}), "localfs"));
        }
        return versions;
    }

    private static ArchiveSettled settled(Version version) {
        return new ArchiveSettled(version.id(), version.path());
    }
}
