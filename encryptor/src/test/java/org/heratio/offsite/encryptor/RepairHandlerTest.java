package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.heratio.offsite.encryptor.EncryptorFixture.FIRST;
import static org.heratio.offsite.encryptor.EncryptorFixture.record;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.heratio.offsite.destination.MemoryDestination;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyFailed;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.openpgp.QuickCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairHandlerTest {
    @TempDir
    Path dir;

    private EncryptorFixture fixture;
    private final MemoryDestination s3 = new MemoryDestination("s3");
    private Path archive;
    private Version version;
    private Copy damaged;

    @BeforeEach
    void start() throws Exception {
        fixture = new EncryptorFixture(dir);
        fixture.destinations.put("s3", s3);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** An archive with a proved copy at s3 and a damaged one at localfs. */
    private void shipped(boolean encrypted) throws Exception {
        archive = fixture.write("a.sql.gz", Archives.gzip(10_000));
        version = fixture.settle(archive, "localfs", "s3");
        record(fixture.sealHandler(encrypted).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        s3.copies.put(version.remoteName(), Files.readAllBytes(payloadFile()));
        fixture.ship(version, "s3", CopyState.VERIFIED);
        damaged = fixture.ship(version, "localfs", CopyState.CORRUPT);
    }

    private Path payloadFile() throws FailureException {
        Payload payload = payload();
        return payload.passesThrough() ? archive : fixture.spool.resolve(payload.spoolFile());
    }

    private Payload payload() throws FailureException {
        return fixture.ledger.payloads().ofVersion(version.id()).orElseThrow();
    }

    /** As when all copies were verified, and the spool was tidied up long ago. */
    private void forgetPayload() throws FailureException {
        String spoolFile = payload().spoolFile();
        fixture.ledger.payloads().fileDeleted(spoolFile);
        fixture.spool.remove(spoolFile);
    }

    @Test
    void takesThePayloadThatStillLiesInTheSpool() throws Exception {
        shipped(true);
        Payload before = payload();
        assertThat(record(repair(true))).containsExactly(new PayloadReady(damaged.id(), before.id(), "localfs"));
        assertThat(fixture.spooled()).containsExactly(before.spoolFile());
    }

    @Test
    void doesNotTakeAPayloadThatIsDamagedItself() throws Exception {
        shipped(true);
        Payload before = payload();
        byte[] bytes = Files.readAllBytes(payloadFile());
        bytes[500] ^= 1;
        Files.write(payloadFile(), bytes);
        assertThat(record(repair(true))).hasSize(1);
        assertThat(payload().spoolFile()).isNotEqualTo(before.spoolFile());
        assertThat(fixture.spooled()).containsExactly(payload().spoolFile());
    }

    @Test
    void aLinkInTheSpoolIsNotThePayload() throws Exception {
        shipped(true);
        Payload before = payload();
        Path moved = Files.move(payloadFile(), dir.resolve("moved"));
        Files.createSymbolicLink(fixture.spoolDirectory.resolve(before.spoolFile()), moved);
        assertThat(record(repair(true))).hasSize(1);
        assertThat(payload().spoolFile()).isNotEqualTo(before.spoolFile());
        assertThat(payloadFile()).isRegularFile();
        assertThat(moved).exists();
    }

    @Test
    void sealsTheLocalArchiveAgain() throws Exception {
        shipped(true);
        forgetPayload();
        s3.failWith(ErrorCode.DESTINATION_UNREACHABLE);
        Outcome outcome = repair(true);
        assertThat(record(outcome)).isEqualTo(record(outcome)).containsExactly(ready());
        assertThat(payload().encrypted()).isTrue();
    }

    @Test
    void fetchesAProvedCopyWhenTheLocalArchiveIsGone() throws Exception {
        shipped(true);
        Payload before = payload();
        forgetPayload();
        Files.delete(archive);
        assertThat(record(repair(true))).containsExactly(ready());
        assertThat(payload().sha256()).isEqualTo(before.sha256());
        assertThat(Files.readAllBytes(payloadFile())).isEqualTo(s3.copies.get(version.remoteName()));
    }

    @Test
    void takesTheNextProvedCopyWhenOneLiesInAnotherPlaceThanIsConfigured() throws Exception {
        fixture.destinations.put("rsync", new MemoryDestination("rsync"));
        archive = fixture.write("a.sql.gz", Archives.gzip(10_000));
        version = fixture.settle(archive, "localfs", "rsync", "s3");
        record(fixture.sealHandler(true).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        s3.copies.put(version.remoteName(), Files.readAllBytes(payloadFile()));
        Copy moved = fixture.ship(version, "rsync", "/under/an/old/prefix/a.sql.gz", CopyState.VERIFIED);
        assertThat(moved.state()).isEqualTo(CopyState.VERIFIED);
        fixture.ship(version, "s3", CopyState.VERIFIED);
        damaged = fixture.ship(version, "localfs", CopyState.CORRUPT);
        forgetPayload();
        Files.delete(archive);

        assertThat(record(repair(true))).containsExactly(ready());
    }

    @Test
    void fetchesAProvedCopyWhenThePayloadWasTheArchiveAndThatIsGone() throws Exception {
        shipped(false);
        assertThat(payload().passesThrough()).isTrue();
        Files.delete(archive);
        assertThat(record(repair(false))).containsExactly(ready());
        assertThat(payload().passesThrough()).isFalse();
        assertThat(Files.readAllBytes(payloadFile())).isEqualTo(s3.copies.get(version.remoteName()));
    }

    @Test
    void neverTakesALocalArchiveWithOtherBytes() throws Exception {
        shipped(true);
        forgetPayload();
        fixture.write("a.sql.gz", Archives.gzip(20_000));
        s3.copies.clear();
        FailureException e = failure(true);
        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_UNREPAIRABLE);
        assertThat(e.failure().reason()).contains("written to after").contains("s3");
        assertThat(fixture.spooled()).isEmpty();
    }

    @Test
    void neverFetchesACopyWithOtherBytes() throws Exception {
        shipped(true);
        forgetPayload();
        Files.delete(archive);
        s3.copies.get(version.remoteName())[300] ^= 1;
        assertThat(failure(true).failure().code()).isEqualTo(ErrorCode.COPY_UNREPAIRABLE);
        assertThat(fixture.spooled()).isEmpty();
    }

    /** The copy that a repair is made of may be longer than it was, or have no end. */
    @Test
    void fetchesNoMoreThanTheCopyHad() throws Exception {
        shipped(true);
        forgetPayload();
        Files.delete(archive);
        s3.copies.compute(version.remoteName(), (name, bytes) -> Arrays.copyOf(bytes, bytes.length + 5_000_000));
        FailureException e = failure(true);
        assertThat(e.failure().code()).isEqualTo(ErrorCode.COPY_UNREPAIRABLE);
        assertThat(e.failure().reason()).contains("s3: ", "more than its");
        assertThat(fixture.spooled()).isEmpty();
    }

    @Test
    void triesAgainLaterWhenTheOtherDestinationDoesNotAnswer() throws Exception {
        shipped(true);
        forgetPayload();
        Files.delete(archive);
        s3.failWith(ErrorCode.DESTINATION_UNREACHABLE);
        assertThat(failure(true).failure().code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
    }

    @Test
    void neverReplacesAnEncryptedCopyByAPlainOne() throws Exception {
        shipped(true);
        forgetPayload();
        s3.copies.clear();
        FailureException e = failure(false);
        assertThat(e.failure().reason()).contains("no passphrase");
        assertThat(fixture.spooled()).isEmpty();
    }

    @Test
    void repairsAPlainCopyEncryptedOnceAPassphraseIsSet() throws Exception {
        shipped(false);
        assertThat(record(repair(true))).containsExactly(ready());
        assertThat(payload().encrypted()).isTrue();
        assertThat(fixture.spooled()).containsExactly(payload().spoolFile());
    }

    @Test
    void repairsAPlainCopyPlainWhenSomebodyWishedItSo() throws Exception {
        version = fixture.settlePlain(fixture.write("a.sql.gz", Archives.gzip(10_000)), "localfs");
        record(fixture.sealHandler(true).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        damaged = fixture.ship(version, "localfs", CopyState.CORRUPT);
        assertThat(record(repair(true))).containsExactly(ready());
        assertThat(payload().encrypted()).isFalse();
    }

    @Test
    void repairsAPlainCopyEncryptedWhenItIsAnotherThatSomebodyWishedPlain() throws Exception {
        shipped(false);
        fixture.ledger.versions().requeue(version.id(), List.of("s3"), true, true);
        record(fixture.sealHandler(true).handle(new ArchiveSettled(version.id(), version.path()), FIRST));
        fixture.ship(version, "s3", CopyState.VERIFIED);
        assertThat(payload().encrypted()).isFalse();
        assertThat(record(repair(true))).containsExactly(ready());
        assertThat(payload().encrypted()).isTrue();
    }

    @Test
    void encryptsAPlainCopyThatItFetchesBecauseTheLocalArchiveIsGone() throws Exception {
        shipped(false);
        byte[] content = Files.readAllBytes(archive);
        String sha256 = payload().sha256();
        Files.delete(archive);

        assertThat(record(repair(true))).containsExactly(ready());

        assertThat(payload().encrypted()).isTrue();
        assertThat(payload().sha256()).isNotEqualTo(sha256);
        char[] secret = EncryptorFixture.SECRET.toCharArray();
        try (InputStream opened = QuickCipher.create().decrypt(Files.newInputStream(payloadFile()), secret)) {
            assertThat(opened.readAllBytes()).isEqualTo(content);
        }
        assertThat(fixture.ledger.versions().find(version.id()).orElseThrow().sha256())
                .isEqualTo(sha256);
    }

    @Test
    void leavesAloneWhatIsWellAgain() throws Exception {
        shipped(true);
        fixture.ledger.proofs().record(damaged.id(), payload().sha256());
        assertThat(record(repair(true))).isEmpty();
    }

    @Test
    void repairsNothingThatIsLeftToPeople() throws Exception {
        shipped(true);
        RepairRequested event = new RepairRequested(damaged.id(), "localfs");
        assertThat(record(fixture.repairHandler(true, false).handle(event, FIRST)))
                .isEmpty();
    }

    @Test
    void repairsNoCopyMoreOftenThanItsBound() throws Exception {
        shipped(true);
        for (int repairs = 1; repairs < Copy.MAX_REPAIRS; repairs++) {
            assertThat(record(repair(true))).as("after %s damages", repairs).isNotEmpty();
            damaged = fixture.ship(version, "localfs", CopyState.CORRUPT);
        }
        assertThat(damaged.repairs()).isEqualTo(Copy.MAX_REPAIRS);

        assertThat(record(repair(true))).isEmpty();
    }

    @Test
    void aRepairThatFailedIsNotTriedBeforeItIsDue() throws Exception {
        shipped(true);
        Failure failure = new Failure(ErrorCode.DESTINATION_UNREACHABLE, "the other copy is away", null);
        fixture.ledger.pendingWork().attemptFailed("encryptor", 0, damaged.id(), 1, failure, 60_000L);

        assertThat(record(repair(true))).isEmpty();

        fixture.ledger.pendingWork().attemptFailed("encryptor", 0, damaged.id(), 2, failure, 20_000L);
        assertThat(repair(true)).as("most likely its own message").isInstanceOf(Outcome.Later.class);

        fixture.ledger.pendingWork().overdue(List.of("localfs"), 0);
        assertThat(record(repair(true))).isNotEmpty();
    }

    @Test
    void refusesACopyThatTheLedgerDoesNotKnow() throws Exception {
        shipped(true);
        for (RepairRequested forged :
                List.of(new RepairRequested(4711, "localfs"), new RepairRequested(damaged.id(), "s3"))) {
            RepairHandler handler = fixture.repairHandler(true);
            FailureException e = catchThrowableOfType(FailureException.class, () -> handler.handle(forged, FIRST));
            assertThat(e.failure().code()).isEqualTo(ErrorCode.MESSAGE_FORGED);
            assertThat(handler.giveUp(forged, e.failure())).isEmpty();
        }
    }

    @Test
    void shoutsWhenItGivesUp() throws Exception {
        shipped(true);
        Failure failure = new Failure(ErrorCode.COPY_UNREPAIRABLE, "nothing left", null);
        RepairRequested event = new RepairRequested(damaged.id(), "localfs");
        assertThat(fixture.repairHandler(true).giveUp(event, failure))
                .containsExactly(new CopyFailed(damaged.id(), "localfs", ErrorCode.COPY_UNREPAIRABLE, "nothing left"));
        assertThat(fixture.copy(version, "localfs").state()).isEqualTo(CopyState.CORRUPT);
    }

    @Test
    void theKeeperRemovesWhatHasNoWorkLeft() throws Exception {
        shipped(true);
        SpoolKeeper keeper = new SpoolKeeper(fixture.ledger.payloads(), fixture.spool);
        keeper.sweep();
        assertThat(fixture.spooled()).as("a copy still needs it").hasSize(1);
        fixture.ledger.proofs().record(damaged.id(), payload().sha256());
        keeper.sweep();
        assertThat(fixture.spooled()).isEmpty();
        assertThat(fixture.ledger.payloads().ofVersion(version.id())).isEmpty();
    }

    @Test
    void aRepairGetsTheRoomOfAPayloadThatNoDestinationTakes() throws Exception {
        shipped(true);
        forgetPayload();
        Version waiting = fixture.settle(fixture.write("b.sql.gz", Archives.gzip(11_000)), "localfs", "s3");
        record(fixture.sealHandler(true).handle(new ArchiveSettled(waiting.id(), waiting.path()), FIRST));
        fixture.ship(waiting, "localfs", CopyState.VERIFIED);
        fixture.failPuts(waiting, "s3");
        // for one of the two
        Sealer sealer =
                fixture.sealer(true, new Spool(fixture.spoolDirectory, PayloadCipher.mostBytes(version.size()) + 100));
        RepairHandler handler =
                new RepairHandler(fixture.ledger, List.of("localfs", "s3"), sealer, fixture.rebuilder(sealer), true);

        assertThat(record(handler.handle(new RepairRequested(damaged.id(), "localfs"), FIRST)))
                .containsExactly(ready());
        assertThat(fixture.ledger.payloads().ofVersion(waiting.id())).isEmpty();
        assertThat(fixture.spooled()).containsExactly(payload().spoolFile());
    }

    private Outcome repair(boolean encrypting) throws Exception {
        return fixture.repairHandler(encrypting).handle(new RepairRequested(damaged.id(), "localfs"), FIRST);
    }

    private FailureException failure(boolean encrypting) {
        return catchThrowableOfType(FailureException.class, () -> repair(encrypting));
    }

    private PayloadReady ready() throws FailureException {
        return new PayloadReady(damaged.id(), payload().id(), "localfs");
    }
}
