package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Delivery;
import org.heratio.offsite.broker.Subscription;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.ArchiveFailed;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.ScanCompleted;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.RequestOptions;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Scans;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerActivity;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.TooDeep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real file system and a real ledger. */
class ScanHandlerTest {
    private static final Duration SOON = HangLimit.STEP;
    private static final String SHA = "0".repeat(64);

    @TempDir
    private Path temp;

    private Path root;
    private Vertx vertx;
    private Ledger ledger;
    private Broker broker;
    private SettleTracker tracker;
    private ScanHandler handler;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final AtomicInteger probes = new AtomicInteger();
    private volatile WriteProbe.Answer writers = WriteProbe.Answer.NONE;
    private final AtomicLong clock = new AtomicLong(System.currentTimeMillis());
    private final AtomicLong nanoTime = new AtomicLong();
    /** When the daily scan was due last. */
    private final AtomicLong scanDue = new AtomicLong(clock.get());

    private final List<Event> published = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws Exception {
        root = Files.createDirectories(temp.resolve("backups"));
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, temp.resolve("state"));
        broker = new LocalBroker(vertx);
        get(broker.declare(Topology.of("t", Set.of("localfs", "s3"), List.of(Duration.ofSeconds(1)))));
        restart();
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        threads.awaitTermination(5, TimeUnit.SECONDS);
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    /** A process of its own on the same ledger. */
    private void restart() {
        WatcherConfig config = WatcherConfig.of(Duration.ofMillis(100), Duration.ofSeconds(60), true, true)
                .withScans(until ->
                        Optional.of(Instant.ofEpochMilli(scanDue.get())).filter(due -> !due.isAfter(until)));
        DirectoryScan scan =
                new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse(IncludePatterns.DEFAULT), true);
        WriteProbe probe = file -> {
            probes.incrementAndGet();
            return writers;
        };
        InstantSource time = () -> Instant.ofEpochMilli(clock.get());
        SettledArchives settled = new SettledArchives(ledger.versions(), ledger.requests(), published::addAll);
        tracker = new SettleTracker(scan, probe, config, threads, settled, time, new Watchdog());
        UnaskedScans unasked = new UnaskedScans(config.scanInterval(), nanoTime::get);
        handler = new ScanHandler(
                scan, ledger, tracker, new Backlog(broker, "t"), Set.of("localfs", "s3"), config, time, unasked);
    }

    @Test
    void handsOnWhatIsNewOnceItIsFinishedAndTellsTheRequest() throws Exception {
        Path file = touch("sub/a.gz");
        ledger.requests().open("r1", "replicate");

        assertThat(counts(scan(request("r1", false, false)))).isEqualTo("found 1, skipped 0, queued 0, settling 1");

        await().atMost(SOON).until(() -> tracker.size() == 0);
        KnownArchive known = ledger.versions().newest().get(file.toString());
        assertThat(known.state()).isEqualTo(VersionState.SETTLED);
        assertThat(known.copies()).containsEntry("localfs", CopyState.PENDING);
        assertThat(published).containsExactly(new ArchiveSettled(known.versionId(), file.toString()));
        RequestStatus status = ledger.requests().status("r1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.items()).extracting(RequestStatus.Item::versionId).containsExactly(known.versionId());
    }

    @Test
    void onlyAServiceIsMissedWhenItScansNoMore() throws Exception {
        touch("a.gz");
        scan(interval());
        assertThat(lastScan()).as("a run of a command").isEqualTo(new Scans.Last(clock.get(), 0));

        handler.serve();
        pass(Duration.ofMinutes(5));
        scan(interval());

        assertThat(lastScan()).isEqualTo(new Scans.Last(clock.get(), clock.get()));
    }

    @Test
    void aServiceGivesSignsOfLifeWhileItScans() throws Exception {
        touch("a.gz");
        long before = clock.get();
        scan(interval());
        handler.serve();
        pass(Duration.ofMinutes(5));

        assertThat(handle(interval())).as("found, and not yet recorded").isInstanceOf(Outcome.Done.class);

        assertThat(lastScan()).isEqualTo(new Scans.Last(before, clock.get()));
    }

    private Scans.Last lastScan() throws Exception {
        return ledger.scans().last(root.toString()).orElseThrow();
    }

    @Test
    void tellsTheRequestWhenAnArchiveGoesAwayWhileItSettles() throws Exception {
        Path file = touch("a.gz");
        ledger.requests().open("r1", "replicate");
        // somebody still writes it: else the quiet period may be over before it is deleted
        writers = WriteProbe.Answer.WRITERS;
        scan(request("r1", false, false));
        await().atMost(SOON).until(() -> probes.get() > 0);
        Files.delete(file);

        await().atMost(SOON).until(() -> tracker.size() == 0);
        assertThat(published).isEmpty();
        assertThat(ledger.versions().newest()).isEmpty();
        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .allSatisfy(item -> assertThat(item.versionId()).isZero())
                .noneMatch(item -> item.versionState() != null);
    }

    @Test
    void doesNothingForWhatIsOffSite() throws Exception {
        ship(touch("a.gz"));
        ship(touch("b.gz"));
        scan(interval());
        int before = probes.get();
        published.clear();

        List<Event> events = scan(daily());

        assertThat(events).hasSize(1);
        assertThat(counts(events)).isEqualTo("found 2, skipped 2, queued 0, settling 0");
        assertThat(probes.get()).as("files that were opened").isEqualTo(before);
        assertThat(tracker.size()).isZero();
    }

    @Test
    void looksThroughThousandsThatAreOnTheirWayWithoutOpeningOne() throws Exception {
        settleAll(2_000);
        scan(interval());
        pass(Duration.ofMinutes(1));

        List<Event> events = scan(interval());

        assertThat(events).hasSize(1);
        assertThat(counts(events)).isEqualTo("found 2000, skipped 2000, queued 0, settling 0");
        assertThat(probes.get()).as("files that were opened").isZero();
        assertThat(published).isEmpty();
    }

    @Test
    void shipsARewrittenArchiveAsANewVersionUnderANameOfItsOwn() throws Exception {
        Path file = touch("a.sql.gz");
        Version first = ship(file);
        Files.writeString(file, "rewritten");

        assertThat(counts(scan(interval()))).isEqualTo("found 1, skipped 0, queued 0, settling 1");

        await().atMost(SOON).until(() -> tracker.size() == 0);
        KnownArchive known = ledger.versions().newest().get(file.toString());
        assertThat(known.versionId()).isNotEqualTo(first.id());
        assertThat(ledger.versions().find(known.versionId()).orElseThrow().remoteName())
                .startsWith("a.")
                .endsWith(".sql.gz")
                .isNotEqualTo("a.sql.gz");
        assertThat(ledger.copies().ofVersion(first.id()))
                .extracting(Copy::state)
                .containsExactly(CopyState.VERIFIED);
    }

    @Test
    void shipsToADestinationThatIsNew() throws Exception {
        Version version = ship(touch("a.gz"));

        List<Event> events =
                scan(new ScanRequested("", ScanReason.SCHEDULE, List.of("localfs", "s3"), false, false, false));

        assertThat(counts(events)).isEqualTo("found 1, skipped 0, queued 1, settling 0");
        assertThat(events)
                .anyMatch(
                        e -> (e instanceof PayloadReady ready && ready.driver().equals("s3"))
                                || (e instanceof ArchiveSettled settled && settled.versionId() == version.id()));
        assertThat(ledger.versions().newest().get(version.path()).copies())
                .containsEntry("s3", CopyState.PENDING)
                .containsEntry("localfs", CopyState.VERIFIED);
    }

    @Test
    void shipsAgainWhatIsForced() throws Exception {
        Version version = ship(touch("a.gz"));
        ledger.requests().open("r1", "replicate", new RequestOptions(true, false));

        List<Event> events = scan(request("r1", true, false));

        assertThat(counts(events)).isEqualTo("found 1, skipped 0, queued 1, settling 0");
        assertThat(ledger.versions().newest().get(version.path()).copies()).containsEntry("localfs", CopyState.PENDING);
        assertThat(ledger.versions().find(version.id()).orElseThrow().overwrite())
                .isTrue();
        assertThat(events).hasSizeGreaterThan(1);
    }

    @Test
    void takesUpWhatFailedOnlyWhenAskedTo() throws Exception {
        Path file = touch("a.gz");
        Version version = settle(file);
        ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it ends in the middle", null));

        assertThat(counts(scan(interval()))).isEqualTo("found 1, skipped 1, queued 0, settling 0");
        ScanRequested start = new ScanRequested("", ScanReason.START, List.of("localfs"), false, true, false);
        assertThat(counts(scan(start))).isEqualTo("found 1, skipped 1, queued 0, settling 0");

        List<Event> events = scan(daily());

        assertThat(counts(events)).isEqualTo("found 1, skipped 0, queued 1, settling 0");
        assertThat(events).contains(new ArchiveSettled(version.id(), file.toString()));
        assertThat(ledger.versions().newest().get(file.toString()).state()).isEqualTo(VersionState.SETTLED);
    }

    @Test
    void aScanOfTheScheduleTakesUpWhatFailedOnceInAWhile() throws Exception {
        Version version = settle(touch("a.gz"));
        for (int scans = 0; scans < 3; scans++) {
            ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
            assertThat(counts(scan(daily())))
                    .isEqualTo(
                            scans == 0
                                    ? "found 1, skipped 0, queued 1, settling 0"
                                    : "found 1, skipped 1, queued 0, settling 0");
        }
        ledger.requests().open("r1", "replicate");
        assertThat(counts(scan(request("r1", false, true)))).startsWith("found 1, skipped 0, queued 1");
        ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
        pass(Duration.ofDays(1));
        scanDue.set(clock.get());

        assertThat(counts(scan(daily()))).startsWith("found 1, skipped 0, queued 1");
    }

    @Test
    void aForgedScanOfOneDestinationTakesNoRetryFromAnother() throws Exception {
        Version version = settle(touch("a.gz"));
        for (int days = 0; days < 3; days++) {
            failAgain(version);
            assertThat(counts(scan(daily()))).as("forged, for localfs").startsWith("found 1, skipped 0, queued 1");
            failAgain(version);
            assertThat(counts(scan(scheduled("localfs", "s3")))).startsWith("found 1, skipped 0, queued 1");
            failAgain(version);
            assertThat(counts(scan(scheduled("localfs", "s3")))).startsWith("found 1, skipped 1, queued 0");
            pass(Duration.ofDays(1));
            scanDue.set(clock.get());
        }
    }

    @Test
    void aScanThatIsMadeUpForTakesNoRetryFromTheNextOne() throws Exception {
        Version version = settle(touch("a.gz"));
        pass(Duration.ofHours(13));
        failAgain(version);
        assertThat(counts(scan(daily()))).startsWith("found 1, skipped 0, queued 1");
        failAgain(version);
        pass(Duration.ofHours(11));
        // by the clock of the host that asks
        scanDue.set(clock.get() + 1_000);

        assertThat(counts(scan(daily()))).startsWith("found 1, skipped 0, queued 1");

        failAgain(version);
        pass(Duration.ofMinutes(1));
        assertThat(counts(scan(daily()))).as("of the same time").startsWith("found 1, skipped 1, queued 0");
    }

    @Test
    void aScanOfAHostWithAnotherScheduleRetriesWhatFailedOnceForEachTimeInTheLedger() throws Exception {
        scanDue.set(Long.MAX_VALUE); // off here
        Version version = settle(touch("a.gz"));
        Long done = null;
        for (int days = 0; days < 3; days++) {
            assertThat(ledger.schedules().advance("scan", done, clock.get())).isTrue();
            done = clock.get();
            failAgain(version);
            assertThat(counts(scan(daily()))).startsWith("found 1, skipped 0, queued 1");
            failAgain(version);
            assertThat(counts(scan(daily()))).startsWith("found 1, skipped 1, queued 0");
            pass(Duration.ofDays(1));
        }
    }

    @Test
    void aScanThatComesAgainLongAfterItWasRecordedIsDoneAndNotForged() throws Exception {
        settle(touch("a.gz"));
        ledger.requests().open("r1", "replicate");
        ledger.requests().open("by-force", "replicate", new RequestOptions(true, false));
        scan(request("r1", false, true));
        ledger.requests().scanned("by-force", 0, 0);
        anHourLater("r1", "by-force");

        assertThat(scan(request("r1", false, true))).isEmpty();
        assertThatThrownBy(() -> scan(request("by-force", true, true)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.MESSAGE_FORGED));
    }

    /** The ledger has a clock of its own. */
    private void anHourLater(String... requests) throws Exception {
        LedgerConfig config = LedgerConfig.h2(temp.resolve("state"));
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE offsite_request SET opened_at = opened_at - 3600001 WHERE request_id = ?")) {
            for (String request : requests) {
                update.setString(1, request);
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        }
    }

    private void failAgain(Version version) throws Exception {
        ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
    }

    @Test
    void aNewProcessPublishesWhatAnotherHasInHandTooSinceThatOneMayDie() throws Exception {
        Path file = touch("a.gz");
        Version version = settle(file);
        try (Lease elsewhere = ledger.leases().take("version:" + version.id()).orElseThrow()) {
            assertThat(scan(interval())).contains(new ArchiveSettled(version.id(), file.toString()));
        }
    }

    @Test
    void publishesUnfinishedWorkAgainWhenItsMessagesDiedWithTheProcess() throws Exception {
        Path file = touch("a.gz");
        Version version = settle(file);

        assertThat(scan(interval())).contains(new ArchiveSettled(version.id(), file.toString()));
        pass(Duration.ofMinutes(1));
        assertThat(scan(interval())).as("its message is on its way").hasSize(1);
        restart();
        assertThat(scan(interval())).contains(new ArchiveSettled(version.id(), file.toString()));
    }

    @Test
    void aNewProcessTriesAtOnceWhatWaitsForItsNextAttempt() throws Exception {
        Version version = settle(touch("a.gz"));
        waitForAnHour(version);

        try (Lease ofOneThatDied =
                ledger.leases().take("version:" + version.id()).orElseThrow()) {
            assertThat(ofOneThatDied.held()).isTrue();
            assertThat(scan(interval())).hasAtLeastOneElementOfType(ArchiveSettled.class);
        }

        assertThat(isTooEarly(version)).isFalse();
    }

    @Test
    void whatIsAskedForIsTriedAtOnceAlsoIfItWaitsForItsNextAttempt() throws Exception {
        Version version = settle(touch("a.gz"));
        scan(interval());
        waitForAnHour(version);
        pass(Duration.ofMinutes(1));
        assertThat(scan(interval())).as("nobody asks").hasSize(1);
        ledger.requests().open("r1", "replicate");

        assertThat(scan(request("r1", false, true))).hasAtLeastOneElementOfType(ArchiveSettled.class);

        assertThat(isTooEarly(version)).isFalse();
    }

    private void waitForAnHour(Version version) throws Exception {
        Failure failure = new Failure(ErrorCode.SPOOL_IO, "the disk is away", null);
        long anHour = Duration.ofHours(1).toMillis();
        ledger.pendingWork().attemptFailed("encryptor", version.id(), 0, 1, failure, anHour);
        assertThat(isTooEarly(version)).isTrue();
    }

    private boolean isTooEarly(Version version) throws Exception {
        Leased<VersionWork> leased = ledger.leases().ofVersion(version.id()).orElseThrow();
        try (Lease lease = leased.lease()) {
            return lease.held() && leased.work().orElseThrow().isTooEarly();
        }
    }

    @Test
    void recordsANameThatCannotBeUsedOnce() throws Exception {
        Process touch = new ProcessBuilder("bash", "-c", "touch \"$1/\"$'bad\\xff.gz'", "bash", root.toString())
                .inheritIO()
                .start();
        assertThat(touch.waitFor()).isZero();
        touch("good.gz");

        scan(interval());
        await().atMost(SOON).until(() -> tracker.size() == 0);

        KnownArchive known = ledger.versions().newest().get(root + "/bad\\xff.gz");
        assertThat(known.state()).isEqualTo(VersionState.FAILED);
        Version version = ledger.versions().find(known.versionId()).orElseThrow();
        assertThat(version.errorCode()).isEqualTo("ARCHIVE_NAME_UNUSABLE");
        assertThat(version.error()).contains("rename it");
        assertThat(published).anyMatch(ArchiveFailed.class::isInstance).anyMatch(ArchiveSettled.class::isInstance);
        ledger.requests().open("r1", "replicate");
        assertThat(counts(scan(request("r1", false, true)))).startsWith("found 2, skipped 0, queued 2");
        assertThat(ledger.versions().newest().get(root + "/bad\\xff.gz").state())
                .isEqualTo(VersionState.FAILED);
        assertThat(tracker.size()).isZero();
    }

    @Test
    void isOneScanForIntervalsThatPiledUp() throws Exception {
        settle(touch("a.gz"));

        assertThat(scan(interval())).isNotEmpty();
        assertThat(scan(interval())).isEmpty();
        assertThat(scan(request("", false, false))).isNotEmpty();
        pass(Duration.ofSeconds(31));
        assertThat(scan(interval())).isNotEmpty();
    }

    @Test
    void twoThousandScansThatNobodyAskedForAreOneNowAndOneLater() throws Exception {
        Version version = settle(touch("a.gz"));
        ledger.versions().fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
        assertThat(scan(scheduled("localfs", "s3"))).isNotEmpty();
        long before = ((JdbcLedger) ledger).activity().statements();
        int later = 0;
        for (int i = 0; i < 2_000; i++) {
            ScanReason reason = List.of(ScanReason.START, ScanReason.RESCAN, ScanReason.SCHEDULE)
                    .get(i % 3);
            Outcome outcome = handle(new ScanRequested("", reason, List.of("localfs"), false, true, false));
            if (outcome instanceof Outcome.Later) {
                later++;
            } else {
                assertThat(((Outcome.Done) outcome).step().record()).isEmpty();
            }
        }

        assertThat(later).isEqualTo(1);
        assertThat(((JdbcLedger) ledger).activity().statements() - before).isLessThan(10_000);
        pass(UnaskedScans.PAUSE);
        assertThat(handle(everywhere())).isInstanceOf(Outcome.Done.class);
        ledger.requests().open("r1", "replicate");
        assertThat(scan(request("r1", false, true)))
                .as("a request does not wait")
                .isNotEmpty();
    }

    @Test
    void goesOnScanningWhenTheClockWasSetBack() throws Exception {
        settle(touch("a.gz"));
        assertThat(scan(interval())).isNotEmpty();

        clock.addAndGet(-Duration.ofHours(6).toMillis());
        assertThat(scan(interval())).as("it follows on another").isEmpty();
        pass(Duration.ofSeconds(31));
        assertThat(scan(interval())).isNotEmpty();
        assertThat(scan(interval())).as("which is by the new time").isEmpty();
    }

    @Test
    void aClockThatIsSetBackDropsNoScanThatWaits() throws Exception {
        settle(touch("a.gz"));
        assertThat(scan(everywhere())).isNotEmpty();
        assertThat(handle(everywhere())).isInstanceOf(Outcome.Later.class);
        pass(UnaskedScans.PAUSE);

        clock.addAndGet(-Duration.ofHours(1).toMillis());
        assertThat(scan(everywhere())).as("the one that waited").isNotEmpty();
        assertThat(handle(everywhere())).as("one that waits for the next").isInstanceOf(Outcome.Later.class);
    }

    @Test
    void aScanThatWaitedIsNotDroppedWhenItComesAMillisecondEarly() throws Exception {
        settle(touch("a.gz"));
        assertThat(scan(everywhere())).isNotEmpty();
        assertThat(handle(everywhere())).isInstanceOf(Outcome.Later.class);
        pass(UnaskedScans.PAUSE.minusMillis(1));

        assertThat(handle(everywhere())).isInstanceOf(Outcome.Later.class);
    }

    @Test
    void tellsTheRequestWhyItsScanWasGivenUp() throws Exception {
        ledger.requests().open("r1", "replicate");
        handler.giveUp(
                request("r1", false, false),
                new Failure(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE, "it is not readable", "chmod"));

        RequestStatus status = ledger.requests().status("r1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.items())
                .singleElement()
                .satisfies(item -> assertThat(item.error()).isEqualTo("it is not readable (chmod)"));
    }

    @Test
    void waitsForABackupDirectoryThatIsNotThere() throws Exception {
        Version version = settle(touch("a.gz"));
        Path away = Files.move(root, temp.resolve("unmounted"));

        assertThatThrownBy(() -> scan(daily()))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE));
        assertThat(scan(interval()))
                .as("what is finished goes on")
                .containsExactly(new ArchiveSettled(version.id(), version.path()));
        Files.move(away, root);
        assertThat(counts(scan(interval()))).startsWith("found 1");
    }

    @Test
    void tellsWhoeverAskedAtOnceThatThereIsNoBackupDirectory() throws Exception {
        Files.delete(root);
        ledger.requests().open("r1", "replicate");

        assertThat(scan(request("r1", false, false))).isEmpty();

        RequestStatus status = ledger.requests().status("r1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.givenUp()).hasValueSatisfying(item -> {
            assertThat(item.outcome()).isEqualTo("BACKUP_DIRECTORY_UNAVAILABLE");
            assertThat(item.error()).contains(root.toString(), "HERATIO_BACKUPS_PATH");
        });
    }

    @Test
    void publishesNothingAgainThatStillWaitsInItsQueue() throws Exception {
        Version first = settle(touch("a.gz"));
        Version second = settle(touch("b.gz"));
        scan(request("", false, false)); // the first one publishes everything
        for (Version version : List.of(first, second)) {
            waits(version);
        }
        assertThat(scanLater()).doesNotHaveAnyElementsOfTypes(ArchiveSettled.class);

        // now they are lost
        Subscription thief = get(broker.consume("t.encrypt", 2, Delivery::ack));
        await().atMost(SOON).until(() -> get(broker.depth("t.encrypt")) == 0);
        get(thief.cancel());
        assertThat(scanLater()).hasAtLeastOneElementOfType(ArchiveSettled.class);
    }

    private void waits(Version version) throws Exception {
        get(broker.publish(new EventCodec().encode(new ArchiveSettled(version.id(), version.path()))));
    }

    /** A scan to which all unfinished work is overdue. */
    private List<Event> scanLater() throws Exception {
        for (KnownArchive known : ledger.versions().newest().values()) {
            Failure failure = new Failure(ErrorCode.SPOOL_IO, "for its due time", null);
            long yesterday = -Duration.ofDays(1).toMillis();
            ledger.pendingWork().attemptFailed("encryptor", known.versionId(), 0, 1, failure, yesterday);
        }
        pass(Duration.ofMinutes(2));
        return scan(interval());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void refusesADestinationThatNobodyConfigured() {
        ScanRequested forged = new ScanRequested("", ScanReason.REQUEST, List.of("elsewhere"), false, false, false);

        assertThatThrownBy(() -> scan(forged))
                .isInstanceOf(FailureException.class)
                .hasMessageContaining("elsewhere");
    }

    @Test
    void shipsInClearOrOverWhatIsThereOnlyWhatTheLedgerSaysWasAskedFor() throws Exception {
        Version version = ship(touch("a.gz"));
        ledger.requests().open("plain", "replicate", new RequestOptions(false, true));
        ledger.requests().open("ordinary", "replicate");
        for (ScanRequested forged : List.of(
                clear("", false, false),
                clear("unknown", false, false),
                clear("", false, true),
                clear("", true, false),
                clear("unknown", false, true),
                clear("ordinary", false, true),
                clear("plain", true, true))) {
            assertThatThrownBy(() -> scan(forged))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.MESSAGE_FORGED));
        }
        handler.giveUp(clear("ordinary", false, true), new Failure(ErrorCode.MESSAGE_FORGED, "forged", null));
        assertThat(ledger.requests().status("ordinary").orElseThrow().scanned()).isFalse();
        assertThat(ledger.versions().find(version.id()).orElseThrow())
                .matches(now -> !now.plain() && !now.overwrite(), "neither in clear nor over what is there");
        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::state)
                .containsExactly(CopyState.VERIFIED);

        touch("b.gz");
        scan(clear("plain", false, true));
        await().atMost(SOON).until(() -> tracker.size() == 0);
        KnownArchive known = ledger.versions().newest().get(root.resolve("b.gz").toString());
        assertThat(ledger.versions().find(known.versionId()).orElseThrow().plain())
                .isTrue();
    }

    @Test
    void whatItCannotLookAtFailsTheRequestAndIsInTheLedgerUntilItCan() throws Exception {
        ledger.requests().open("r1", "replicate");
        try (TooDeep deep = new TooDeep(root, temp, "unseen.gz")) {
            scan(request("r1", false, false));

            RequestStatus status = ledger.requests().status("r1").orElseThrow();
            assertThat(status.scanned()).isTrue();
            assertThat(status.givenUp()).isEmpty();
            assertThat(status.items())
                    .singleElement()
                    .matches(RequestStatus.Item::unreadable)
                    .satisfies(item -> assertThat(deep.file().toString()).startsWith(item.path()));
            Unreadable noted = ledger.unreadablePlaces().of(root.toString());
            assertThat(noted.total()).isEqualTo(1);
            assertThat(noted.places().get(0).since()).isPositive();
            deep.lift();
        }
        scan(request("", false, false));
        assertThat(ledger.unreadablePlaces().of(root.toString())).isEqualTo(Unreadable.NONE);
    }

    @Test
    void aBackupDirectoryThatIsNotThereIsInTheLedgerUntilItIs() throws Exception {
        Files.delete(root);
        scan(interval());
        assertThat(ledger.unreadablePlaces().of(root.toString()).places())
                .singleElement()
                .satisfies(place -> assertThat(place.reason()).contains("is not there"));

        Files.createDirectory(root);
        scan(request("", false, false));
        assertThat(ledger.unreadablePlaces().of(root.toString())).isEqualTo(Unreadable.NONE);
    }

    @Test
    void anArchiveThatCannotBeLookedAtAnyLongerFailsTheRequest() throws Exception {
        Path file = touch("a.gz");
        ledger.requests().open("r1", "replicate");
        writers = WriteProbe.Answer.WRITERS;
        scan(request("r1", false, false));
        Failure failure = new Failure(ErrorCode.PATH_UNREADABLE, file + " cannot be looked at", null);

        new SettledArchives(ledger.versions(), ledger.requests(), published::addAll)
                .unreadable(file, new ShipOptions(Set.of("localfs"), Set.of(), false, Set.of("r1")), failure);

        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .singleElement()
                .matches(RequestStatus.Item::unreadable);
    }

    private static ScanRequested clear(String id, boolean force, boolean plain) {
        return new ScanRequested(id, ScanReason.REQUEST, List.of("localfs"), force, true, plain);
    }

    @Test
    void learnsFromTheDirectoryWhenAnArchiveChangedLastThatAnEarlierBuildRecorded() throws Exception {
        ArchiveFile now = archive(touch("a.gz"));
        ArchiveFile recorded = new ArchiveFile(now.path(), now.relativePath(), now.size(), now.mtimeNanos());
        ledger.versions().settle(recorded, 1, List.of("localfs", "s3"), false);

        scan(everywhere());

        assertThat(ledger.versions().newest())
                .hasSize(1)
                .hasEntrySatisfying(
                        now.path(), known -> assertThat(known).returns(now.ctimeNanos(), KnownArchive::ctimeNanos));
    }

    @Test
    void archivesThatHeratioMayHaveShippedCostTheSameHoweverManyThereAre() throws Exception {
        withhold("first.gz");
        // the first scan of a process asks for all unfinished work
        scan(everywhere());
        long one = transactionsOfAScan();
        for (int number = 0; number < 20; number++) {
            withhold("more" + number + ".gz");
        }

        long many = transactionsOfAScan();

        assertThat(many).isEqualTo(one);
        assertThat(ledger.view().copyCounts()).containsOnlyKeys("localfs");
    }

    @Test
    void anArchiveThatHeratioDidNotShipIsShippedBesideThoseThatItMayHaveShipped() throws Exception {
        withhold("theirs.gz");
        Path ours = touch("ours.gz");
        ledger.versions().settle(archive(ours), 1, List.of("localfs"), false);

        scan(everywhere());

        assertThat(ledger.versions().newest().get(ours.toString()).copies()).containsOnlyKeys("localfs", "s3");
        assertThat(ledger.versions()
                        .newest()
                        .get(root.resolve("theirs.gz").toString())
                        .copies())
                .containsOnlyKeys("localfs");
    }

    private long transactionsOfAScan() throws Exception {
        JdbcLedger jdbc = (JdbcLedger) ledger;
        LedgerActivity before = jdbc.activity();
        scan(everywhere());
        return jdbc.activity().since(before).transactions();
    }

    private static ScanRequested everywhere() {
        return new ScanRequested("", ScanReason.RESCAN, List.of("localfs", "s3"), false, false, false);
    }

    /** Makes an archive that is on its way to localfs, and that Heratio says to have shipped to s3. */
    private void withhold(String name) throws Exception {
        Path file = touch(name);
        ledger.versions().settle(archive(file), 1, List.of("localfs"), false);
        LedgerConfig config = LedgerConfig.h2(temp.resolve("state"));
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO ahg_backup_replication (local_path, remote_path, driver, sha256, status) "
                                + "VALUES (?, ?, 's3', ?, 'replicated')")) {
            insert.setString(1, file.toString());
            insert.setString(2, "heratio/" + name);
            insert.setString(3, SHA);
            insert.executeUpdate();
        }
    }

    private ArchiveFile archive(Path file) throws IOException {
        FileTime ctime = (FileTime) Files.getAttribute(file, "unix:ctime");
        return new ArchiveFile(
                file.toString(),
                root.relativize(file).toString(),
                Files.size(file),
                Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS),
                ctime.to(TimeUnit.NANOSECONDS));
    }

    private List<Event> scan(ScanRequested request) throws Exception {
        if (request.reason() != ScanReason.INTERVAL) {
            // no scan follows at once on another one that nobody asked for
            pass(UnaskedScans.PAUSE);
        }
        return ((Outcome.Done) handle(request)).step().record();
    }

    private Outcome handle(ScanRequested request) throws Exception {
        return handler.handle(request, new Attempt(1, (version, driver, done, total) -> {}));
    }

    private static String counts(List<Event> events) {
        ScanCompleted completed = (ScanCompleted) events.stream()
                .filter(ScanCompleted.class::isInstance)
                .findFirst()
                .orElseThrow();
        return "found %d, skipped %d, queued %d, settling %d"
                .formatted(completed.found(), completed.skipped(), completed.queued(), completed.settling());
    }

    private static ScanRequested interval() {
        return new ScanRequested("", ScanReason.INTERVAL, List.of("localfs"), false, false, false);
    }

    @Test
    void aNewArchiveGoesInClearOnlyWhereThatWasAskedFor() throws Exception {
        Path file = Files.writeString(root.resolve("a.gz"), "x");
        ShipOptions plain = new ShipOptions(Set.of("localfs"), Set.of("localfs"), false, Set.of());
        tracker.track(file, ShipOptions.of(Set.of("s3")).and(plain));

        await().atMost(SOON).until(() -> tracker.size() == 0);

        long version = ledger.versions().newest().get(file.toString()).versionId();
        assertThat(ledger.copies().ofVersion(version)).extracting(Copy::plain).containsExactly(true, false);
        assertThat(ledger.versions().find(version).orElseThrow().plain()).isFalse();
    }

    private static ScanRequested daily() {
        return scheduled("localfs");
    }

    private static ScanRequested scheduled(String... drivers) {
        return new ScanRequested("", ScanReason.SCHEDULE, List.of(drivers), false, true, false);
    }

    private static ScanRequested request(String id, boolean force, boolean retryFailed) {
        return new ScanRequested(id, ScanReason.REQUEST, List.of("localfs"), force, retryFailed, false);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toMillis());
        nanoTime.addAndGet(time.toNanos());
    }

    private Path touch(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T03:15:00.123456789Z")));
    }

    private Version settle(Path file) throws Exception {
        DirectoryScan scan = new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse("*"), true);
        return ledger.versions()
                .settle(scan.examine(file).orElseThrow().archive(), clock.get(), List.of("localfs"), false);
    }

    /** Several at once: each is a transaction, which waits for the disk. */
    private void settleAll(int count) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Version>> tasks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Path file = touch(i + ".gz");
                tasks.add(() -> settle(file));
            }
            for (java.util.concurrent.Future<Version> settled : writers.invokeAll(tasks)) {
                settled.get();
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private Version ship(Path file) throws Exception {
        Version version = settle(file);
        Payload payload = ledger.payloads()
                .record(version.id(), SHA, "p" + version.id(), SHA, 1, true)
                .orElseThrow();
        for (Copy copy : ledger.copies().ofVersion(version.id())) {
            assertThat(ledger.copies().recordPendingPut(copy.id(), version.remoteName(), payload))
                    .isTrue();
            assertThat(ledger.copies().replicated(copy.id(), version.remoteName(), payload))
                    .isTrue();
            assertThat(ledger.proofs().record(copy.id(), SHA)).isTrue();
        }
        return version;
    }
}
