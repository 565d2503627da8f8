package org.heratio.offsite.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.inventory.ListedDirectory;
import org.heratio.offsite.operations.status.Alarm.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pipeline that never began, or that has stopped, on a real ledger. */
class StandstillTest extends StatusTestCase {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private ListedDirectory listed;

    StandstillTest() {
        super(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @BeforeEach
    void list() {
        listed = new ListedDirectory(backups);
    }

    private Status look() throws Exception {
        return new StatusService(settings, ledger, listed, Clock.fixed(NOW, ZoneOffset.UTC)).look();
    }

    private List<Code> codes() throws Exception {
        Status status = look();
        assertThat(status.ok()).isEqualTo(status.alarms().isEmpty());
        return status.alarms().stream().map(Alarm::code).toList();
    }

    private void scanned(Duration ago, boolean served) throws Exception {
        ledger.scans().record(backups.toString(), NOW.minus(ago).toEpochMilli(), served);
    }

    private ArchiveFile archive(String name, Duration age) throws Exception {
        Path file = Files.writeString(backups.resolve(name), "an archive");
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        return found(file);
    }

    private Version settled(String name, Duration ago) throws Exception {
        return ledger.versions().settle(archive(name, ago), NOW.minus(ago).toEpochMilli(), DRIVERS, true);
    }

    private Copy shipped(String name, Duration ago) throws Exception {
        Version version = settled(name, ago);
        String sha256 = "a".repeat(64);
        Payload payload = ledger.payloads()
                .record(version.id(), sha256, "", sha256, version.size(), false)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        ledger.copies().replicated(copy.id(), "/offsite/" + name, payload);
        return copy;
    }

    private void proved(String name, Duration ago) throws Exception {
        ledger.proofs().record(shipped(name, ago).id(), "a".repeat(64));
    }

    @Test
    void aWrongDirectoryAndALedgerThatWasNeverUsedAreNotWell() throws Exception {
        assertThat(codes()).containsExactly(Code.BACKUP_DIRECTORY_EMPTY, Code.LEDGER_UNUSED);

        Files.delete(backups);
        assertThat(codes()).containsExactly(Code.BACKUP_DIRECTORY_UNAVAILABLE, Code.LEDGER_UNUSED);
    }

    @Test
    void isWellWhileTheServiceScansAndEachArchiveIsProved() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ofSeconds(70), true);

        assertThat(codes()).isEmpty();
        assertThat(look().lastScan()).isEqualTo(NOW.minusSeconds(70));
    }

    @Test
    void anEmptyDirectoryWhereArchivesWereIsNotWell() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ZERO, true);
        Files.delete(backups.resolve("a.gz"));

        assertThat(codes()).containsExactly(Code.BACKUP_DIRECTORY_EMPTY);
    }

    @Test
    void patternsThatIncludeNoneOfTheFilesAreNotWell() throws Exception {
        scanned(Duration.ZERO, true);
        listed = new ListedDirectory(backups, 3);

        assertThat(codes()).containsExactly(Code.NOTHING_INCLUDED);
        assertThat(look().alarms().get(0).text()).contains("BACKUP_OFFSITE_INCLUDE=*.gz,*.zip", "none of the 3 files");
    }

    @Test
    void aServiceThatNoLongerScansIsToldAfterThreeIntervals() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ofMinutes(7), true);
        assertThat(codes()).isEmpty();

        scanned(Duration.ofMinutes(9), true);
        assertThat(codes()).containsExactly(Code.PIPELINE_STOPPED);

        scanned(Duration.ZERO, false);
        assertThat(codes())
                .as("a command that was run once brings no service back")
                .containsExactly(Code.PIPELINE_STOPPED);
    }

    @Test
    void aCronJobThatTookTheServicesPlaceIsWell() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ofHours(30), true);
        scanned(Duration.ofHours(20), false);
        assertThat(codes()).isEmpty();

        settings = settings.with(Setting.BACKUP_OFFSITE_WAIT_LIMIT, "19h");
        assertThat(codes()).containsExactly(Code.NOT_SCANNED);
        settings = settings.with(Setting.BACKUP_OFFSITE_WAIT_LIMIT, "off");
        assertThat(codes()).containsExactly(Code.PIPELINE_STOPPED);
    }

    @Test
    void aServiceThatACronJobReplacedIsNotMissedForEverWithoutALimit() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        settings = settings.with(Setting.BACKUP_OFFSITE_WAIT_LIMIT, "off");
        scanned(Duration.ofHours(49), true);
        assertThat(codes()).as("nothing has taken its place").containsExactly(Code.PIPELINE_STOPPED);
        scanned(Duration.ofHours(20), false);

        assertThat(codes()).isEmpty();
    }

    @Test
    void aServiceThatScansForLongIsWell() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ofHours(30), true);
        ledger.scans().goesOn(backups.toString(), NOW.minusSeconds(60).toEpochMilli());

        assertThat(codes()).isEmpty();
        assertThat(look().lastScan()).isEqualTo(NOW.minus(Duration.ofHours(30)));
    }

    @Test
    void theFirstScanOfAServiceIsASignOfLife() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        ledger.scans().goesOn(backups.toString(), NOW.minusSeconds(60).toEpochMilli());

        assertThat(codes()).isEmpty();
        assertThat(look().lastScan()).isNull();
    }

    @Test
    void aLongIntervalIsNoReasonForAnAlarm() throws Exception {
        proved("a.gz", Duration.ofDays(5));
        settings = settings.with(Setting.BACKUP_OFFSITE_SCAN_INTERVAL, "2d");
        scanned(Duration.ofHours(40), true);

        assertThat(codes()).isEmpty();
    }

    @Test
    void aDirectoryThatNoScanHasSeenIsNotWell() throws Exception {
        proved("a.gz", Duration.ofDays(3));

        assertThat(codes()).containsExactly(Code.NOT_SCANNED);
        ledger.scans().record("/elsewhere", NOW.toEpochMilli(), true);
        assertThat(codes()).containsExactly(Code.NOT_SCANNED);
    }

    @Test
    void anArchiveThatNoScanHasSeenForLongWaits() throws Exception {
        scanned(Duration.ZERO, false);
        archive("a.gz", Duration.ofHours(25));
        assertThat(codes()).isEmpty();
        archive("b.gz", Duration.ofHours(27));

        assertThat(codes()).containsExactly(Code.ARCHIVES_WAITING);
        assertThat(look().waiting()).isEqualTo(new WaitingArchives(1, NOW.minus(Duration.ofHours(27))));
        assertThat(look().alarms().get(0).text()).contains("1 archive has waited", "b.gz is not settled");
    }

    @Test
    void anArchiveThatWaitsForRoomOrItsDestinationSaysWhatFor() throws Exception {
        scanned(Duration.ZERO, true);
        settled("young.gz", Duration.ofHours(1));
        Version big = settled("big.gz", Duration.ofHours(30));
        assertThat(codes()).containsExactly(Code.ARCHIVES_WAITING);

        Failure full = new Failure(ErrorCode.SPOOL_FULL, "it is larger than the spool", null);
        ledger.pendingWork().postponed(big.id(), 0, full, 1_000);

        assertThat(look().waiting().archives()).isOne();
        assertThat(look().alarms().get(0).text())
                .contains("big.gz is not yet at localfs", "it is larger than the spool");
        settings = settings.with(Setting.BACKUP_OFFSITE_WAIT_LIMIT, "2d");
        assertThat(codes()).isEmpty();
    }

    @Test
    void aCopyThatNobodyReadsBackWaitsForItsProof() throws Exception {
        scanned(Duration.ZERO, true);
        shipped("a.gz", Duration.ofDays(3));
        assertThat(codes()).as("it was shipped just now").isEmpty();

        Clock later = Clock.fixed(NOW.plus(Duration.ofDays(2)), ZoneOffset.UTC);
        ledger.scans().record(backups.toString(), later.millis(), true);
        Status status = new StatusService(settings, ledger, listed, later).look();

        assertThat(status.alarms())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.text()).contains("a.gz is not yet verified at localfs"));
    }

    @Test
    void aNewInstallationIsNoFaultForTheDoctor() throws Exception {
        StatusService service = new StatusService(settings, ledger, listed, Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(service.standstill())
                .extracting(finding -> finding.level().word())
                .containsExactly("warn", "warn");

        archive("a.gz", Duration.ofDays(9));
        assertThat(service.standstill())
                .extracting(finding -> finding.level().word())
                .containsExactly("warn", "FAIL");
    }

    @Test
    void aPluginHasOneLineWithNumbersAndTheCodeOfTheWorst() throws Exception {
        proved("a.gz", Duration.ofDays(3));
        scanned(Duration.ofSeconds(70), true);
        StatusCheck well = StatusCheck.of(look(), NOW);
        assertThat(well.result().exitCode()).isZero();
        assertThat(well.line())
                .isEqualTo("OFFSITE OK - 1 of 1 archives are safe at localfs | archives=1;;;0 safe=1;;;0 waiting=0;;;0"
                        + " failed=0;;;0 damaged=0;;;0 unproved=0;;;0 last_scan=70s;;;0");

        archive("b|\n.gz", Duration.ofDays(2));
        StatusCheck waits = StatusCheck.of(look(), NOW);
        assertThat(waits.result().exitCode()).isEqualTo(2);
        assertThat(waits.line())
                .startsWith("OFFSITE CRITICAL - ARCHIVES_WAITING: 1 archive has waited")
                .contains("waiting=1;;;0")
                .containsOnlyOnce("|")
                .doesNotContain("\n");
    }

    @Test
    void aPluginWarnsOfAReadThatFailedOnce() throws Exception {
        scanned(Duration.ZERO, true);
        Copy copy = shipped("a.gz", Duration.ofDays(3));
        ledger.proofs().record(copy.id(), "a".repeat(64));
        Failure failure = new Failure(ErrorCode.DESTINATION_IO, "it breaks off", null);
        ledger.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), 1, failure, 1000L);

        Status status = look();

        assertThat(status.ok()).isTrue();
        assertThat(StatusCheck.of(status, NOW).result()).isEqualTo(StatusCheck.Result.WARNING);
    }
}
