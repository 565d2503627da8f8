package org.heratio.offsite.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.uploader.SealedArchives.Sealed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose upload goes first, on a real ledger. */
class UploadTurnsTest {
    private static final int MANY = 30;

    @TempDir
    Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nanos = new AtomicLong();
    private JdbcLedger ledger;
    private SealedArchives archives;
    private UploadTurns turns;

    @BeforeEach
    void start() throws Exception {
        ledger = (JdbcLedger) LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        archives = new SealedArchives(
                ledger,
                new Spool(temp.resolve("spool")),
                Files.createDirectory(temp.resolve("backups")),
                FileTime.fromMillis(1_704_164_645_000L),
                List.of("localfs"));
        turns = new UploadTurns(ledger, "localfs", nanos::get);
    }

    @AfterEach
    void stop() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void archivesThatComeOneByOneCostNoStatement() throws Exception {
        for (Sealed one : sealed("dump-", 5)) {
            long before = ledger.activity().statements();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());

            assertThat(take(one)).isEqualTo(one.event());

            assertThat(ledger.activity().statements()).isEqualTo(before);
        }
    }

    @Test
    void anArchiveThatIsSealedLaterHasItsTurnSoon() throws Exception {
        List<Sealed> others = sealed("uploads/file-", MANY);
        take(others.get(0));
        take(others.get(1));
        Sealed dump = sealed("database/dump-", 1).get(0);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        List<PayloadReady> order = new ArrayList<>();
        for (Sealed other : others.subList(2, 6)) {
            order.add(take(other));
        }
        assertThat(order).containsOnlyOnce(dump.event()).contains(others.get(2).event());
    }

    @Test
    void aTurnCostsOneStatementAndFourMoreIfItChangesHands() throws Exception {
        List<Sealed> others = sealed("uploads/file-", MANY);
        sealed("database/dump-", 10);
        take(others.get(0));
        take(others.get(1));

        Set<Long> kept = new HashSet<>();
        Set<Long> changed = new HashSet<>();
        for (Sealed other : others.subList(2, 10)) {
            long before = ledger.activity().statements();
            boolean same = take(other).equals(other.event());
            (same ? kept : changed).add(ledger.activity().statements() - before);
        }

        assertThat(kept).containsExactly(1L);
        assertThat(changed).containsExactly(5L);
    }

    @Test
    void aMessageWithNothingLeftToShipKeepsItsTurnAndIsNoLongerWaitedFor() throws Exception {
        List<Sealed> others = sealed("uploads/file-", MANY);
        Sealed dump = sealed("database/dump-", 1).get(0);
        take(others.get(0));
        take(others.get(1));
        ship(others.get(2));
        ship(dump);

        assertThat(turns.inTurn(others.get(2).event())).isEqualTo(others.get(2).event());
        assertThat(turns.inTurn(dump.event())).isEqualTo(dump.event());
        for (Sealed other : others.subList(3, 10)) {
            assertThat(turns.inTurn(other.event())).isNotEqualTo(dump.event());
        }
    }

    /** Else whatever was tried during an outage would have the last turn afterwards. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "DESTINATION_UNREACHABLE",
                "DESTINATION_FULL",
                "DESTINATION_READ_ONLY",
                "LEDGER_UNAVAILABLE",
                "LEDGER_REFUSED",
                "LEDGER_SLOW",
                "LEDGER_LOST",
                "INTERRUPTED"
            })
    void anOutageCountsAgainstNoArchive(ErrorCode outage) throws Exception {
        List<Sealed> others = sealed("uploads/file-", MANY);
        Sealed dump = sealed("database/dump-", 1).get(0);
        fail(others.get(0), true, ErrorCode.DESTINATION_BUSY);
        fail(dump, true, outage);

        assertThat(turns.inTurn(others.get(1).event())).isEqualTo(dump.event());
    }

    /** Another process may have the archive, and the failure may come of that. */
    @Test
    void aFailureWithoutTheLeaseCountsAgainstNoArchive() throws Exception {
        List<Sealed> others = sealed("uploads/file-", MANY);
        Sealed dump = sealed("database/dump-", 1).get(0);
        fail(others.get(0), true, ErrorCode.DESTINATION_BUSY);
        fail(dump, false, ErrorCode.DESTINATION_BUSY);

        assertThat(turns.inTurn(others.get(1).event())).isEqualTo(dump.event());
    }

    private void fail(Sealed one, boolean held, ErrorCode code) {
        assertThatThrownBy(() -> turns.during(one.version(), new FixedLease(held), () -> {
                    throw new FailureException(code, "a fault of the test's");
                }))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    private record FixedLease(boolean held) implements Lease {
        @Override
        public void close() {}
    }

    /** Takes a message, and returns the upload whose turn it is. */
    private PayloadReady take(Sealed message) throws Exception {
        PayloadReady event = turns.inTurn(message.event());
        turns.began(message.version().id());
        turns.ended(message.version().id());
        return event;
    }

    private void ship(Sealed one) throws Exception {
        long copy = one.copy().id();
        ledger.copies().recordPendingPut(copy, "/there/" + copy, one.payload());
        assertThat(ledger.copies().replicated(copy, "/there/" + copy, one.payload()))
                .isTrue();
    }

    private List<Sealed> sealed(String name, int count) throws Exception {
        List<Sealed> sealed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sealed.add(archives.sealed(name + i + ".gz", "payload " + i));
        }
        return sealed;
    }
}
