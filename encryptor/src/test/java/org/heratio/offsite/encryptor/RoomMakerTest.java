package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.encryptor.EncryptorFixture.FIRST;
import static org.heratio.offsite.encryptor.EncryptorFixture.record;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.spool.Spool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomMakerTest {
    private static final List<String> BOTH = List.of("localfs", "s3");
    private static final long BUDGET = 15_000;

    @TempDir
    Path dir;

    private final AtomicLong nanos = new AtomicLong();
    private EncryptorFixture fixture;
    private RoomMaker room;

    @BeforeEach
    void start() throws Exception {
        fixture = new EncryptorFixture(dir);
        room = new RoomMaker(fixture.ledger, BOTH, new Spool(fixture.spoolDirectory, BUDGET), nanos::get);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Version settled(String name) throws Exception {
        return fixture.settle(fixture.write(name, Archives.gzip(10_000 + name.charAt(0))), "localfs", "s3");
    }

    private Version sealed(String name) throws Exception {
        Version version = settled(name);
        record(fixture.sealHandler(true).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        return version;
    }

    private long statementsOfALook(Version version, long bytes) throws Exception {
        JdbcLedger ledger = (JdbcLedger) fixture.ledger;
        List<Copy> copies = ledger.copies().ofVersion(version.id());
        long before = ledger.activity().statements();
        room.makeFor(copies, bytes);
        return ledger.activity().statements() - before;
    }

    @Test
    void aLookThatFoundTooLittleCountsForSecondsAndForAllThatNeedAsMuch() throws Exception {
        sealed("a.sql.gz");
        Version fresh = settled("b.sql.gz");
        assertThat(statementsOfALook(fresh, 10_000)).isPositive();

        assertThat(statementsOfALook(fresh, 10_000)).isZero();
        assertThat(statementsOfALook(settled("c.sql.gz"), 11_000)).isZero();
        assertThat(statementsOfALook(fresh, 9_000)).as("less may be there").isPositive();

        nanos.addAndGet(RoomMaker.REMEMBERED.toNanos());
        assertThat(statementsOfALook(fresh, 10_000)).isPositive();
    }

    @Test
    void aVersionIsWantedIfItsDestinationGetsNoOtherPayloadSoon() throws Exception {
        Version refused = sealed("a.sql.gz");
        fixture.ship(refused, "localfs", CopyState.VERIFIED);
        fixture.failPuts(refused, "s3");
        Version other = fixture.settle(fixture.write("b.sql.gz", Archives.gzip(9_000)), "s3");
        assertThat(room.isWanted(fixture.ledger.copies().ofVersion(other.id()))).isFalse();

        fixture.failPuts(refused, "s3", RoomMaker.UNTIL_TAKEN.plusMinutes(5));

        assertThat(room.isWanted(fixture.ledger.copies().ofVersion(other.id()))).isTrue();
    }
}
