package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.heratio.offsite.encryptor.EncryptorFixture.AHEAD;
import static org.heratio.offsite.encryptor.EncryptorFixture.FIRST;
import static org.heratio.offsite.encryptor.EncryptorFixture.record;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.heratio.offsite.event.ArchiveFailed;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.files.WriteLease;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.Subject;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SealHandlerTest {
    @TempDir
    Path dir;

    private EncryptorFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new EncryptorFixture(dir);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void encryptsForADestinationThatIsAddedAfterAPassphraseWasSet() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        Version version = fixture.settle(file, "s3");
        record(fixture.sealHandler(false).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        Copy plain = fixture.ship(version, "s3", CopyState.VERIFIED);
        fixture.settle(file, "s3", "localfs");

        record(fixture.sealHandler(true).handle(new ArchiveSettled(version.id(), version.path()), FIRST));

        assertThat(fixture.ledger
                        .payloads()
                        .ofVersion(version.id())
                        .orElseThrow()
                        .encrypted())
                .isTrue();
        assertThat(fixture.copy(version, "s3")).isEqualTo(plain);
    }

    @Test
    void handsThePayloadToEachDestination() throws Exception {
        byte[] archive = Archives.gzip(10_000);
        Version version = fixture.settle(fixture.write("a.sql.gz", archive), "localfs", "s3");
        List<Event> events = record(fixture.sealHandler(true).handle(settled(version), FIRST));
        Payload payload = fixture.ledger.payloads().ofVersion(version.id()).orElseThrow();
        assertThat(payload.encrypted()).isTrue();
        assertThat(fixture.spooled()).containsExactly(payload.spoolFile());
        assertThat(Archives.sha256(Files.readAllBytes(fixture.spool.resolve(payload.spoolFile()))))
                .isEqualTo(payload.sha256());
        assertThat(state(version)).isEqualTo(VersionState.SEALED);
        assertThat(fixture.ledger.versions().find(version.id()).orElseThrow().sha256())
                .isEqualTo(Archives.sha256(archive));
        assertThat(events)
                .containsExactlyInAnyOrder(
                        new PayloadReady(fixture.copy(version, "localfs").id(), payload.id(), "localfs"),
                        new PayloadReady(fixture.copy(version, "s3").id(), payload.id(), "s3"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recordsWhatCouldNotBeCheckedOfAnArchive(boolean encrypt) throws Exception {
        byte[] program = new byte[50];
        byte[] zip = Archives.zip(1000);
        byte[] selfExtracting = Arrays.copyOf(program, program.length + zip.length);
        System.arraycopy(zip, 0, selfExtracting, program.length, zip.length);
        Version partly = fixture.settle(fixture.write("a.zip", selfExtracting), "localfs");
        Version whole = fixture.settle(fixture.write("b.zip", zip), "localfs");
        Requests requests = fixture.ledger.requests();
        requests.open("r1", "replicate");
        for (Version version : List.of(partly, whole)) {
            requests.add("r1", List.of(itemOf(version)));
            record(fixture.sealHandler(encrypt).handle(settled(version), FIRST));
        }

        String unchecked = "50 bytes in front of the first entry";
        assertThat(requests.status("r1").orElseThrow().items())
                .extracting(RequestStatus.Item::unchecked)
                .containsExactly(unchecked, null);
        assertThat(sealedDetail(partly)).endsWith("; not checked: " + unchecked);
        assertThat(sealedDetail(whole)).doesNotContain("not checked");
    }

    private static RequestStatus.Item itemOf(Version version) {
        return new RequestStatus.Item(
                version.path(), version.id(), 0, "localfs", null, null, false, null, null, null, null, 0);
    }

    private String sealedDetail(Version version) throws Exception {
        return fixture.ledger.journal().story(version.path(), Journal.Order.OLDEST_FIRST, null, 10).stream()
                .filter(entry -> entry.kind() == JournalEntry.Kind.SEALED)
                .map(JournalEntry::detail)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysTheSameAgainWhenTheMessageComesTwice() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        List<Event> first = record(fixture.sealHandler(true).handle(settled(version), FIRST));
        List<String> spooled = fixture.spooled();
        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .isEqualTo(first);
        assertThat(fixture.spooled()).isEqualTo(spooled);
    }

    @Test
    void anArchiveThatWentBeforeItsMessageIsFollowedUpOnce() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        SealHandler handler = fixture.sealHandler(true);

        List<Event> first = record(handler.handle(settled(version), AHEAD));

        assertThat(first).hasSize(1);
        assertThat(record(handler.handle(settled(version), FIRST))).isEmpty();
        assertThat(record(handler.handle(settled(version), FIRST)))
                .as("a message that comes again, perhaps since the follow-ups were lost")
                .isEqualTo(first);
    }

    @Test
    void anArchiveThatFailedBeforeItsMessageIsNotTriedAgainAtOnce() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", new byte[] {1, 2, 3}), "localfs");
        SealHandler handler = fixture.sealHandler(true);
        assertThatThrownBy(() -> handler.handle(settled(version), AHEAD)).isInstanceOf(FailureException.class);
        Failure failure = new Failure(ErrorCode.ARCHIVE_IO, "its disk is away", null);
        fixture.ledger.pendingWork().attemptFailed("encryptor", version.id(), 0, 1, failure, 60_000L);

        Outcome own = handler.handle(settled(version), FIRST);

        assertThat(own)
                .isInstanceOfSatisfying(
                        Outcome.Later.class,
                        later -> assertThat(later.delay()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        assertThat(record(handler.handle(settled(version), FIRST)))
                .as("another message, which is none of ours before that time")
                .isEmpty();
        fixture.ledger.pendingWork().attemptFailed("encryptor", version.id(), 0, 2, failure, 20_000L);
        assertThat(handler.handle(settled(version), FIRST))
                .as("most likely that of the next attempt")
                .isInstanceOf(Outcome.Later.class);
        fixture.ledger.pendingWork().overdue(List.of("localfs"), 0);
        assertThat(catchThrowableOfType(FailureException.class, () -> handler.handle(settled(version), FIRST)))
                .as("it is due")
                .isNotNull();
    }

    @Test
    void aStepThatIsRepeatedKeepsItsPayload() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        Outcome outcome = fixture.sealHandler(true).handle(settled(version), FIRST);
        List<Event> first = record(outcome);
        assertThat(record(outcome)).isEqualTo(first).isNotEmpty();
        assertThat(fixture.spooled()).hasSize(1);
    }

    @Test
    void ofTwoPayloadsOfOneVersionOneIsKept() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        Outcome one = fixture.sealHandler(true).handle(settled(version), FIRST);
        // its lease runs out before it is recorded
        one.close();
        Outcome two = fixture.sealHandler(true).handle(settled(version), FIRST);
        assertThat(fixture.spooled()).hasSize(2);
        assertThat(record(one)).isEqualTo(record(two)).hasSize(1);
        assertThat(fixture.spooled())
                .containsExactly(fixture.ledger
                        .payloads()
                        .ofVersion(version.id())
                        .orElseThrow()
                        .spoolFile());
    }

    @Test
    void leavesAVersionAloneThatAnotherWorkerHas() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        try (Lease other =
                fixture.ledger.leases().take("version:" + version.id()).orElseThrow()) {
            assertThat(other.held()).isTrue();
            assertThat(fixture.sealHandler(true).handle(settled(version), FIRST))
                    .isInstanceOf(Outcome.Later.class);
        }
        assertThat(fixture.spooled()).isEmpty();
    }

    @Test
    void anArchiveUnderAWriteLeaseIsPutOffAtOnce() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        Version version = fixture.settle(file, "localfs");
        try (WriteLease lease = WriteLease.on(file)) {
            assertThat(lease).isNotNull();
            assertThat(fixture.sealHandler(true).handle(settled(version), FIRST))
                    .isInstanceOfSatisfying(
                            Outcome.Later.class,
                            later -> assertThat(later.obstacle())
                                    .isNotNull()
                                    .satisfies(obstacle ->
                                            assertThat(obstacle.code()).isEqualTo(ErrorCode.ARCHIVE_BUSY)));
        }
        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .hasSize(1);
    }

    @Test
    void aForgedMessageShipsNothingAndFailsNothing() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        for (ArchiveSettled forged :
                List.of(new ArchiveSettled(version.id(), "/etc/shadow"), new ArchiveSettled(4711, "/etc/shadow"))) {
            SealHandler handler = fixture.sealHandler(true);
            FailureException e = failure(forged);
            assertThat(e.failure().code()).isEqualTo(ErrorCode.MESSAGE_FORGED);
            assertThat(handler.giveUp(forged, e.failure())).isEmpty();
            assertThat(handler.subject(forged)).isEqualTo(Subject.NONE);
        }
        assertThat(fixture.sealHandler(true).subject(settled(version))).isEqualTo(Subject.version(version.id()));
        assertThat(state(version)).isEqualTo(VersionState.SETTLED);
        assertThat(fixture.spooled()).isEmpty();
    }

    @Test
    void aForgedLedgerRowShipsNothingEither() throws Exception {
        Path outside = Files.write(dir.resolve("shadow.gz"), Archives.gzip(10));
        Version version = fixture.settle(outside, "localfs");
        FailureException e = failure(settled(version));
        assertThat(e.failure().code()).isEqualTo(ErrorCode.PATH_OUTSIDE);
        assertThat(fixture.sealHandler(true).giveUp(settled(version), e.failure()))
                .hasSize(1);
        assertThat(state(version)).isEqualTo(VersionState.FAILED);
    }

    @Test
    void holdsAnArchiveThatIsNotWhole() throws Exception {
        byte[] archive = Archives.gzip(10_000);
        Version version = fixture.settle(fixture.write("a.sql.gz", Arrays.copyOf(archive, 5000)), "localfs");
        FailureException e = failure(settled(version));
        assertThat(e.failure().code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
        assertThat(e.failure().reason()).contains("at byte 5000");
        List<Event> events = fixture.sealHandler(true).giveUp(settled(version), e.failure());
        assertThat(events).singleElement().isInstanceOf(ArchiveFailed.class);
        // a repeated call says it again
        assertThat(fixture.sealHandler(true).giveUp(settled(version), e.failure()))
                .isEqualTo(events);
        assertThat(state(version)).isEqualTo(VersionState.FAILED);
        assertThat(fixture.copy(version, "localfs").state()).isEqualTo(CopyState.FAILED);
        assertThat(fixture.ledger.view().history(10, "failed"))
                .singleElement()
                .satisfies(row -> assertThat(row.error()).contains("at byte 5000"));
        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .isEmpty();
        // forced, it goes as it is
        fixture.ledger.versions().requeue(version.id(), List.of("localfs"), true, false);
        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .hasSize(1);
    }

    @Test
    void anArchiveThatChangedSettlesAgain() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        Version version = fixture.settle(file, "localfs", "s3");
        fixture.write("a.sql.gz", Archives.gzip(20_000));
        Outcome outcome = fixture.sealHandler(true).handle(settled(version), FIRST);
        ScanRequested scan = new ScanRequested("", ScanReason.RESCAN, List.of("localfs", "s3"), false, false, false);
        assertThat(record(outcome)).isEqualTo(record(outcome)).isEqualTo(List.of(scan));
        assertThat(state(version)).isEqualTo(VersionState.SUPERSEDED);
        assertThat(fixture.spooled()).isEmpty();
        Version next = fixture.settle(file, "localfs", "s3");
        assertThat(next.remoteName()).isEqualTo("a.sql.gz");
        assertThat(record(fixture.sealHandler(true).handle(settled(next), FIRST)))
                .hasSize(2);
    }

    @Test
    void whatChangedSettlesAgainAsTheSettingsSaySinceNoMessageMayAskForClear() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        fixture.settle(file, "s3");
        Version version = fixture.settlePlain(file, "localfs");
        fixture.write("a.sql.gz", Archives.gzip(20_000));

        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .containsExactly(
                        new ScanRequested("", ScanReason.RESCAN, List.of("localfs", "s3"), false, false, false));
    }

    @Test
    void encryptsForAllWhenOnlyOneDestinationMayHaveItInClear() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        fixture.settle(file, "s3");
        Version version = fixture.settlePlain(file, "localfs");

        record(fixture.sealHandler(true).handle(settled(version), FIRST));

        assertThat(fixture.ledger
                        .payloads()
                        .ofVersion(version.id())
                        .orElseThrow()
                        .encrypted())
                .isTrue();
    }

    @Test
    void anArchiveThatWasRemovedFailsWithThatReason() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        Version version = fixture.settle(file, "localfs");
        Files.delete(file);
        assertThat(failure(settled(version)).failure().code()).isEqualTo(ErrorCode.ARCHIVE_GONE);
    }

    @Test
    void waitsForRoomInTheSpool() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        Sealer sealer = fixture.sealer(true, new Spool(fixture.spoolDirectory, 5000));
        SealHandler handler = new SealHandler(fixture.ledger, List.of("localfs"), sealer, fixture.rebuilder(sealer));
        assertThat(handler.handle(settled(version), FIRST))
                .isInstanceOfSatisfying(
                        Outcome.Later.class, later -> assertThat(later.why()).contains("BACKUP_OFFSITE_SPOOL_BUDGET"));
        assertThat(state(version)).isEqualTo(VersionState.SETTLED);
        assertThat(fixture.spooled()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSparseFileThatItsFileSystemCannotHoldFailsForGoodAndWritesNothing(boolean encrypt) throws Exception {
        // of the usual file systems, only tmpfs takes such a size
        try (SmallDisk disk = new SmallDisk(dir.resolve("disk"), 64 << 20);
                EncryptorFixture there = new EncryptorFixture(disk.path())) {
            Path archive = there.backups.resolve("mysql-bin.000123");
            try (RandomAccessFile sparse = new RandomAccessFile(archive.toFile(), "rw")) {
                sparse.setLength(Long.MAX_VALUE - 4095);
            }
            Version version = there.settle(archive, "localfs");
            // the file system has room for less than the file claims, and a budget above both
            Sealer sealer = there.sealer(encrypt, new Spool(there.spoolDirectory));
            SealHandler handler = new SealHandler(there.ledger, List.of("localfs"), sealer, there.rebuilder(sealer));

            assertThatThrownBy(() -> handler.handle(settled(version), FIRST))
                    .isInstanceOfSatisfying(FailureException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.ARCHIVE_SPARSE);
                        assertThat(e.failure().kind()).isEqualTo(FailureKind.PERMANENT);
                        assertThat(e.failure().reason())
                                .contains("is a sparse file: it says " + (Long.MAX_VALUE - 4095) + " bytes");
                    });
            assertThat(there.spooled()).isEmpty();
        }
    }

    @Test
    void aSparseFileIsShippedByForce() throws Exception {
        try (SmallDisk disk = new SmallDisk(dir.resolve("disk"), 64 << 20);
                EncryptorFixture there = new EncryptorFixture(disk.path())) {
            Path archive = there.backups.resolve("mysql-bin.000123");
            try (RandomAccessFile sparse = new RandomAccessFile(archive.toFile(), "rw")) {
                sparse.setLength(96 << 20);
            }
            Version version = there.settle(archive, "localfs");
            Sealer sealer = there.sealer(false, new Spool(there.spoolDirectory));
            SealHandler handler = new SealHandler(there.ledger, List.of("localfs"), sealer, there.rebuilder(sealer));
            FailureException refused =
                    catchThrowableOfType(FailureException.class, () -> handler.handle(settled(version), FIRST));
            assertThat(refused.failure().code()).isEqualTo(ErrorCode.ARCHIVE_SPARSE);
            assertThat(refused.failure().hint()).contains("--force");
            handler.giveUp(settled(version), refused.failure());

            there.ledger.versions().requeue(version.id(), List.of("localfs"), true, false);

            assertThat(record(handler.handle(settled(version), FIRST))).hasOnlyElementsOfType(PayloadReady.class);
        }
    }

    @Test
    void makesAPayloadAgainThatWasLostBeforeItWasShipped() throws Exception {
        Version version = fixture.settle(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        record(fixture.sealHandler(true).handle(settled(version), FIRST));
        String lost =
                fixture.ledger.payloads().ofVersion(version.id()).orElseThrow().spoolFile();
        Files.delete(fixture.spool.resolve(lost));
        assertThat(record(fixture.sealHandler(true).handle(settled(version), FIRST)))
                .singleElement()
                .isInstanceOf(PayloadReady.class);
        assertThat(fixture.spooled())
                .containsExactly(fixture.ledger
                        .payloads()
                        .ofVersion(version.id())
                        .orElseThrow()
                        .spoolFile())
                .doesNotContain(lost);
    }

    @Test
    void copiesFailWhenALostPayloadCannotBeMadeAgain() throws Exception {
        Path file = fixture.write("a.sql.gz", Archives.gzip(10_000));
        Version version = fixture.settle(file, "localfs");
        record(fixture.sealHandler(true).handle(settled(version), FIRST));
        Files.delete(fixture.spool.resolve(
                fixture.ledger.payloads().ofVersion(version.id()).orElseThrow().spoolFile()));
        // same size, same time, other bytes
        FileTime mtime = Files.getLastModifiedTime(file);
        byte[] other = Archives.gzip(10_000);
        other[5000] ^= 1;
        Files.setLastModifiedTime(fixture.write("a.sql.gz", other), mtime);
        FailureException e = failure(settled(version));
        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_UNREPAIRABLE);
        assertThat(e.failure().reason()).contains("not those that were shipped");
        assertThat(fixture.spooled()).isEmpty();
        assertThat(fixture.sealHandler(true).giveUp(settled(version), e.failure()))
                .singleElement()
                .isInstanceOf(CopyFailed.class);
        assertThat(fixture.copy(version, "localfs").state()).isEqualTo(CopyState.FAILED);
    }

    @Test
    void anArchiveThatFailsIsLoggedByTheStageAlone() throws Exception {
        Version version =
                fixture.settle(fixture.write("a.sql.gz", Arrays.copyOf(Archives.gzip(10_000), 5000)), "localfs");
        Logger log = (Logger) LoggerFactory.getLogger(SealHandler.class.getPackageName());
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        try {
            FailureException e = failure(settled(version));
            assertThat(e.failure().reason()).as("what the stage logs").contains("a.sql.gz");
            fixture.sealHandler(true).giveUp(settled(version), e.failure());
        } finally {
            log.detachAppender(logged);
        }
        assertThat(logged.list).isEmpty();
    }

    private FailureException failure(ArchiveSettled event) {
        return catchThrowableOfType(
                FailureException.class, () -> fixture.sealHandler(true).handle(event, FIRST));
    }

    private VersionState state(Version version) throws FailureException {
        return fixture.ledger.versions().find(version.id()).orElseThrow().state();
    }

    private static ArchiveSettled settled(Version version) {
        return new ArchiveSettled(version.id(), version.path());
    }
}
