package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.junit.jupiter.api.Test;

/** What Heratio shipped, and by which key what is encrypted was encrypted. */
abstract class LedgerAdoptionContract extends LedgerWorkContract {
    private static final String REMOTE = "/offsite/a.gz.gpg";

    private ReplicationRow heratios(String status) throws LedgerException {
        sql(
                "INSERT INTO ahg_backup_replication (local_path, remote_path, driver, size_bytes, sha256, encrypted, replicated_at, status) "
                        + "VALUES ('/backups/a.gz', '" + REMOTE + "', 'localfs', 99, '" + PAYLOAD_SHA
                        + "', '1', '2025-12-31 23:00:00', '" + status + "')");
        HeratioTables.Claims claims = new HeratioDatabase(config()).claims();
        assertThat(claims.knows(claims.rows().get(0))).isFalse();
        return claims.rows().get(0);
    }

    private boolean adopt(ReplicationRow row, ArchiveFile archive) throws LedgerException {
        return !ledger.claims()
                .adopt(List.of(new ClaimedCopy(row, archive, "a.gz", row.remotePath(), row.sizeBytes())))
                .isEmpty();
    }

    private Copy adopted() throws LedgerException {
        ReplicationRow row = heratios("verified");
        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();
        assertThat(new HeratioDatabase(config()).claims().knows(row)).isTrue();
        return ledger.copies().at("localfs", REMOTE).orElseThrow();
    }

    @Test
    void theArchivesThatAreWithheldAtADestinationAreFoundTogether() throws Exception {
        ReplicationRow row = heratios("verified");
        List<String> paths = List.of("/backups/a.gz", "/backups/b.gz", "/backups/é.gz");
        assertThat(ledger.claims().withheld("localfs", paths)).containsExactly("/backups/a.gz");
        assertThat(ledger.claims().withheld("s3", paths)).isEmpty();
        assertThat(ledger.claims().withheld("localfs", List.of())).isEmpty();

        ledger.claims().markReviewed("here", List.of(row));
        assertThat(ledger.claims().withheld("localfs", paths)).isEmpty();
    }

    @Test
    void anArchiveWithACopyOfOursIsNotWithheld() throws Exception {
        settled("c.gz", 5);
        sql("INSERT INTO ahg_backup_replication (local_path, remote_path, driver, encrypted, status) "
                + "VALUES ('/backups/c.gz', '/elsewhere/c.gz', 'localfs', '1', 'replicated')");
        assertThat(ledger.claims().withheld("localfs", List.of("/backups/c.gz")))
                .isEmpty();
    }

    @Test
    void anAdoptedCopyIsAClaimThatOnlyASweepLooksAt() throws Exception {
        Copy copy = adopted();

        assertThat(copy.state()).isEqualTo(CopyState.REPLICATED);
        assertThat(ledger.claims().counts()).isEqualTo(Map.of("localfs", 1L));
        assertThat(ledger.pendingWork().all(LOCALFS)).isEmpty();
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        KnownArchive known = ledger.versions().newest().get("/backups/a.gz");
        assertThat(known.copies()).containsEntry("localfs", CopyState.REPLICATED);
        assertThat(known.claimed()).containsExactly("localfs");
        assertThat(known.onItsWay("localfs")).isFalse();
        assertThat(due(ledger, false, null, null)).containsExactly(copy);
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        assertThat(ledger.view().ownTimes(ledger.view().history(10, null)).values())
                .noneMatch(OwnTimes::proved);
        // the watcher sees the file: it is the one that is known
        Version version = settled("a.gz", 5);
        assertThat(version.id()).isEqualTo(copy.versionId());
        assertThat(version.state()).isEqualTo(VersionState.SEALED);

        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.claims().counts()).isEmpty();
        assertThat(ledger.versions().newest().get("/backups/a.gz").claimed()).isEmpty();
        assertThat(ledger.view().ownTimes(ledger.view().history(10, null)))
                .containsOnlyKeys(publicRow("a.gz").id())
                .allSatisfy((id, own) -> assertThat(own.proved()).isTrue());
    }

    @Test
    void aDamagedClaimIsShownAsFailedUnlessHeratioHasShippedOtherBytesMeanwhile() throws Exception {
        Copy copy = adopted();
        sql("UPDATE ahg_backup_replication SET sha256 = '" + "f".repeat(64) + "'");
        ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN);
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");

        sql("UPDATE ahg_backup_replication SET sha256 = '" + PAYLOAD_SHA + "'");
        ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN);
        assertThat(publicRow("a.gz"))
                .extracting(ReplicationRow::status, ReplicationRow::error)
                .containsExactly("failed", "other bytes");
        assertThat(ledger.view().copyCounts()).isEqualTo(Map.of("localfs", Map.of(CopyState.MISSING, 1L)));
    }

    @Test
    void aHashInCapitalLettersIsTheSameHash() throws Exception {
        heratios("verified");
        sql("UPDATE ahg_backup_replication SET sha256 = '" + PAYLOAD_SHA.toUpperCase(Locale.ROOT) + "'");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);
        assertThat(row.sha256()).isEqualTo(PAYLOAD_SHA);

        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();

        Copy copy = ledger.copies().at("localfs", REMOTE).orElseThrow();
        assertThat(copy.sha256()).isEqualTo(PAYLOAD_SHA);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(publicRow("a.gz").verifiedAt()).isNotNull();
    }

    @Test
    void aDirectoryWithASlashAtItsEndMakesNoOtherArchive() throws Exception {
        heratios("replicated");
        sql("UPDATE ahg_backup_replication SET local_path = '/backups//a.gz', remote_path = '/offsite//a.gz.gpg'");
        ReplicationRow row = ledger.claims().unreviewed("localfs", "here").get(0);
        Version version = settled("a.gz", 5);
        assertThat(ledger.copies().ofVersion(version.id())).isEmpty();

        assertThat(ledger.claims().adopt(List.of(new ClaimedCopy(row, file("a.gz", 10, 5), "a.gz", REMOTE, 99))))
                .containsExactly(row.id());

        assertThat(ledger.claims().unreviewed("localfs", "here")).isEmpty();
        assertThat(new HeratioDatabase(config()).claims().knows(row)).isTrue();
        assertThat(ledger.versions().newest().keySet()).containsExactly("/backups/a.gz");
        Copy copy = copyOf(version);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.view().history(10, null))
                .singleElement()
                .extracting(ReplicationRow::localPath, ReplicationRow::remotePath, ReplicationRow::status)
                .containsExactly("/backups//a.gz", "/offsite//a.gz.gpg", "verified");
        assertThat(ledger.view().ownTimes(ledger.view().history(10, null)).values())
                .singleElement()
                .returns(true, OwnTimes::proved)
                .satisfies(own -> assertThat(own.provedAt()).isNotNull());
    }

    @Test
    void onlyReplicatedAndVerifiedSayThatSomethingWasShipped() throws Exception {
        heratios("pending");
        assertThat(ledger.copies().ofVersion(settled("a.gz", 5).id())).hasSize(1);
        sql("DELETE FROM offsite_copy");
        sql("UPDATE ahg_backup_replication SET status = NULL");
        assertThat(ledger.view().history(10, null).get(0).status()).isEmpty();
        assertThat(ledger.copies().ofVersion(settled("a.gz", 5).id())).hasSize(1);
    }

    @Test
    void aTimeThatIsStillToComeByTheDatabasesClockIsFound() throws Exception {
        HeratioDatabase heratio = new HeratioDatabase(config());
        assertThat(heratio.timeToCome(ZoneOffset.UTC)).isEmpty();
        heratios("replicated");
        assertThat(heratio.timeToCome(ZoneOffset.UTC)).isEmpty();
        LocalDateTime inOneHour = LocalDateTime.now(ZoneOffset.UTC).plusHours(1).truncatedTo(ChronoUnit.SECONDS);
        sql("UPDATE ahg_backup_replication SET replicated_at = '"
                + inOneHour.toString().replace('T', ' ') + "'");

        assertThat(heratio.timeToCome(ZoneOffset.UTC)).contains(inOneHour);
        assertThat(heratio.timeToCome(ZoneOffset.ofHours(2)))
                .as("written there, it was an hour ago")
                .isEmpty();
    }

    @Test
    void whatHeratioShippedInClearIsNotWishedInClearForEver() throws Exception {
        heratios("replicated");
        sql("UPDATE ahg_backup_replication SET encrypted = '0'");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);

        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();

        assertThat(settled("a.gz", 5).plain()).isFalse();
    }

    @Test
    void whatWasAdoptedOrShippedOrHasChangedIsNotAdoptedAgain() throws Exception {
        ReplicationRow row = heratios("replicated");
        ArchiveFile archive = file("a.gz", 10, 5);
        sql("UPDATE ahg_backup_replication SET remote_path = '/offsite/other.gz'");
        assertThat(adopt(row, archive)).as("Heratio was quicker").isFalse();
        sql("UPDATE ahg_backup_replication SET remote_path = '" + REMOTE + "', sha256 = '" + SHA + "'");
        assertThat(adopt(row, archive)).as("Heratio shipped other bytes").isFalse();
        sql("UPDATE ahg_backup_replication SET size_bytes = 98, sha256 = '" + PAYLOAD_SHA + "'");
        assertThat(adopt(row, archive)).as("Heratio shipped more bytes").isFalse();
        sql("UPDATE ahg_backup_replication SET size_bytes = 99");
        sql("UPDATE ahg_backup_replication SET remote_path = '" + REMOTE + "'");
        assertThat(adopt(row, archive)).isTrue();
        assertThat(adopt(row, archive)).isFalse();
        assertThat(adopt(row, file("a.gz", 11, 6))).isFalse();
    }

    @Test
    void whatHeratioSaysThatItShippedIsNotShippedBeforeSomebodyHasLooked() throws Exception {
        ReplicationRow row = heratios("replicated");
        Version version = ledger.versions().settle(file("a.gz", 10, 5), clock.millis(), BOTH, false);

        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::driver)
                .containsExactly("s3");
        assertThat(ledger.claims().unreviewed("localfs", "here")).containsExactly(row);
        assertThat(ledger.claims().unreviewed("s3", "here")).isEmpty();
        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();
        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::driver, Copy::state)
                .containsExactly(tuple("localfs", CopyState.REPLICATED), tuple("s3", CopyState.PENDING));
        assertThat(ledger.claims().unreviewed("localfs", "here")).isEmpty();
    }

    @Test
    void anArchiveThatWaitedForItsClaimAloneIsThroughWhenThatIsTaken() throws Exception {
        ReplicationRow row = heratios("replicated");
        Version version = settled("a.gz", 5);
        ledger.requests().open("r", "replicate");
        ledger.requests()
                .add(
                        "r",
                        List.of(new RequestStatus.Item(
                                version.path(),
                                version.id(),
                                0,
                                "localfs",
                                null,
                                null,
                                false,
                                null,
                                null,
                                null,
                                null,
                                10)));
        assertThat(ledger.pendingWork().all(LOCALFS)).isEmpty();
        assertThat(ledger.requests().status("r").orElseThrow().items())
                .singleElement()
                .satisfies(item -> assertThat(item.error()).contains("nobody could look yet"));

        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();

        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SEALED);
    }

    @Test
    void whatDoesNotFitIsShippedAndNotLookedAtAgainUntilHeratioWritesItAnew() throws Exception {
        ReplicationRow row = heratios("replicated");
        ledger.claims().markReviewed("here", List.of(row));
        ledger.claims().markReviewed("here", List.of(row));

        assertThat(ledger.claims().unreviewed("localfs", "here")).isEmpty();
        assertThat(ledger.claims().unreviewed("localfs", "elsewhere")).containsExactly(row);
        sql("UPDATE ahg_backup_replication SET status = 'verified'");
        assertThat(ledger.claims().unreviewed("localfs", "here"))
                .as("its verification says nothing")
                .isEmpty();
        assertThat(ledger.copies().ofVersion(settled("a.gz", 5).id())).hasSize(1);
        sql("DELETE FROM offsite_copy");
        sql("UPDATE ahg_backup_replication SET replicated_at = '2026-01-01 01:00:00'");
        assertThat(ledger.claims().unreviewed("localfs", "here")).hasSize(1);
        assertThat(ledger.copies().ofVersion(settled("a.gz", 5).id())).isEmpty();
    }

    @Test
    void aCopyThatHeratioOverwroteBecomesItsClaim() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        assertThat(ledger.claims().overwritten(copy.id())).isEmpty();
        String theirs = "f".repeat(64);
        sql("UPDATE ahg_backup_replication SET sha256 = '" + theirs
                + "', size_bytes = 120, replicated_at = '2026-02-02 02:02:02'");

        ReplicationRow row = ledger.claims().overwritten(copy.id()).orElseThrow();
        assertThat(ledger.claims().reclaimed(copy, row)).isTrue();
        assertThat(ledger.claims().reclaimed(copy, row))
                .as("not that copy any more")
                .isFalse();
        assertThat(ledger.copies().find(copy.id()).orElseThrow())
                .extracting(Copy::state, Copy::sha256, Copy::size, Copy::provedAt)
                .containsExactly(CopyState.REPLICATED, theirs, 120L, null);
        assertThat(ledger.claims().counts()).isEqualTo(Map.of("localfs", 1L));
        assertThat(ledger.proofs().record(copy.id(), theirs)).isTrue();
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
    }

    @Test
    void whatHeratioPutInThePlaceOfAnOlderVersionIsNotTakenForThat() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        sql("UPDATE ahg_backup_replication SET sha256 = '" + "f".repeat(64) + "'");
        settled("a.gz", 6);

        assertThat(ledger.claims().overwritten(copy.id())).isEmpty();
    }

    @Test
    void aDamagedClaimIsRepairedAlthoughNobodyKnewTheHashOfItsArchive() throws Exception {
        Copy copy = adopted();
        assertThat(ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN))
                .isTrue();
        assertThat(ledger.versions().find(copy.versionId()).orElseThrow().sha256())
                .isNull();

        Payload payload = ledger.payloads()
                .record(copy.versionId(), SHA, "1.pgp", "c".repeat(64), 77, true)
                .orElseThrow();

        assertThat(ledger.versions().find(copy.versionId()).orElseThrow().sha256())
                .isEqualTo(SHA);
        assertThat(ledger.payloads().record(copy.versionId(), "d".repeat(64), "2.pgp", PAYLOAD_SHA, 1, true))
                .as("now it is known")
                .isEmpty();
        assertThat(ledger.copies().replicated(copy.id(), REMOTE, payload)).isTrue();
        assertThat(publicRow("a.gz").sizeBytes()).isEqualTo(77);
    }

    @Test
    void aClaimOutlivesAnArchiveThatIsRewrittenWhileItIsShippedAgainByForce() throws Exception {
        Copy copy = adopted();
        ledger.versions().requeue(copy.versionId(), LOCALFS, true, false);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.PENDING);

        Version second = settled("a.gz", 6);

        assertThat(ledger.copies().find(copy.id())).isPresent();
        assertThat(second.remoteName()).isNotEqualTo("a.gz");
        assertThat(ledger.versions().supersede(copy.versionId())).isTrue();
        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.REPLICATED);
        assertThat(ledger.claims().counts()).isEqualTo(Map.of("localfs", 1L));
    }

    @Test
    void aClaimThatNothingCanProveWaitsForNoProofBesideAVerifiedCopyOfANewerVersion() throws Exception {
        heratios("verified");
        sql("UPDATE ahg_backup_replication SET sha256 = NULL");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);
        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();
        Copy claim = ledger.copies().at("localfs", REMOTE).orElseThrow();
        Copy newer = shipped(settled("a.gz", 6));
        assertThat(due(ledger, false, null, null)).contains(claim);
        assertThat(ledger.claims().counts()).isEqualTo(Map.of("localfs", 1L));

        assertThat(ledger.proofs().record(newer.id(), PAYLOAD_SHA)).isTrue();

        assertThat(due(ledger, true, null, null)).extracting(Copy::id).containsExactly(newer.id());
        assertThat(ledger.claims().counts()).isEmpty();
        assertThat(now(claim)).as("it stays, and can be restored").isEqualTo(claim);
        ledger.copies().damaged(now(newer), CopyState.MISSING, ROTTEN);
        assertThat(due(ledger, false, null, null))
                .as("it may be all that is left")
                .contains(claim);
        assertThat(ledger.claims().counts()).isEqualTo(Map.of("localfs", 1L));
    }

    @Test
    void aCopyOfAnotherKeyIsShippedAgainBesideItself() throws Exception {
        ((JdbcLedger) ledger).encryptsWith(() -> "11112222");
        Copy old = shipped(settled("a.gz", 5));
        ((JdbcLedger) ledger).encryptsWith(() -> "33334444");
        shipped(settled("b.gz", 5));
        List<EncryptedCopy> found = ledger.encryptedCopies().copiesOf(List.of("11112222", "none"));
        assertThat(found).extracting(one -> one.copy().id()).containsExactly(old.id());
        assertThat(found.get(0).version().relativePath()).isEqualTo("a.gz");

        assertThat(ledger.encryptedCopies().shipBeside(found.get(0))).isTrue();
        Copy waiting = ledger.copies().find(old.id()).orElseThrow();
        assertThat(waiting.state()).isEqualTo(CopyState.PENDING);
        assertThat(waiting.staysBesideNext()).isTrue();
        assertThat(waiting.remotePath()).as("what can be restored until then").isEqualTo(old.remotePath());
        assertThat(ledger.payloads().ofVersion(old.versionId()))
                .as("made with the old key")
                .isEmpty();
        assertThat(ledger.versions().find(old.versionId()).orElseThrow().state())
                .isEqualTo(VersionState.SETTLED);
        assertThat(ledger.encryptedCopies().shipBeside(found.get(0)))
                .as("repeated")
                .isTrue();
        assertThat(ledger.encryptedCopies()
                        .shipBeside(new EncryptedCopy(old, found.get(0).version(), "33334444")))
                .as("no copy of that key")
                .isFalse();

        Version version = ledger.versions().find(old.versionId()).orElseThrow();
        Payload payload = ledger.payloads()
                .record(version.id(), String.valueOf(version.sha256()), "p2", "9".repeat(64), 5, true)
                .orElseThrow();
        assertThat(ledger.copies().recordPendingPut(old.id(), "/offsite/other-name", payload))
                .isTrue();
        assertThat(now(old).staysBesideNext()).isTrue();
        assertThat(ledger.copies().replicated(old.id(), "/offsite/other-name", payload))
                .isTrue();
        assertThat(now(old).staysBesideNext()).isFalse();
        assertThat(ledger.encryptedCopies().copiesOf(List.of("11112222"))).isEmpty();
    }

    @Test
    void eachCopySaysByWhichKeyItWasEncrypted() throws Exception {
        ((JdbcLedger) ledger).encryptsWith(() -> "11112222");
        Copy first = shipped(settled("a.gz", 5));
        ((JdbcLedger) ledger).encryptsWith(() -> "33334444");
        Copy second = shipped(settled("b.gz", 5));

        assertThat(ledger.encryptedCopies().counts()).isEqualTo(Map.of("11112222", 1L, "33334444", 1L));
        clock.advanceSeconds(5);
        assertThat(ledger.encryptedCopies().newest("localfs")).map(Copy::id).contains(second.id());
        ledger.copies().damaged(now(second), CopyState.MISSING, ROTTEN);
        assertThat(ledger.encryptedCopies().newest("localfs")).map(Copy::id).contains(first.id());
        assertThat(ledger.encryptedCopies().newest("s3")).isEmpty();
    }

    @Test
    void knowsWhetherAnythingWasEverEncrypted() throws Exception {
        HeratioDatabase heratio = new HeratioDatabase(config());
        assertThat(ledger.encryptedCopies().hasAny()).isFalse();
        Version version = settled("b.gz", 5);
        ledger.payloads().record(version.id(), SHA, "", SHA, 10, false);
        assertThat(ledger.encryptedCopies().hasAny()).isFalse();

        heratios("replicated");
        assertThat(ledger.encryptedCopies().hasAny()).isTrue();
        assertThat(heratio.hasEncryptedRows()).isTrue();
        sql("UPDATE ahg_backup_replication SET encrypted = '0'");
        assertThat(ledger.encryptedCopies().hasAny()).isFalse();
        assertThat(heratio.hasEncryptedRows()).isFalse();

        seal(settled("c.gz", 5));
        assertThat(ledger.encryptedCopies().hasAny()).isTrue();
    }

    @Test
    void theRowSaysWhetherACopyIsEncrypted() throws Exception {
        shipped(settled("a.gz", 5));
        assertThat(publicRow("a.gz").encrypted()).isTrue();
        Version plain = settled("b.gz", 5);
        ledger.payloads().record(plain.id(), SHA, "", SHA, 10, false);
        for (Copy copy : ledger.copies().ofVersion(plain.id())) {
            ledger.copies()
                    .replicated(
                            copy.id(),
                            "/offsite/b.gz",
                            ledger.payloads().ofVersion(plain.id()).orElseThrow());
        }
        assertThat(publicRow("b.gz").encrypted()).isFalse();
    }

    @Test
    void aSettingThatIsNotThereIsToldFromOneThatIsEmpty() throws Exception {
        HeratioDatabase heratio = new HeratioDatabase(config());
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioTables.BackupSettings(null, null));
        sql(
                "CREATE TABLE ahg_settings (setting_key varchar(191), setting_value varchar(999), setting_group varchar(99))");
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioTables.BackupSettings(null, null));
        sql(
                "INSERT INTO ahg_settings VALUES ('backup_encryption_passphrase', '', 'backup'), ('backup_path', NULL, 'backup')");
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioTables.BackupSettings("", null));
        // Laravel makes NULL of an emptied field
        sql("UPDATE ahg_settings SET setting_value = NULL");
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioTables.BackupSettings("", null));
    }

    @Test
    void aRowThatDoesNotSayWhenItWasReplicatedIsReadAllTheSame() throws Exception {
        heratios("replicated");
        sql("UPDATE ahg_backup_replication SET replicated_at = NULL");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);
        assertThat(row).isEqualTo(publicRow("a.gz"));
        assertThat(adopt(row, file("a.gz", 10, 5))).isTrue();
    }

    @Test
    void theClaimsOfHeratiosTableAreReadAsTheyStand() throws Exception {
        ReplicationRow row = heratios("failed");
        assertThat(row).usingRecursiveComparison().isEqualTo(publicRow("a.gz"));
        assertThat(List.of(row.sha256(), row.replicatedAt().toString()))
                .containsExactly(PAYLOAD_SHA, "2025-12-31T23:00");
    }
}
