package org.heratio.offsite.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.operations.inventory.ListedDirectory;
import org.junit.jupiter.api.Test;

/** On a real ledger, without a process. */
class StatusServiceTest extends StatusTestCase {
    StatusServiceTest() {
        super(Clock.systemUTC());
    }

    private Status look(Duration later) throws Exception {
        Clock clock = Clock.offset(Clock.systemUTC(), later);
        if (Files.exists(backups)) {
            ledger.scans().record(backups.toString(), clock.millis(), true);
        }
        return new StatusService(settings, ledger, new ListedDirectory(backups), clock).look();
    }

    private ArchiveFile archive(String name) throws Exception {
        Path file = Files.writeString(backups.resolve(name), "an archive");
        return found(file);
    }

    @Test
    void isWellWhileNothingHasFailed() throws Exception {
        ledger.versions().settle(archive("a.gz"), System.currentTimeMillis(), DRIVERS, false);

        Status status = look(Duration.ZERO);

        assertThat(status.ok()).isTrue();
        assertThat(status.archives()).isEqualTo(Map.of(VersionState.SETTLED, 1L));
        assertThat(status.copies()).isEqualTo(Map.of("localfs", Map.of(CopyState.PENDING, 1L)));
        assertThat(status.safe()).isEqualTo(new Status.Safe(0, 1, DRIVERS));
    }

    /** The ledger may know a million. */
    @Test
    void readsNoArchivesButThoseInTheDirectory() throws Exception {
        verified("a.gz");
        ledger.versions().settle(archive("b.gz"), System.currentTimeMillis(), DRIVERS, false);
        Ledger real = ledger;
        Versions versions = (Versions) Proxy.newProxyInstance(
                Versions.class.getClassLoader(), new Class<?>[] {Versions.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("newest") && arguments == null) {
                        throw new AssertionError("all archives were read");
                    }
                    return method.invoke(real.versions(), arguments);
                });
        ledger = (Ledger) Proxy.newProxyInstance(
                Ledger.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (proxy, method, arguments) ->
                        method.getName().equals("versions") ? versions : method.invoke(real, arguments));

        assertThat(look(Duration.ZERO).safe()).isEqualTo(new Status.Safe(1, 2, DRIVERS));
    }

    @Test
    void countsAFailedArchiveApartOnceItIsDeleted() throws Exception {
        verified("a.gz");
        ArchiveFile cut = archive("cut.gz");
        ledger.versions().reject(cut, DRIVERS, new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it is cut", null));
        assertThat(look(Duration.ZERO))
                .extracting(
                        Status::ok,
                        Status::deletedUnshipped,
                        found -> found.archives().get(VersionState.FAILED))
                .containsExactly(false, 0, 1L);

        Files.delete(Path.of(cut.path()));
        Status status = look(Duration.ofDays(30));

        assertThat(status.ok()).isTrue();
        assertThat(status.deletedUnshipped()).isOne();
        assertThat(status.archives()).doesNotContainKey(VersionState.FAILED);
        assertThat(status.safe().of()).as("archives that can still be shipped").isOne();
    }

    @Test
    void aCopyThatCannotBeReadBackForADayMakesNoArchiveSafe() throws Exception {
        Copy copy = verified("a.gz");
        assertThat(look(Duration.ZERO).safe()).isEqualTo(new Status.Safe(1, 1, DRIVERS));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        cannotBeRead(copy, Duration.ZERO);
        Status begun = look(Duration.ofDays(6));
        assertThat(begun)
                .as("one attempt that failed says nothing of the days after it")
                .extracting(Status::ok, status -> status.safe().archives())
                .containsExactly(true, 0L);
        assertThat(begun.proofs().failing().copies()).isOne();
        assertThat(begun.proofs().failing().since()).isAfterOrEqualTo(before);
        assertThat(begun.proofs().doubted().copies()).isZero();
        assertThat(begun.proofs().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .startsWith("1 copy could not be read back at the last attempt since 2"));
        cannotBeRead(copy, Duration.ofHours(23));
        assertThat(look(Duration.ofHours(23)).ok()).isTrue();
        cannotBeRead(copy, Duration.ofHours(24).minusSeconds(5));

        Status status = look(Duration.ofHours(24));

        assertThat(status.ok()).isFalse();
        assertThat(status.safe()).isEqualTo(new Status.Safe(0, 1, DRIVERS));
        assertThat(status.proofs().doubted().copies()).isOne();
        assertThat(status.proofs().doubted().since()).isAfterOrEqualTo(before);
        assertThat(status.proofs().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).startsWith("1 copy cannot be read back since 2"));

        ledger.proofs().record(copy.id(), "a".repeat(64));
        assertThat(look(Duration.ZERO).safe()).isEqualTo(new Status.Safe(1, 1, DRIVERS));
        assertThat(look(Duration.ZERO).proofs().failing()).isEqualTo(new WeakProofs.Copies(0, null));
    }

    private void cannotBeRead(Copy copy, Duration later) throws Exception {
        Failure failure = new Failure(ErrorCode.DESTINATION_IO, "it breaks off", null);
        Clock clock = Clock.offset(Clock.systemUTC(), later);
        try (Ledger then = LedgerFixture.h2(vertx, directory.toRealPath().resolve("ledger"), clock)) {
            then.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), 1, failure, 1000L);
        }
    }

    @Test
    void aCrontabThatReadsEachCopyBackOnceIsNotTooOld() throws Exception {
        verified("a.gz");
        assertThat(look(Duration.ofDays(400)).ok()).isTrue();

        settings = settings.with(Setting.BACKUP_OFFSITE_PROOF_MAX_AGE, "35d");
        assertThat(look(Duration.ofDays(400)).ok()).isFalse();
    }

    @Test
    void aProofThatIsTooOldMakesNoArchiveSafe() throws Exception {
        verified("a.gz");
        ledger.schedules().advance(Schedules.SWEEP, null, System.currentTimeMillis());
        assertThat(look(Duration.ofDays(34)).ok()).isTrue();

        Status status = look(Duration.ofDays(36));

        assertThat(status.ok()).isFalse();
        assertThat(status.safe()).isEqualTo(new Status.Safe(0, 1, DRIVERS));
        assertThat(status.proofs().stale().copies()).isOne();
        assertThat(status.proofs().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains(": 1 copy at 2"));

        Settings swept = settings;
        settings = swept.with(Setting.BACKUP_OFFSITE_SWEEP_CRON, "off");
        assertThat(look(Duration.ofDays(36)).ok()).isTrue();
        settings = swept.with(Setting.BACKUP_OFFSITE_PROOF_MAX_AGE, "off");
        assertThat(look(Duration.ofDays(3_600)).ok()).isTrue();
    }

    private Copy verified(String name) throws Exception {
        Version version = ledger.versions().settle(archive(name), 1, DRIVERS, true);
        String sha256 = "a".repeat(64);
        Payload payload = ledger.payloads()
                .record(version.id(), sha256, "", sha256, version.size(), false)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        ledger.copies().replicated(copy.id(), "/offsite/" + name, payload);
        ledger.proofs().record(copy.id(), sha256);
        return copy;
    }

    @Test
    void damageAtADestinationThatIsNotConfiguredAnyMoreIsCountedAndNoAlarm() throws Exception {
        Copy copy = ledger.copies().find(verified("a.gz").id()).orElseThrow();
        ledger.copies().damaged(copy, CopyState.MISSING, new Failure(ErrorCode.COPY_MISSING, "it is gone", null));
        assertThat(look(Duration.ZERO).alarms()).extracting(Alarm::code).containsExactly(Alarm.Code.COPIES_DAMAGED);

        settings = settings.with(Map.of(
                Setting.BACKUP_OFFSITE_DRIVER, "rsync",
                Setting.BACKUP_OFFSITE_RSYNC_HOST, "vault.example.org",
                Setting.BACKUP_OFFSITE_RSYNC_PATH, "/srv/offsite"));
        Status status = look(Duration.ZERO);

        assertThat(status.ok()).isTrue();
        assertThat(status.alarms()).isEmpty();
        assertThat(status.copies().get("localfs")).isEqualTo(Map.of(CopyState.MISSING, 1L));
        assertThat(StatusCheck.of(status, Instant.now()).line()).contains(" damaged=0;");
    }

    @Test
    void isNotWellWithoutItsBackupDirectory() throws Exception {
        Files.delete(backups);

        Status status = look(Duration.ZERO);

        assertThat(status.ok()).isFalse();
        assertThat(status.unreadable().places())
                .singleElement()
                .satisfies(place -> assertThat(place.localPath()).isEqualTo(backups.toString()));
    }
}
