package org.heratio.offsite.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.FaultyDestination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.uploader.SealedArchives.Sealed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadHandlerTest {

    private static final List<String> DRIVERS = List.of("localfs");
    // 2024-01-02T03:04:05Z
    private static final FileTime MTIME = FileTime.fromMillis(1_704_164_645_000L);

    @TempDir
    Path temp;

    private Vertx vertx;
    private Ledger ledger;
    private Spool spool;
    private Path backups;
    private Path root;
    private SealedArchives archives;
    private FaultyDestination destination;
    private UploadHandler handler;

    @BeforeEach
    void setUp() throws Exception {
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, Files.createDirectory(temp.resolve("state")));
        spool = new Spool(temp.resolve("spool"));
        backups = Files.createDirectory(temp.resolve("backups"));
        archives = new SealedArchives(ledger, spool, backups, MTIME, DRIVERS);
        root = temp.resolve("destination");
        destination = new FaultyDestination(new LocalFsDestination(root));
        handler = new UploadHandler(ledger, destination, spool, new BackupDirectory(backups), true);
    }

    @AfterEach
    void tearDown() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void shipsAPayloadAndSaysSo() throws Exception {
        Sealed sealed = archives.sealed("sub/a.sql.gz", "payload");
        AtomicLong progress = new AtomicLong();
        Attempt attempt = new Attempt(1, (version, driver, done, total) -> {
            assertThat(version).isEqualTo(sealed.version().id());
            assertThat(driver).isEqualTo("localfs");
            assertThat(total).isEqualTo(7);
            progress.set(done);
        });

        List<Event> events = record(handler.handle(sealed.event(), attempt));

        assertThat(events).containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(root.resolve("sub/a.sql.gz.gpg")).hasContent("payload");
        assertThat(progress).hasValue(7);
        Copy copy = copy(sealed);
        assertThat(copy.state()).isEqualTo(CopyState.REPLICATED);
        assertThat(copy.remotePath()).isEqualTo(root.resolve("sub/a.sql.gz.gpg").toString());
        assertThat(copy.sha256()).isEqualTo(sealed.payload().sha256());
    }

    @Test
    void anArchiveGetsAnotherNameWhereADirectoryHasTheNameOfItsSidecar() throws Exception {
        Sealed inside = archives.sealed("a.gz.gpg.sha256/b.gz", "inside");
        Sealed beside = archives.sealed("a.gz", "beside");
        record(handle(inside.event()));

        record(handle(beside.event()));

        assertThat(root.resolve("a.gz.gpg.sha256/b.gz.gpg")).hasContent("inside");
        assertThat(root.resolve("a.20240102T030405Z.gz.gpg")).hasContent("beside");
        assertThat(copy(beside).state()).isEqualTo(CopyState.REPLICATED);
    }

    @Test
    void anArchiveGetsAnotherDirectoryWhereACopyOrItsSidecarHasTheNameOfItsOwn() throws Exception {
        record(handle(archives.sealed("a.gz", "first").event()));
        for (String name : List.of("a.gz.gpg.sha256", "a.gz.gpg")) {
            Sealed below = archives.sealed(name + "/sub/b.gz", "below");

            record(handle(below.event()));

            assertThat(root.resolve(name + ".20240102T030405Z/sub/b.gz.gpg")).hasContent("below");
            assertThat(copy(below).state()).isEqualTo(CopyState.REPLICATED);
        }
        assertThat(root.resolve("a.gz.gpg")).hasContent("first");
    }

    /** As when the process was stopped in a put, and another one has taken the copy over. */
    @Test
    void aPutThatLostItsLeaseIsNotGivenUp() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        AtomicReference<Lease> lease = new AtomicReference<>();
        Destination stopped = replacing(Destination.class, destination, "put", call -> {
            takeLeasesAway();
            await().atMost(HangLimit.STEP).until(() -> !lease.get().held());
            throw new FailureException(ErrorCode.DESTINATION_MISCONFIGURED, "the partial file is another's");
        });
        try (Ledger quick = JdbcLedger.open(vertx, withShortLeases(), Clock.systemUTC())) {
            Leases noted = replacing(Leases.class, quick.leases(), "ofCopy", call -> {
                Object leased = call.proceed();
                ((Optional<?>) leased).ifPresent(got -> lease.set(((Leased<?>) got).lease()));
                return leased;
            });
            Ledger noting = replacing(Ledger.class, quick, "leases", call -> noted);
            UploadHandler handling = new UploadHandler(noting, stopped, spool, new BackupDirectory(backups), true);

            assertThat(handling.handle(sealed.event(), new Attempt(1, (version, driver, done, total) -> {})))
                    .isInstanceOf(Outcome.Later.class);
        }
        assertThat(copy(sealed).state()).isEqualTo(CopyState.PENDING);
        assertThat(upload(sealed.event()))
                .containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
    }

    private LedgerConfig withShortLeases() {
        LedgerConfig usual = LedgerConfig.h2(temp.resolve("state"));
        return new LedgerConfig(
                usual.jdbcUrl(),
                usual.user(),
                usual.password(),
                usual.embedded(),
                Duration.ofMillis(600),
                usual.patience(),
                usual.connections(),
                usual.zone(),
                usual.login(),
                null,
                usual.lossPause());
    }

    private void takeLeasesAway() throws SQLException {
        LedgerConfig config = LedgerConfig.h2(temp.resolve("state"));
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM offsite_lease")).isEqualTo(1);
        }
    }

    private interface Call {
        Object proceed() throws Exception;
    }

    private interface Instead {
        Object of(Call call) throws Exception;
    }

    /** The real thing, but for one method. */
    private static <T> T replacing(Class<T> type, T real, String name, Instead instead) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Call call = () -> method.invoke(real, arguments);
                        return method.getName().equals(name) ? instead.of(call) : call.proceed();
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void shipsOnceWhenItIsToldTwice() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");

        List<Event> first = upload(sealed.event());
        List<Event> second = upload(sealed.event());

        assertThat(second).isEqualTo(first);
        assertThat(destination.puts()).isEqualTo(1);
    }

    @Test
    void whatWentBeforeItsOwnMessageIsNotPublishedTwice() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");

        List<Event> first = record(handler.handle(sealed.event(), ahead()));

        assertThat(first).containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(upload(sealed.event())).isEmpty();
        assertThat(upload(sealed.event())).as("a message once more").isEqualTo(first);
        assertThat(destination.puts()).isEqualTo(1);
    }

    @Test
    void whatFailedBeforeItsOwnMessageWaitsForItsNextAttempt() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.failWith(ErrorCode.DESTINATION_BUSY);
        assertThatThrownBy(() -> handler.handle(sealed.event(), ahead())).isInstanceOf(FailureException.class);
        Failure busy = new Failure(ErrorCode.DESTINATION_BUSY, "come again", null);
        long delay = Duration.ofMinutes(10).toMillis();
        ledger.pendingWork()
                .attemptFailed(
                        "uploader:localfs", sealed.version().id(), sealed.copy().id(), 1, busy, delay);

        assertThat(handle(sealed.event())).isInstanceOf(Outcome.Later.class);
    }

    /** Two uploaders chose its turn; the other one was first. */
    @Test
    void whatFailedElsewhereSinceItsTurnWasChosenIsLeftToItsOwnMessage() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        failed(sealed, ErrorCode.DESTINATION_BUSY);

        assertThat(record(handler.handle(sealed.event(), ahead()))).isEmpty();

        assertThat(destination.puts()).isZero();
        assertThat(upload(sealed.event()))
                .containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(upload(sealed.event())).as("its own message once more").hasSize(1);
    }

    @Test
    void aTurnThatFailedElsewhereDoesNotSilenceTheMessageOfItsOwn() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        failed(sealed, ErrorCode.DESTINATION_BUSY);
        record(handler.handle(sealed.event(), ahead()));
        ledger.copies().recordPendingPut(sealed.copy().id(), "/there", sealed.payload());
        ledger.copies().replicated(sealed.copy().id(), "/there", sealed.payload());

        assertThat(upload(sealed.event()))
                .containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
    }

    @Test
    void anArchiveThatWasBusyHasItsTurn() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        failed(sealed, ErrorCode.ARCHIVE_BUSY);

        assertThat(record(handler.handle(sealed.event(), ahead())))
                .containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
    }

    /** Records a failed attempt, of which the next one is due. */
    private void failed(Sealed sealed, ErrorCode code) throws Exception {
        Failure failure = new Failure(code, "come again", null);
        ledger.pendingWork()
                .attemptFailed(
                        "uploader:localfs", sealed.version().id(), sealed.copy().id(), 1, failure, -1_000L);
    }

    private static Attempt ahead() {
        return new Attempt(1, true, (version, driver, done, total) -> {});
    }

    @Test
    void findsItsOwnPutAfterItWasKilledBeforeTheLedger() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.dieAfterPut();
        assertThatThrownBy(() -> upload(sealed.event())).isInstanceOf(InterruptedException.class);
        assertThat(copy(sealed).state()).isEqualTo(CopyState.PENDING);

        List<Event> events = upload(sealed.event());

        assertThat(events).containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(destination.puts()).isEqualTo(1);
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    @Test
    void recordsNothingThatTheDestinationDoesNotAcceptForItsOwn() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.dieAfterPut();
        assertThatThrownBy(() -> upload(sealed.event())).isInstanceOf(InterruptedException.class);
        // as where an object could not be locked
        destination.acceptNothing(ErrorCode.DESTINATION_DENIED);

        for (int i = 0; i < 2; i++) {
            assertFails(ErrorCode.DESTINATION_DENIED, () -> handle(sealed.event()));
            assertThat(copy(sealed).state()).isEqualTo(CopyState.PENDING);
        }

        destination.acceptNothing(null);
        assertThat(upload(sealed.event())).hasSize(1);
        assertThat(destination.accepts()).isEqualTo(3);
        assertThat(destination.puts()).isEqualTo(1);
    }

    @Test
    void leavesACopyAloneOnWhichAnotherProcessWorks() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        try (Lease lease = ledger.leases().take("copy:" + sealed.copy().id()).orElseThrow()) {
            assertThat(handle(sealed.event())).isInstanceOf(Outcome.Later.class);
            assertThat(lease.held()).isTrue();
        }
        assertThat(upload(sealed.event())).hasSize(1);
    }

    @Test
    void keepsTheLeaseUntilTheCopyIsRecorded() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        String thing = "copy:" + sealed.copy().id();

        Outcome outcome = handle(sealed.event());

        assertThat(ledger.leases().take(thing)).isEmpty();
        assertThat(record(outcome)).hasSize(1);
        assertThat(ledger.leases().take(thing)).isPresent();
    }

    @Test
    void refusesWhatTheLedgerDoesNotKnow() throws Exception {
        Sealed one = archives.sealed("a.gz", "payload");
        Sealed other = archives.sealed("b.gz", "other payload");
        PayloadReady unknown = new PayloadReady(4711, one.payload().id(), "localfs");
        PayloadReady elsewhere = new PayloadReady(one.copy().id(), one.payload().id(), "s3");
        PayloadReady mixed = new PayloadReady(one.copy().id(), other.payload().id(), "localfs");
        Failure forged = new Failure(ErrorCode.MESSAGE_FORGED, "forged", null);

        for (PayloadReady event : List.of(unknown, elsewhere, mixed)) {
            assertFails(ErrorCode.MESSAGE_FORGED, () -> handle(event));
            assertThat(handler.giveUp(event, forged)).isEmpty();
        }

        assertThat(copy(one).state()).isEqualTo(CopyState.PENDING);
        assertThat(root).doesNotExist();
    }

    @Test
    void refusesASpoolFileOutsideTheSpool() throws Exception {
        Path archive = archives.archive("a.gz", "x");
        Version version = archives.settle(archive, false);
        Payload payload = ledger.payloads()
                .record(version.id(), SealedArchives.sha("x"), "../backups/a.gz", SealedArchives.sha("x"), 1, false)
                .orElseThrow();
        PayloadReady event =
                new PayloadReady(ledger.copies().ofVersion(version.id()).get(0).id(), payload.id(), "localfs");

        assertFails(ErrorCode.PATH_OUTSIDE, () -> handle(event));
    }

    @Test
    void doesNotOverwriteAStrangersFile() throws Exception {
        Files.createDirectory(root);
        Files.writeString(root.resolve("a.gz.gpg"), "a stranger's");
        Files.writeString(root.resolve("a.20240102T030405Z.gz.gpg"), "another stranger's");
        Sealed sealed = archives.sealed("a.gz", "payload");

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("a stranger's");
        assertThat(root.resolve("a.20240102T030405Z.gz.gpg")).hasContent("another stranger's");
        assertThat(root.resolve("a.20240102T030405Z-2.gz.gpg")).hasContent("payload");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z-2.gz.gpg");
    }

    @Test
    void givesWayToADirectoryAtItsName() throws Exception {
        Files.createDirectories(root.resolve("a.gz.gpg"));
        Sealed sealed = archives.sealed("a.gz", "payload");

        upload(sealed.event());

        assertThat(root.resolve("a.20240102T030405Z.gz.gpg")).hasContent("payload");
    }

    @Test
    void doesNotOverwriteAStrangerWhoCameWhileItWasDead() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        ledger.copies().recordPendingPut(sealed.copy().id(), destination.remotePath("a.gz.gpg"), sealed.payload());
        Files.createDirectory(root);
        Files.writeString(root.resolve("a.gz.gpg"), "a stranger's");

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("a stranger's");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void leavesACopyAloneThatALedgerOfTheSameIdMadeUnderTheSameNumber() throws Exception {
        // the ledger was restored from a backup since, or its host is a clone
        Sealed sealed = archives.sealed("a.gz", "payload");
        putAs(sealed.copy().id() + "-" + SealedArchives.sha("VERSION1").substring(0, 16) + "-0123456789abcdef");

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("VERSION1");
        assertThat(root.resolve("a.20240102T030405Z.gz.gpg")).hasContent("payload");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void leavesACopyOfAnEarlierBuildAloneUnlessTheLedgerKnowsOfThePut() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        putAs(sealed.copy().id() + "-" + SealedArchives.sha("VERSION1").substring(0, 16));

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("VERSION1");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void replacesWhatAnEarlierBuildPutAsThisCopyBeforeItWasKilled() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        ledger.copies().recordPendingPut(sealed.copy().id(), destination.remotePath("a.gz.gpg"), sealed.payload());
        putAs(sealed.copy().id() + "-" + SealedArchives.sha("VERSION1").substring(0, 16));

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("payload");
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    /** Puts another payload at the name of an archive, by this installation and a transfer id. */
    private void putAs(String transferId) throws Exception {
        Path file = Files.writeString(temp.resolve("another payload"), "VERSION1");
        destination.put(new PutRequest(
                "a.gz.gpg",
                file,
                8,
                SealedArchives.sha("VERSION1"),
                ledger.installationId(),
                transferId,
                false,
                sent -> {}));
    }

    @Test
    void takesTheSamePayloadOfABuildWithoutTagsForItsOwn() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Files.createDirectory(root);
        Files.writeString(root.resolve("a.gz.gpg"), "payload");
        Files.writeString(
                root.resolve("a.gz.gpg.sha256"), Sha256Sidecar.content(SealedArchives.sha("payload"), "a.gz.gpg"));

        upload(sealed.event());

        assertThat(destination.puts()).isZero();
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    @Test
    void leavesTheCopyOfAnotherInstallationAloneAlsoWhenItsBytesAreTheSame() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        putByAnother("a.gz.gpg", sealed);

        upload(sealed.event());

        assertThat(names()).containsExactlyInAnyOrder("a.gz.gpg", "a.20240102T030405Z.gz.gpg");
        assertThat(destination.look("a.gz.gpg").orElseThrow().tag()).isEqualTo(new OwnerTag("another", "1-1"));
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void givesWayToAnotherInstallationThatTookTheNameOfItsCopy() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        destination.delete("a.gz.gpg");
        putByAnother("a.gz.gpg", sealed);
        ledger.copies().damaged(copy(sealed), CopyState.MISSING, new Failure(ErrorCode.COPY_MISSING, "gone", null));

        upload(sealed.event());

        assertThat(destination.look("a.gz.gpg").orElseThrow().tag()).isEqualTo(new OwnerTag("another", "1-1"));
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void givesWayToTheCopyOfABuildWithoutTagsThatTookTheNameOfItsCopy() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        destination.delete("a.gz.gpg");
        Files.writeString(root.resolve("a.gz.gpg"), "theirs!");
        Files.writeString(
                root.resolve("a.gz.gpg.sha256"), Sha256Sidecar.content(SealedArchives.sha("theirs!"), "a.gz.gpg"));
        ledger.copies().damaged(copy(sealed), CopyState.CORRUPT, new Failure(ErrorCode.COPY_CORRUPT, "other", null));

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("theirs!");
        assertThat(root.resolve("a.20240102T030405Z.gz.gpg")).hasContent("payload");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void repairsItsCopyOfABuildWithoutTagsInItsPlace() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        String sidecar = Files.readString(root.resolve("a.gz.gpg.sha256"));
        destination.delete("a.gz.gpg");
        Files.writeString(root.resolve("a.gz.gpg"), "pAyload");
        Files.writeString(root.resolve("a.gz.gpg.sha256"), sidecar);
        ledger.copies().damaged(copy(sealed), CopyState.CORRUPT, new Failure(ErrorCode.COPY_CORRUPT, "rot", null));

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("payload");
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    @Test
    void putsItsIdIntoNamesOnlyWhereAnotherShipsToADestinationThatExcludesNobody() throws Exception {
        destination.excludeNobody();
        upload(archives.sealed("alone.tar.gz", "payload").event());
        destination.announce(new Installation("another", "db2"));
        handler = new UploadHandler(ledger, destination, spool, new BackupDirectory(backups), true);

        upload(archives.sealed("sub/a.tar.gz", "payload").event());

        String id = ledger.installationId().substring(0, 8);
        assertThat(names()).containsExactlyInAnyOrder("alone.tar.gz.gpg", "sub/a." + id + ".tar.gz.gpg");
    }

    private void putByAnother(String name, Sealed sealed) throws Exception {
        new LocalFsDestination(root)
                .put(new PutRequest(
                        name,
                        spool.resolve(sealed.payload().spoolFile()),
                        7,
                        SealedArchives.sha("payload"),
                        "another",
                        "1-1",
                        true,
                        sent -> {}));
    }

    @Test
    void knowsItsOwnPutAgainWhenThePayloadWasSealedAnewAndTheNextPutWasCutToo() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.dieAfterPut();
        assertThatThrownBy(() -> upload(sealed.event())).isInstanceOf(InterruptedException.class);
        spool.remove(sealed.payload().spoolFile());
        ledger.payloads().fileDeleted(sealed.payload().spoolFile());
        Sealed second = archives.seal(sealed.version(), "the payload, encrypted anew");
        // noted, and killed before the first byte went out
        ledger.copies().recordPendingPut(second.copy().id(), destination.remotePath("a.gz.gpg"), second.payload());

        upload(second.event());

        assertThat(names()).containsExactly("a.gz.gpg");
        assertThat(root.resolve("a.gz.gpg")).hasContent("the payload, encrypted anew");
    }

    @Test
    void doesNotTakeAFileOfAStrangerForItsOwnBecauseOfATagThatWasLeftBehind() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.dieAfterPut();
        assertThatThrownBy(() -> upload(sealed.event())).isInstanceOf(InterruptedException.class);
        Files.writeString(root.resolve("a.gz.gpg"), "a stranger's");
        Files.writeString(
                root.resolve("a.gz.gpg.sha256"), Sha256Sidecar.content(SealedArchives.sha("a stranger's"), "a.gz.gpg"));

        upload(sealed.event());

        assertThat(root.resolve("a.gz.gpg")).hasContent("a stranger's");
        assertThat(copy(sealed).remotePath()).endsWith("/a.20240102T030405Z.gz.gpg");
    }

    @Test
    void shipsAgainOverItsOwnNameWhenForced() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        ledger.versions().requeue(sealed.version().id(), DRIVERS, true, false);
        // what bit rot does: sidecar and size still look right
        Files.writeString(root.resolve("a.gz.gpg"), "pAyload");
        Payload payload = ledger.payloads().ofVersion(sealed.version().id()).orElseThrow();

        upload(new PayloadReady(sealed.copy().id(), payload.id(), "localfs"));

        assertThat(root.resolve("a.gz.gpg")).hasContent("payload");
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    @Test
    void repairsADamagedCopyInItsPlace() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        Files.writeString(root.resolve("a.gz.gpg"), "pAyload");
        ledger.copies().damaged(copy(sealed), CopyState.CORRUPT, new Failure(ErrorCode.COPY_CORRUPT, "rot", null));

        List<Event> events = upload(sealed.event());

        assertThat(events).containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(root.resolve("a.gz.gpg")).hasContent("payload");
        assertThat(names()).containsExactly("a.gz.gpg");
    }

    @Test
    void hasAPayloadSealedAgainThatIsGone() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        spool.remove(sealed.payload().spoolFile());

        assertThat(upload(sealed.event()))
                .containsExactly(new ArchiveSettled(
                        sealed.version().id(), sealed.version().path()));
        assertThat(ledger.payloads().ofVersion(sealed.version().id())).isEmpty();
        // and the message that is delivered once more, when the ledger has forgotten that payload
        assertThat(upload(sealed.event()))
                .containsExactly(new ArchiveSettled(
                        sealed.version().id(), sealed.version().path()));

        archives.seal(sealed.version(), "payload, encrypted anew");
        assertThat(upload(sealed.event()))
                .containsExactly(new CopyReplicated(sealed.copy().id(), "localfs"));
        assertThat(root.resolve("a.gz.gpg")).hasContent("payload, encrypted anew");
    }

    @Test
    void shipsNoDamagedCopyThatIsLeftToPeopleOrWasRepairedTooOften() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        damage(sealed);
        handler = new UploadHandler(ledger, destination, spool, new BackupDirectory(backups), false);
        assertThat(upload(sealed.event())).isEmpty();

        handler = new UploadHandler(ledger, destination, spool, new BackupDirectory(backups), true);
        for (int repairs = 1; repairs < Copy.MAX_REPAIRS; repairs++) {
            assertThat(upload(sealed.event())).isNotEmpty();
            damage(sealed);
        }
        assertThat(upload(sealed.event())).isEmpty();
        assertThat(root.resolve("a.gz.gpg")).hasContent("pAyload");
    }

    private void damage(Sealed sealed) throws Exception {
        Files.writeString(root.resolve("a.gz.gpg"), "pAyload");
        ledger.copies().damaged(copy(sealed), CopyState.CORRUPT, new Failure(ErrorCode.COPY_CORRUPT, "rot", null));
    }

    @Test
    void twoThousandMessagesBeforeTheirTimeShipNothing() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Failure failure = new Failure(ErrorCode.DESTINATION_UNREACHABLE, "it breaks off at the end", null);
        ledger.pendingWork().attemptFailed("uploader", 0, sealed.copy().id(), 1, failure, 3_600_000L);

        for (int i = 0; i < 2_000; i++) {
            assertThat(upload(sealed.event())).isEmpty();
        }
        assertThat(names()).isEmpty();

        ledger.pendingWork().overdue(DRIVERS, 0);
        assertThat(upload(sealed.event())).isNotEmpty();
    }

    @Test
    void aMessageShortlyBeforeItsTimeWaitsAndIsNotDropped() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Failure failure = new Failure(ErrorCode.DESTINATION_UNREACHABLE, "it breaks off at the end", null);
        ledger.pendingWork().attemptFailed("uploader", 0, sealed.copy().id(), 1, failure, 20_000L);

        assertThat(handle(sealed.event())).isInstanceOf(Outcome.Later.class);
    }

    @Test
    void asksForRepairWhenThePayloadForADamagedCopyIsGone() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());
        ledger.copies().damaged(copy(sealed), CopyState.MISSING, new Failure(ErrorCode.COPY_MISSING, "gone", null));
        spool.remove(sealed.payload().spoolFile());

        assertThat(upload(sealed.event()))
                .containsExactly(new RepairRequested(sealed.copy().id(), "localfs"));
    }

    @Test
    void throwsARottenPayloadAway() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Files.writeString(spool.resolve(sealed.payload().spoolFile()), "pAyload");

        assertThat(upload(sealed.event()))
                .containsExactly(new ArchiveSettled(
                        sealed.version().id(), sealed.version().path()));

        assertThat(spool.list()).isEmpty();
        assertThat(destination.stat("a.gz.gpg")).isEmpty();
        assertThat(copy(sealed).state()).isEqualTo(CopyState.PENDING);
    }

    /** As with too many open files, or a directory whose rights were changed. */
    @Test
    void keepsAPayloadThatCannotBeOpened() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Path aside = Files.move(spool.root(), temp.resolve("aside"));
        Files.createSymbolicLink(spool.root(), spool.root());

        for (int attempt = 1; attempt <= 5; attempt++) {
            Attempt next = new Attempt(attempt, (version, driver, done, total) -> {});
            assertFails(ErrorCode.SPOOL_IO, () -> handler.handle(sealed.event(), next));
        }

        Files.delete(spool.root());
        Files.move(aside, spool.root());
        assertThat(spool.list()).containsExactly(sealed.payload().spoolFile());
        assertThat(ledger.payloads().find(sealed.payload().id())).isPresent();
        upload(sealed.event());
        assertThat(root.resolve("a.gz.gpg")).hasContent("payload");
    }

    /** As where the disk of something else that a put needs does not work, also for an archive that is deleted here. */
    @Test
    void keepsAPayloadThatCanBeRead() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        destination.failWith(ErrorCode.SPOOL_IO);

        for (int attempt = 1; attempt <= 5; attempt++) {
            assertFails(ErrorCode.SPOOL_IO, () -> handle(sealed.event()));
        }

        assertThat(spool.list()).containsExactly(sealed.payload().spoolFile());
        assertThat(ledger.payloads().find(sealed.payload().id())).isPresent();
    }

    @Test
    void onlyAnErrorOfItsDiskMakesAFileUnreadable() throws Exception {
        Path good = Files.writeString(temp.resolve("good"), "payload");
        Path loop = Files.createSymbolicLink(temp.resolve("loop"), temp.resolve("loop"));

        assertThat(PayloadSource.isUnreadable(good)).isFalse();
        assertThat(PayloadSource.isUnreadable(temp.resolve("missing"))).isFalse();
        assertThat(PayloadSource.isUnreadable(loop)).isFalse();
        assertThat(PayloadSource.isUnreadable(loop.resolve("below"))).isFalse();
        // nothing is mapped at the address 0
        Path memory = Path.of("/proc/self/mem");
        Requires.that(Files.isReadable(memory), "this system has no /proc/self/mem");
        assertThat(PayloadSource.isUnreadable(memory)).isTrue();
    }

    @Test
    void anArchiveThatChangedMakesNoPayload() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        PayloadSource source = new PayloadSource(spool, new BackupDirectory(backups));
        assertThat(source.hasArchive(sealed.version())).isTrue();

        Files.writeString(Path.of(sealed.version().path()), "rewritten");
        assertThat(source.hasArchive(sealed.version())).isFalse();

        Files.delete(Path.of(sealed.version().path()));
        assertThat(source.hasArchive(sealed.version())).isFalse();
    }

    @Test
    void doesNotSealForEver() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        for (int i = 0; i < 2; i++) {
            Files.writeString(spool.resolve(sealed.payload().spoolFile()), "rotten " + i);
            upload(sealed.event());
            archives.seal(sealed.version(), "payload");
            sealed = new Sealed(
                    sealed.version(),
                    sealed.copy(),
                    ledger.payloads().ofVersion(sealed.version().id()).orElseThrow());
        }
        Files.writeString(spool.resolve(sealed.payload().spoolFile()), "rotten");
        PayloadReady event = sealed.event();

        assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> handle(event));
        List<Event> events = handler.giveUp(event, new Failure(ErrorCode.PAYLOAD_CORRUPT, "rotten three times", null));

        assertThat(events)
                .containsExactly(
                        new CopyFailed(event.copyId(), "localfs", ErrorCode.PAYLOAD_CORRUPT, "rotten three times"));
        assertThat(copy(sealed).state()).isEqualTo(CopyState.FAILED);
        assertThat(copy(sealed).errorCode()).isEqualTo("PAYLOAD_CORRUPT");
    }

    @Test
    void shipsAnArchiveThatPassesThrough() throws Exception {
        Sealed sealed = archives.passingThrough("sub/plain.gz", "plain");

        upload(sealed.event());

        assertThat(root.resolve("sub/plain.gz")).hasContent("plain");
    }

    @Test
    void doesNotShipAnArchiveThatWasRewrittenBeforeItPassedThrough() throws Exception {
        Sealed sealed = archives.passingThrough("plain.gz", "plain");
        Files.writeString(Path.of(sealed.version().path()), "rewritten");

        List<Event> events = upload(sealed.event());

        assertThat(events).hasSize(2).element(0).isInstanceOf(CopyFailed.class);
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        ScanRequested.class, scan -> assertThat(scan.drivers()).isEqualTo(DRIVERS));
        assertThat(copy(sealed).state()).isEqualTo(CopyState.FAILED);
        assertThat(copy(sealed).errorCode()).isEqualTo("ARCHIVE_CHANGED");
        assertThat(names()).isEmpty();
    }

    @Test
    void sendsNoByteOfAFileThatTookTheNameOfAnArchive() throws Exception {
        Sealed sealed = archives.passingThrough("plain.gz", "plain");
        Path archive = Path.of(sealed.version().path());
        Destination swapping = (Destination) Proxy.newProxyInstance(
                Destination.class.getClassLoader(), new Class<?>[] {Destination.class}, (proxy, method, args) -> {
                    if (method.getName().equals("put")) {
                        Files.delete(archive);
                        Files.writeString(archive, "pLain");
                        Files.setLastModifiedTime(archive, MTIME);
                    }
                    try {
                        return method.invoke(destination, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        handler = new UploadHandler(ledger, swapping, spool, new BackupDirectory(backups), true);

        upload(sealed.event());

        assertThat(archive).hasContent("pLain");
        assertThat(root.resolve("plain.gz")).hasContent("plain");
    }

    @Test
    void failsWhenTheBytesOfAnArchiveWentBadUnderTheSameTime() throws Exception {
        Sealed sealed = archives.passingThrough("plain.gz", "plain");
        Path archive = Path.of(sealed.version().path());
        Files.writeString(archive, "pLain");
        Files.setLastModifiedTime(archive, MTIME);

        assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> handle(sealed.event()));
        assertThat(names()).isEmpty();
        assertThat(archive).hasContent("pLain");
    }

    @Test
    void failsWhenAnArchiveThatPassesThroughIsGone() throws Exception {
        Sealed sealed = archives.passingThrough("plain.gz", "plain");
        Files.delete(Path.of(sealed.version().path()));

        assertFails(ErrorCode.ARCHIVE_GONE, () -> handle(sealed.event()));
    }

    @Test
    void leavesTheLedgerAsItIsWhenTheDestinationFails() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        for (ErrorCode code :
                List.of(ErrorCode.DESTINATION_FULL, ErrorCode.DESTINATION_DENIED, ErrorCode.DESTINATION_UNREACHABLE)) {
            destination.failWith(code);
            assertFails(code, () -> handle(sealed.event()));
            assertThat(copy(sealed).state()).isEqualTo(CopyState.PENDING);
        }
        destination.failWith(null);
        assertThat(upload(sealed.event())).hasSize(1);
    }

    @Test
    void writesNothingToADiskThatIsNotMounted() throws Exception {
        upload(archives.sealed("a.gz", "payload").event());
        Path away = temp.resolve("away");
        Files.move(root, away);
        Files.createDirectory(root);
        Sealed sealed = archives.sealed("b.gz", "payload");

        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> handle(sealed.event()));
        assertThat(root).isEmptyDirectory();

        Files.delete(root);
        Files.move(away, root);
        upload(sealed.event());
        assertThat(names()).containsExactlyInAnyOrder("a.gz.gpg", "b.gz.gpg");
    }

    @Test
    void recordsThatItGaveUp() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        Failure denied = new Failure(ErrorCode.DESTINATION_DENIED, "no right to write", "give it");

        for (int i = 0; i < 2; i++) {
            assertThat(handler.giveUp(sealed.event(), denied))
                    .containsExactly(new CopyFailed(
                            sealed.copy().id(), "localfs", ErrorCode.DESTINATION_DENIED, "no right to write"));
        }

        assertThat(copy(sealed).state()).isEqualTo(CopyState.FAILED);
        assertThat(upload(sealed.event())).isEmpty();
        assertThat(root).doesNotExist();
    }

    @Test
    void doesNotFailACopyThatIsThere() throws Exception {
        Sealed sealed = archives.sealed("a.gz", "payload");
        upload(sealed.event());

        assertThat(handler.giveUp(sealed.event(), new Failure(ErrorCode.DESTINATION_FULL, "full", null)))
                .isEmpty();
        assertThat(copy(sealed).state()).isEqualTo(CopyState.REPLICATED);
    }

    private Outcome handle(PayloadReady event) throws Exception {
        return handler.handle(event, new Attempt(1, (version, driver, done, total) -> {}));
    }

    private List<Event> upload(PayloadReady event) throws Exception {
        return record(handle(event));
    }

    private static List<Event> record(Outcome outcome) throws Exception {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        try (Outcome.Done done = (Outcome.Done) outcome) {
            return done.step().record();
        }
    }

    private Copy copy(Sealed sealed) throws Exception {
        return ledger.copies().find(sealed.copy().id()).orElseThrow();
    }

    private List<String> names() throws Exception {
        List<Stored> found = new ArrayList<>();
        destination.list(found::add);
        return found.stream().map(Stored::name).toList();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}
