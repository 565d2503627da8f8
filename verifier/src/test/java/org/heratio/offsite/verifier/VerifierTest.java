package org.heratio.offsite.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.CopyVerified;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.Backoff;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.GuardedHandler;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.stage.ManualClock;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class VerifierTest {

    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Duration TRUST = Duration.ofHours(12);
    private static final Attempt ATTEMPT = new Attempt(1, (version, driver, done, total) -> {});

    @TempDir
    Path temp;

    private final ManualClock clock = new ManualClock();
    private Vertx vertx;
    private Ledger ledger;
    private Path root;
    private Payloads payloads;
    private FaultyDestination destination;
    private AskedFor asked;
    private CheckHandler<CopyReplicated> fresh;
    private CheckHandler<CopyDue> due;

    @BeforeEach
    void setUp() throws Exception {
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")), clock);
        root = temp.resolve("destination");
        payloads = new Payloads(Files.createDirectory(temp.resolve("payloads")), ledger.installationId());
        destination = new FaultyDestination(new LocalFsDestination(root));
        asked = asked(LastDue.Times.NEVER);
        fresh = CheckHandler.ofNewCopies(ledger, destination, true, asked);
        due = CheckHandler.ofSweeps(ledger, destination, true, asked);
    }

    @AfterEach
    void tearDown() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void provesACopyFromItsBytes() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(3_000_000));

        List<Event> events = record(fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT));

        assertThat(events).containsExactly(new CopyVerified(id, "localfs", 3_000_000));
        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
        assertThat(copy(id).provedAt()).isNotNull();
        assertThat(destination.opens()).isEqualTo(1);
    }

    @Test
    void provesAnEmptyCopy() throws Exception {
        long id = shipped("empty.gz", new byte[0]);
        assertThat(check(id)).containsExactly(new CopyVerified(id, "localfs", 0));
    }

    @Test
    void doesNotReadAgainWhatIsToldTwice() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        CopyReplicated event = new CopyReplicated(id, "localfs");
        List<Event> first = record(fresh.handle(event, ATTEMPT));

        assertThat(record(fresh.handle(event, ATTEMPT))).isEqualTo(first);
        assertThat(destination.opens()).isEqualTo(1);
        // but a sweep does
        check(id);
        assertThat(destination.opens()).isEqualTo(2);
    }

    @Test
    void findsARottenCopyAlthoughItsSidecarIsRight() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(500_000));
        check(id);
        payloads.flipAByte(root.resolve("a.gz"), 400_000);

        List<Event> events = check(id);

        assertThat(events).hasSize(2);
        assertThat(events.get(0))
                .isInstanceOfSatisfying(
                        CopyFailed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.COPY_CORRUPT));
        assertThat(events.get(1)).isEqualTo(new RepairRequested(id, "localfs"));
        assertThat(copy(id).state()).isEqualTo(CopyState.CORRUPT);
        assertThat(ledger.view().history(1, null).get(0).status()).isEqualTo("failed");
    }

    @Test
    void findsACopyThatIsTooShortOrTooLong() throws Exception {
        long id = shipped("a.gz", bytes("12345"));
        Files.writeString(root.resolve("a.gz"), "1234");
        assertThat(check(id)).hasSize(2);
        assertThat(copy(id).error()).contains("only 4 of 5 bytes");
        Files.writeString(root.resolve("a.gz"), "12345678");
        check(id);
        assertThat(copy(id).error()).contains("more than its 5 bytes");
        assertThat(copy(id).state()).isEqualTo(CopyState.CORRUPT);
    }

    @Test
    void findsACopyMissing() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));

        List<Event> events = check(id);

        assertThat(events).hasSize(2).contains(new RepairRequested(id, "localfs"));
        assertThat(copy(id).state()).isEqualTo(CopyState.MISSING);
        assertThat(copy(id).errorCode()).isEqualTo("COPY_MISSING");
    }

    @Test
    void takesADirectoryInItsPlaceForMissing() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));
        Files.createDirectory(root.resolve("a.gz"));
        check(id);
        assertThat(copy(id).state()).isEqualTo(CopyState.MISSING);
    }

    @Test
    void callsACopyMissingAtWhoseNameAnotherInstallationsLies() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        destination.delete("a.gz");
        Payloads others = new Payloads(Files.createDirectory(temp.resolve("others")), "another");
        destination.put(others.request("a.gz", bytes("theirs")));

        assertThat(check(id)).hasSize(2).contains(new RepairRequested(id, "localfs"));

        assertThat(copy(id).state()).isEqualTo(CopyState.MISSING);
        assertThat(copy(id).error()).contains("another installation, another,");
    }

    @Test
    void asksForRepairOnlySoOften() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));

        assertThat(check(id)).hasSize(2);
        assertThat(check(id)).hasSize(2);
        assertThat(check(id)).hasSize(1);
    }

    @Test
    void promisesNoRepairOfWhichNobodyKnowsWhetherItCanBeMade() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));

        assertThat(errorsOf(() -> check(id)))
                .singleElement()
                .asString()
                .contains("DAMAGED COPY", "a repair begins by itself; if nothing is left", "'given up' follows")
                .doesNotContain("shipped again by itself");
        check(id);
        assertThat(errorsOf(() -> check(id)))
                .singleElement()
                .asString()
                .contains("it is not repaired by itself; while its archive is here, ship it again");
    }

    private static List<String> errorsOf(Callable<?> work) throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(VerdictRecorder.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        log.setLevel(Level.ERROR);
        try {
            work.call();
            return logged.list.stream()
                    .filter(event -> event.getLevel() == Level.ERROR)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        } finally {
            log.setLevel(null);
            log.detachAppender(logged);
        }
    }

    @Test
    void leavesRepairToPeopleWhenTheyWantIt() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));
        CheckHandler<CopyDue> manual = CheckHandler.ofSweeps(ledger, destination, false, asked);

        assertThat(record(manual.handle(new CopyDue(id, "localfs"), ATTEMPT)))
                .hasSize(1)
                .allMatch(CopyFailed.class::isInstance);
    }

    @Test
    void countsOneDamageOnceWhenTheLedgerFailsInTheMiddle() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));
        Outcome outcome = due.handle(new CopyDue(id, "localfs"), ATTEMPT);
        assertThat(record(outcome)).hasSize(2);
        assertThat(record(outcome)).as("what follows is published all the same").hasSize(2);
        assertThat(copy(id).repairs()).isEqualTo(1);
    }

    @Test
    void keepsTheLeaseUntilItsVerdictIsRecorded() throws Exception {
        long id = shipped("a.gz", bytes("a"));

        Outcome outcome = due.handle(new CopyDue(id, "localfs"), ATTEMPT);

        assertThat(ledger.leases().take("copy:" + id)).isEmpty();
        record(outcome);
        assertThat(ledger.leases().take("copy:" + id)).isPresent();
    }

    @Test
    void raisesNoAlarmAboutACopyThatWasProvedSinceItWasRead() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.delete(root.resolve("a.gz"));
        Outcome late = due.handle(new CopyDue(id, "localfs"), ATTEMPT);
        ledger.proofs().record(id, Payloads.sha256(bytes("a")));

        assertThat(record(late)).isEmpty();

        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
    }

    @Test
    void changesNothingWhileTheDestinationIsAway() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        Copy proved = copy(id);
        Files.move(root, temp.resolve("away"));

        for (boolean mountPoint : new boolean[] {false, true}) {
            if (mountPoint) {
                Files.createDirectory(root);
            }
            assertFails(ErrorCode.DESTINATION_UNREACHABLE, id);
        }
        Failure failure = new Failure(ErrorCode.DESTINATION_UNREACHABLE, "not mounted", null);
        assertThat(due.giveUp(new CopyDue(id, "localfs"), failure)).isEmpty();

        assertThat(copy(id)).isEqualTo(proved);
    }

    @Test
    void takesNoBrokenConnectionForCorruption() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        destination.streams(in -> FaultyDestination.cut(in, 300_000, true));
        assertFails(ErrorCode.DESTINATION_IO, id);
        AtomicInteger reads = new AtomicInteger();
        destination.streams(in -> FaultyDestination.cut(in, 300_000 + reads.getAndIncrement(), false));
        assertFails(ErrorCode.DESTINATION_IO, id);
        assertThat(copy(id).state()).isEqualTo(CopyState.REPLICATED);

        destination.streams(in -> in);
        assertThat(check(id)).hasSize(1);
    }

    @Test
    void callsACopyCorruptWhoseStreamBreaksAtTheSameByteInTwoAttempts() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        check(id);
        destination.streams(in -> FaultyDestination.cut(in, 600_000, true));

        assertBreaksOff(id);
        assertThatThrownBy(() -> due.handle(new CopyDue(id, "localfs"), ATTEMPT))
                .as("at the same moment")
                .isInstanceOf(BrokenOffException.class);
        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);

        assertThat(check(id)).contains(new RepairRequested(id, "localfs"));
        assertThat(copy(id).state()).isEqualTo(CopyState.CORRUPT);
        assertThat(copy(id).error()).contains("breaks off after the same 600000 of 1000000 bytes");
    }

    @Test
    void callsNoCopyCorruptWhoseStreamBreaksElsewhereOrBehindOtherBytesOrAtOnce() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        check(id);
        for (long at : List.of(600_000L, 500_000L, 600_000L, 0L, 0L)) {
            destination.streams(in -> FaultyDestination.cut(in, at, true));
            assertBreaksOff(id);
        }
        payloads.flipAByte(root.resolve("a.gz"), 100);
        destination.streams(in -> FaultyDestination.cut(in, 600_000, true));
        assertBreaksOff(id);
        payloads.flipAByte(root.resolve("a.gz"), 100);
        assertBreaksOff(id);

        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
    }

    @Test
    void callsNoCopyCorruptThatBreaksOffWhileItsDestinationIsDown() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        check(id);
        destination.streams(in -> FaultyDestination.cut(in, 600_000, true));
        assertBreaksOff(id);
        destination.streams(in -> {
            destination.failWith(ErrorCode.DESTINATION_UNREACHABLE);
            return FaultyDestination.cut(in, 600_000, true);
        });

        assertThatThrownBy(() -> check(id)).hasMessageContaining("DESTINATION_UNREACHABLE");

        destination.failWith(null);
        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
    }

    private void assertBreaksOff(long id) {
        assertThatThrownBy(() -> check(id)).isInstanceOf(BrokenOffException.class);
    }

    @Test
    void callsACopyCorruptThatEndsAtTheSameByteTwiceAlthoughTheStoreSaysItIsWhole() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        destination.streams(in -> FaultyDestination.cut(in, 500_000, false));

        assertThat(check(id)).hasSize(2).contains(new RepairRequested(id, "localfs"));

        assertThat(copy(id).state()).isEqualTo(CopyState.CORRUPT);
        assertThat(copy(id).error()).contains("after 500000 of 1000000 bytes each time", "states 1000000");
    }

    @Test
    void oneCopyThatIsAlwaysCutLeavesTheBreakerOfItsDestinationClosed() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000_000));
        Breaker breaker =
                new Breaker(vertx, "verifier:localfs", Breaker.NO_READS, destination::probe, Breaker.BACKOFF, clock);
        GuardedHandler<CopyDue> guarded = new GuardedHandler<>(due, event -> breaker);
        AtomicInteger reads = new AtomicInteger();
        for (boolean loudly : new boolean[] {true, false}) {
            destination.streams(in -> FaultyDestination.cut(in, 300_000 + reads.getAndIncrement(), loudly));
            for (int attempt = 0; attempt < 5; attempt++) {
                clock.advance(A_DAY);
                assertThatThrownBy(() -> guarded.handle(new CopyDue(id, "localfs"), ATTEMPT))
                        .isInstanceOf(FailureException.class);
            }
        }
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void aDestinationThatComesBackReadOnlyIsRead() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), 1 << 20)) {
            Path mount = Files.createSymbolicLink(temp.resolve("vault"), disk.path());
            LocalFsDestination vault = new LocalFsDestination(mount);
            long id = ShippedCopies.ship(ledger, vault, payloads, "a.gz", bytes("a"));
            Breaker breaker = new Breaker(
                    vertx,
                    "verifier:localfs",
                    Breaker.NO_READS,
                    vault::probe,
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)),
                    clock);
            GuardedHandler<CopyDue> guarded =
                    new GuardedHandler<>(CheckHandler.ofSweeps(ledger, vault, true, asked), event -> breaker);
            Files.delete(mount);
            disk.readOnly();
            for (int failures = 0; failures < 3; failures++) {
                assertThatThrownBy(() -> guarded.handle(new CopyDue(id, "localfs"), ATTEMPT))
                        .isInstanceOf(FailureException.class);
            }
            assertThat(breaker.isOpen()).isTrue();
            Files.createSymbolicLink(mount, disk.path());

            await().atMost(HangLimit.STEP).until(() -> !breaker.isOpen());

            assertThat(record(guarded.handle(new CopyDue(id, "localfs"), ATTEMPT)))
                    .containsExactly(new CopyVerified(id, "localfs", 1));
        }
    }

    @Test
    void readsOnceMoreBeforeItCallsACopyCorrupt() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000));
        AtomicInteger reads = new AtomicInteger();
        destination.streams(in -> reads.incrementAndGet() == 1 ? new ByteArrayInputStream(new byte[1_000]) : in);

        assertThat(check(id)).containsExactly(new CopyVerified(id, "localfs", 1_000));
        assertThat(destination.opens()).isEqualTo(2);
    }

    @Test
    void saysNothingOfACopyThatReadsDifferentlyEachTime() throws Exception {
        long id = shipped("a.gz", Payloads.bytes(1_000));
        AtomicInteger reads = new AtomicInteger();
        destination.streams(in -> {
            byte[] noise = new byte[1_000];
            noise[0] = (byte) reads.incrementAndGet();
            return new ByteArrayInputStream(noise);
        });

        assertFails(ErrorCode.DESTINATION_IO, id);
        assertThat(copy(id).state()).isEqualTo(CopyState.REPLICATED);
    }

    @Test
    void waitsWhileACopyIsShipped() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        try (Lease lease = ledger.leases().take("copy:" + id).orElseThrow()) {
            assertThat(due.handle(new CopyDue(id, "localfs"), ATTEMPT)).isInstanceOf(Outcome.Later.class);
            assertThat(lease.held()).isTrue();
        }
    }

    @Test
    void refusesWhatTheLedgerDoesNotKnow() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        for (CopyDue event : List.of(new CopyDue(4711, "localfs"), new CopyDue(id, "s3"))) {
            assertThatThrownBy(() -> due.handle(event, ATTEMPT))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.MESSAGE_FORGED));
        }
    }

    @Test
    void saysThatACopyLiesElsewhereThanTheDestinationIsConfiguredNow() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        LocalFsDestination moved = new LocalFsDestination(temp.resolve("elsewhere"));
        CheckHandler<CopyDue> handler = CheckHandler.ofSweeps(ledger, moved, true, asked);

        assertThatThrownBy(() -> handler.handle(new CopyDue(id, "localfs"), ATTEMPT))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_MISCONFIGURED));
        assertThat(copy(id).state()).isEqualTo(CopyState.REPLICATED);
    }

    @Test
    void sweepsWhatIsUnproved() throws Exception {
        long one = shipped("a.gz", bytes("a"));
        long two = shipped("b.gz", bytes("b"));
        check(one);
        clock.advance(A_DAY);
        SweepHandler sweep = sweep("localfs");

        assertThat(record(sweep.handle(new VerifyRequested("", false, null, null), ATTEMPT)))
                .containsExactly(new CopyDue(two, "localfs", clock.millis()));
        assertThat(record(sweep.handle(new VerifyRequested("", true, null, null), ATTEMPT)))
                .containsExactly(
                        new CopyDue(two, "localfs", clock.millis()), new CopyDue(one, "localfs", clock.millis()));
        assertThat(record(sweep.handle(new VerifyRequested("", true, "2999-01-01", null), ATTEMPT)))
                .isEmpty();
        assertThat(record(sweep.handle(new VerifyRequested("", true, null, "s3"), ATTEMPT)))
                .isEmpty();
    }

    @Test
    void readsACopyOnceHoweverManySweepsHaveAskedForItMeanwhile() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        long proved = copy(id).provedAt();
        requested("request-1");

        assertThat(record(due.handle(new CopyDue(id, "localfs", proved), ATTEMPT)))
                .containsExactly(new CopyVerified(id, "localfs", 1));
        assertThat(destination.opens()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        requested("request-2");
        record(due.handle(new CopyDue(id, "localfs", proved + 1), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(2);
        record(due.handle(new CopyDue(id, "localfs", proved + 1), ATTEMPT));
        assertThat(destination.opens()).as("the request has its answer").isEqualTo(2);
    }

    @Test
    void anOldMessageAnswersNoNewerRequestWithoutARead() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        CopyDue old = new CopyDue(id, "localfs", clock.millis());
        check(id);
        clock.advance(Duration.ofHours(1));
        requested("request-1");
        Files.writeString(root.resolve("a.gz"), "x");

        assertThat(record(due.handle(old, ATTEMPT))).anyMatch(CopyFailed.class::isInstance);

        assertThat(outcome("request-1")).isEqualTo("CORRUPT");
    }

    @Test
    void aRequestThatIsOpenedWhileAProofIsToldWaitsForItsOwnRead() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        Outcome told = due.handle(new CopyDue(id, "localfs", copy(id).provedAt()), ATTEMPT);
        clock.advance(Duration.ofHours(1));
        requested("request-1");

        record(told);

        assertThat(outcome("request-1")).isNull();
        record(due.handle(new CopyDue(id, "localfs", clock.millis()), ATTEMPT));
        assertThat(outcome("request-1")).isEqualTo("INTACT");
        assertThat(destination.opens()).isEqualTo(2);
    }

    private String outcome(String request) throws Exception {
        return ledger.requests().status(request).orElseThrow().items().get(0).outcome();
    }

    /** As {@code verify-integrity --all}. */
    private void requested(String id) throws Exception {
        ledger.requests().open(id, "verify");
        assertThat(record(sweep("localfs").handle(new VerifyRequested(id, true, null, null), ATTEMPT)))
                .isNotEmpty();
    }

    @Test
    void aRecentProofSatisfiesWhatNobodyAskedFor() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        for (Long at : new Long[] {null, clock.millis(), Long.MAX_VALUE}) {
            clock.advance(Duration.ofHours(1));
            assertThat(record(due.handle(new CopyDue(id, "localfs", at), ATTEMPT)))
                    .containsExactly(new CopyVerified(id, "localfs", 1));
        }
        assertThat(destination.opens()).isEqualTo(1);

        clock.advance(TRUST);
        record(due.handle(new CopyDue(id, "localfs", copy(id).provedAt()), ATTEMPT));
        assertThat(destination.opens()).as("for a sweep before the proof").isEqualTo(1);
        record(due.handle(new CopyDue(id, "localfs"), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(2);
    }

    @Test
    void aSweepThatIsDueReadsWhatWasProvedBefore() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        clock.advance(Duration.ofHours(1));
        ledger.schedules().advance("sweep", null, clock.millis());

        List<Event> events = record(sweep("localfs").handle(new VerifyRequested("", true, null, null), ATTEMPT));

        assertThat(events).containsExactly(new CopyDue(id, "localfs", clock.millis()));
        record(due.handle((CopyDue) events.get(0), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(2);
    }

    @Test
    void aSweepReadsWhatWasProvedBeforeAlsoIfItIsQuickerThanTheRecordOfItsSchedule() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        clock.advance(Duration.ofHours(1));
        Instant at = clock.instant().plusSeconds(1); // the clock of the host that asks is ahead
        AskedFor scheduled = asked(until -> Optional.of(at).filter(due -> !due.isAfter(until)));
        SweepHandler sweep = sweep(scheduled, down -> false, "localfs");

        List<Event> events = record(sweep.handle(new VerifyRequested("", true, null, null), ATTEMPT));

        assertThat(events).containsExactly(new CopyDue(id, "localfs", clock.millis()));
        CheckHandler<CopyDue> handler = CheckHandler.ofSweeps(ledger, destination, true, scheduled);
        record(handler.handle((CopyDue) events.get(0), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            record(handler.handle(new CopyDue(id, "localfs"), ATTEMPT));
            clock.advance(Duration.ofSeconds(30));
        }
        assertThat(destination.opens()).as("once for each sweep").isEqualTo(2);
    }

    @Test
    void theLastPageOfASweepIsRepeatedForItsRequestHoweverLateThatIs() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        clock.advance(Duration.ofHours(1));
        requested("request-1");
        clock.advance(Duration.ofHours(2));

        assertThat(record(sweep("localfs").handle(new VerifyRequested("request-1", true, null, null), ATTEMPT)))
                .containsExactly(new CopyDue(id, "localfs", clock.millis()));
        assertThat(ledger.requests().status("request-1").orElseThrow().items()).hasSize(1);
    }

    @Test
    void aSweepThatNobodyAskedForReadsNothingThatWasReadToday() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        clock.advance(Duration.ofHours(1));
        for (String request : List.of("", "never-opened")) {
            for (String after : new String[] {null, Long.MAX_VALUE / 10_000 + " 0 0 proved 0 0"}) {
                VerifyRequested all = new VerifyRequested(request, true, null, null, after);
                assertThat(record(sweep("localfs").handle(all, ATTEMPT))).isEmpty();
            }
        }
        requested("request-1");
        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
    }

    @Test
    void aCopyThatIsNotProvedIsReadOnceAnHourUnlessARequestWaits() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.writeString(root.resolve("a.gz"), "x");
        for (int i = 0; i < 10; i++) {
            record(due.handle(new CopyDue(id, "localfs"), ATTEMPT));
            record(fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT));
        }
        assertThat(destination.opens()).as("twice, since it is wrong").isEqualTo(2);
        assertThat(copy(id).repairs()).isEqualTo(1);

        requested("request-1");
        record(due.handle(new CopyDue(id, "localfs"), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(4);
        clock.advance(Duration.ofHours(1));
        record(due.handle(new CopyDue(id, "localfs"), ATTEMPT));
        assertThat(destination.opens()).isEqualTo(6);
    }

    @Test
    void aCopyThatCannotBeReadIsTriedAsOftenAsItIsRetried() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        destination.streams(in -> FaultyDestination.cut(in, 0, true));
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            try (Outcome outcome = fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT)) {
                assertThat(outcome).isInstanceOf(Outcome.Done.class);
            } catch (FailureException e) {
                failures++;
            }
        }
        assertThat(failures).isEqualTo(6);
    }

    @Test
    void aVerdictThatTheLedgerDoesNotTakeIsFoundAgain() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        CopyReplicated event = new CopyReplicated(id, "localfs");
        // its step fails for good, and the message comes again
        fresh.handle(event, ATTEMPT).close();

        assertThat(record(fresh.handle(event, ATTEMPT))).containsExactly(new CopyVerified(id, "localfs", 1));
    }

    @Test
    void aCopyThatIsShippedAgainIsProvedAtOnce() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        Files.writeString(root.resolve("a.gz"), "x");
        assertThat(record(fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT)))
                .hasSize(2);
        clock.advance(Duration.ofSeconds(1));
        Copy damaged = copy(id);
        destination.put(payloads.request("a.gz", bytes("a")));
        assertThat(ledger.copies()
                        .replicated(
                                id,
                                damaged.remotePath(),
                                ledger.payloads().ofVersion(damaged.versionId()).orElseThrow()))
                .isTrue();

        assertThat(record(fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT)))
                .containsExactly(new CopyVerified(id, "localfs", 1));
    }

    @Test
    void theDailySweepLeavesOutWhatIsDownAndARequestDoesNot() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        ledger.requests().open("request-1", "verify");
        SweepHandler sweep = sweep(asked, "localfs"::equals, "localfs");

        assertThat(record(sweep.handle(new VerifyRequested("", true, null, null), ATTEMPT)))
                .isEmpty();
        assertThat(record(sweep.handle(new VerifyRequested("request-1", true, null, null), ATTEMPT)))
                .containsExactly(new CopyDue(id, "localfs", clock.millis()));
    }

    @Test
    void skipsDestinationsThatAreNotConfigured() throws Exception {
        shipped("a.gz", bytes("a"));
        ledger.requests().open("request-1", "verify");
        SweepHandler sweep = sweep("s3");

        assertThat(record(sweep.handle(new VerifyRequested("request-1", true, null, null), ATTEMPT)))
                .isEmpty();

        RequestStatus status = ledger.requests().status("request-1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.skipped()).isEqualTo(1);
    }

    @Test
    void tellsARequestWhatBecameOfEachCopy() throws Exception {
        long intact = shipped("intact.gz", bytes("a"));
        long corrupt = shipped("corrupt.gz", bytes("b"));
        long missing = shipped("missing.gz", bytes("c"));
        long away = shipped("away.gz", bytes("d"));
        Files.writeString(root.resolve("corrupt.gz"), "x");
        Files.delete(root.resolve("missing.gz"));
        ledger.requests().open("request-1", "verify");

        VerifyRequested request = new VerifyRequested("request-1", false, null, null);
        SweepHandler sweep = sweep("localfs");
        assertThat(record(sweep.handle(request, ATTEMPT))).hasSize(4);
        for (long id : new long[] {intact, corrupt, missing}) {
            check(id);
        }
        due.giveUp(new CopyDue(away, "localfs"), new Failure(ErrorCode.DESTINATION_IO, "no answer", null));

        RequestStatus status = ledger.requests().status("request-1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.found()).isEqualTo(4);
        Map<Long, String> outcomes = new HashMap<>();
        status.items().forEach(item -> outcomes.put(item.copyId(), String.valueOf(item.outcome())));
        assertThat(outcomes)
                .containsEntry(intact, "INTACT")
                .containsEntry(corrupt, "CORRUPT")
                .containsEntry(missing, "MISSING")
                .containsEntry(away, "UNREACHABLE");
    }

    @Test
    void aSweepGoesOnPageByPageAndTellsItsRequestAtTheEnd() throws Exception {
        List<Long> ids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            ids.add(shipped("swept" + number, new byte[] {(byte) number}));
        }
        ledger.proofs().record(ids.get(0), Payloads.sha256(new byte[] {0}));
        ledger.requests().open("paged", "verify");
        SweepHandler sweep = new SweepHandler(
                ledger.versions(), ledger.proofs(), ledger.requests(), Set.of("localfs"), down -> false, asked, 2);
        VerifyRequested next = new VerifyRequested("paged", true, null, null);
        List<Long> read = new ArrayList<>();
        int pages = 0;
        while (next != null) {
            assertThat(ledger.requests().status("paged").orElseThrow().scanned())
                    .isFalse();
            List<Event> events = record(sweep.handle(next, ATTEMPT));
            assertThat(events)
                    .as("no page holds more than its copies and the next page")
                    .hasSizeLessThanOrEqualTo(3);
            next = null;
            for (Event event : events) {
                if (event instanceof CopyDue due) {
                    read.add(due.copyId());
                } else {
                    next = (VerifyRequested) event;
                }
            }
            pages++;
        }

        assertThat(pages).isEqualTo(3);
        assertThat(read).containsExactly(ids.get(1), ids.get(2), ids.get(3), ids.get(4), ids.get(0));
        RequestStatus status = ledger.requests().status("paged").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.items()).hasSize(5);
    }

    @Test
    void aSweepDoesNotGoOnFromSomethingThatIsNoPlace() {
        assertThatThrownBy(() -> sweep("localfs").handle(new VerifyRequested("", true, null, null, "x"), ATTEMPT))
                .isInstanceOf(FailureException.class);
    }

    /** As where a rule of the store moves old copies, and each sweep finds them there again. */
    @Test
    void aCopyInAnArchiveTierIsToldOnceAndIsNoFailure() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        destination.failWith(ErrorCode.COPY_ARCHIVED);

        for (int sweep = 0; sweep < 3; sweep++) {
            clock.advance(A_DAY);
            requested("sweep" + sweep);
            assertThat(check(id)).isEmpty();
            assertThat(outcome("sweep" + sweep)).isEqualTo("ARCHIVED");
        }

        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
        assertThat(ledger.view().archivedCopies()).isEqualTo(Map.of("localfs", 1L));
        assertThat(ledger.view().weakProofs(A_DAY, 0)).isEmpty();
        assertThat(kinds(id)).containsOnlyOnce(Kind.ARCHIVED).doesNotContain(Kind.FAILED, Kind.DOUBTED);

        destination.failWith(null);
        check(id);
        assertThat(ledger.view().archivedCopies()).isEmpty();
        assertThat(kinds(id)).endsWith(Kind.ARCHIVED, Kind.PROVED);
    }

    @Test
    void aNewCopyInAnArchiveTierWaitsForTheNextSweep() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        destination.failWith(ErrorCode.COPY_ARCHIVED);

        assertThat(record(fresh.handle(new CopyReplicated(id, "localfs"), ATTEMPT)))
                .isEmpty();

        assertThat(copy(id).state()).isEqualTo(CopyState.REPLICATED);
        assertThat(copy(id).errorCode()).isEqualTo("COPY_ARCHIVED");
        clock.advance(A_DAY);
        assertThat(ledger.pendingWork().overdue(Set.of("localfs"), 1)).isEmpty();
        assertThat(ledger.pendingWork().overdue(Set.of("localfs"), 0))
                .as("at the start of a process")
                .isEmpty();
    }

    /** A check that fails after that raises a doubt, whose age counts from this failure. */
    @Test
    void aCopyThatCannotBeReadOnceItIsOutOfTheArchiveTierIsDoubted() throws Exception {
        long id = shipped("a.gz", bytes("a"));
        check(id);
        destination.failWith(ErrorCode.COPY_ARCHIVED);
        check(id);
        check(id);
        Failure failure = new Failure(ErrorCode.DESTINATION_IO, "it breaks off", null);
        ledger.pendingWork().attemptFailed("verifier:sweep", 0, id, 1, failure, null);

        assertThat(ledger.view().archivedCopies()).isEmpty();
        assertThat(ledger.view().weakProofs(Duration.ZERO, 0)).hasSize(1);
        assertThat(ledger.view().weakProofs(A_DAY, 0)).isEmpty();
        assertThat(kinds(id)).endsWith(Kind.ARCHIVED, Kind.FAILED, Kind.DOUBTED);
    }

    private List<Kind> kinds(long copyId) throws Exception {
        String path =
                ledger.versions().find(copy(copyId).versionId()).orElseThrow().path();
        return ledger.journal().story(path, Journal.Order.OLDEST_FIRST, null, 100).stream()
                .map(JournalEntry::kind)
                .toList();
    }

    private SweepHandler sweep(String driver) {
        return sweep(asked, down -> false, driver);
    }

    private SweepHandler sweep(AskedFor by, Predicate<String> down, String driver) {
        return new SweepHandler(ledger.versions(), ledger.proofs(), ledger.requests(), Set.of(driver), down, by);
    }

    private AskedFor asked(LastDue.Times sweeps) {
        return new AskedFor(ledger, clock, TRUST, sweeps);
    }

    @Test
    void whatHeratioPutInTheCopysPlaceIsReadAgainstHeratiosOwnHash() throws Exception {
        long id = shipped("a.gz", bytes("ours"));
        check(id);
        byte[] theirs = bytes("what Heratio made of it, and longer");
        Files.write(root.resolve("a.gz"), theirs);
        heratioSays(theirs.length, Payloads.sha256(theirs));

        assertThat(check(id)).containsExactly(new CopyVerified(id, "localfs", theirs.length));

        assertThat(copy(id).state()).isEqualTo(CopyState.VERIFIED);
        assertThat(copy(id).sha256()).isEqualTo(Payloads.sha256(theirs));
        assertThat(ledger.view().history(1, null))
                .singleElement()
                .satisfies(row -> assertThat(row.status()).isEqualTo("verified"));
        Files.writeString(root.resolve("a.gz"), "rotten");
        assertThat(check(id)).anyMatch(CopyFailed.class::isInstance);
    }

    @Test
    void whatIsNeitherOursNorHeratiosIsCorrupt() throws Exception {
        long id = shipped("a.gz", bytes("ours"));
        Files.writeString(root.resolve("a.gz"), "rotten");
        heratioSays(6, Payloads.sha256(bytes("theirs")));

        assertThat(check(id)).anyMatch(CopyFailed.class::isInstance);

        assertThat(copy(id).state()).isEqualTo(CopyState.CORRUPT);
        assertThat(copy(id).sha256()).isEqualTo(Payloads.sha256(bytes("ours")));
    }

    /** After {@code backup:replicate --force}. */
    private void heratioSays(int size, String sha256) throws Exception {
        LedgerConfig config = LedgerConfig.h2(temp.resolve("state"));
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE ahg_backup_replication SET size_bytes = ?, sha256 = ?, encrypted = 1, status = 'replicated'")) {
            update.setInt(1, size);
            update.setString(2, sha256);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private long shipped(String name, byte[] bytes) throws Exception {
        return ShippedCopies.ship(ledger, destination, payloads, name, bytes);
    }

    /** As the next daily sweep does. */
    private List<Event> check(long id) throws Exception {
        clock.advance(A_DAY);
        return record(due.handle(new CopyDue(id, "localfs"), ATTEMPT));
    }

    private void assertFails(ErrorCode code, long id) {
        clock.advance(A_DAY);
        assertThatThrownBy(() -> due.handle(new CopyDue(id, "localfs"), ATTEMPT))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
    }

    private Copy copy(long id) throws Exception {
        return ledger.copies().find(id).orElseThrow();
    }

    private static List<Event> record(Outcome outcome) throws Exception {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        try (Outcome.Done done = (Outcome.Done) outcome) {
            return done.step().record();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
