package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
                        + "', 1, '2025-12-31 23:00:00', '" + status + "')");
        HeratioDatabase.Claims claims = new HeratioDatabase(config()).claims();
        assertThat(claims.knows(claims.rows().get(0))).isFalse();
        return claims.rows().get(0);
    }

    private Copy adopted() throws LedgerException {
        ReplicationRow row = heratios("verified");
        assertThat(ledger.adopt(row, file("a.gz", 10, 5), "a.gz")).isTrue();
        assertThat(new HeratioDatabase(config()).claims().knows(row)).isTrue();
        return ledger.copyAt("localfs", REMOTE).orElseThrow();
    }

    @Test
    void anAdoptedCopyIsAClaimThatOnlyASweepLooksAt() throws Exception {
        Copy copy = adopted();

        assertThat(copy.state()).isEqualTo(CopyState.REPLICATED);
        assertThat(ledger.claimedCounts()).isEqualTo(Map.of("localfs", 1L));
        assertThat(ledger.allOpenWork(LOCALFS)).isEmpty();
        assertThat(ledger.openWork(LOCALFS, 0)).isEmpty();
        assertThat(ledger.known().get("/backups/a.gz").copies()).containsEntry("localfs", CopyState.VERIFIED);
        assertThat(ledger.toVerify(false, null, null)).containsExactly(copy);
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        // the watcher sees the file: it is the one that is known
        Version version = settled("a.gz", 5);
        assertThat(version.id()).isEqualTo(copy.versionId());
        assertThat(version.state()).isEqualTo(VersionState.SEALED);

        assertThat(ledger.verified(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.claimedCounts()).isEmpty();
    }

    @Test
    void whatHeratioShippedInClearIsNotWishedInClearForEver() throws Exception {
        heratios("replicated");
        sql("UPDATE ahg_backup_replication SET encrypted = 0");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);

        assertThat(ledger.adopt(row, file("a.gz", 10, 5), "a.gz")).isTrue();

        assertThat(settled("a.gz", 5).plain()).isFalse();
    }

    @Test
    void whatWasAdoptedOrShippedOrHasChangedIsNotAdoptedAgain() throws Exception {
        ReplicationRow row = heratios("replicated");
        ArchiveFile archive = file("a.gz", 10, 5);
        sql("UPDATE ahg_backup_replication SET remote_path = '/offsite/other.gz'");
        assertThat(ledger.adopt(row, archive, "a.gz")).as("Heratio was quicker").isFalse();
        sql("UPDATE ahg_backup_replication SET remote_path = '" + REMOTE + "'");
        assertThat(ledger.adopt(row, archive, "a.gz")).isTrue();
        assertThat(ledger.adopt(row, archive, "a.gz")).isFalse();
        assertThat(ledger.adopt(row, file("a.gz", 11, 6), "a.gz")).isFalse();
    }

    @Test
    void aDamagedClaimIsRepairedAlthoughNobodyKnewTheHashOfItsArchive() throws Exception {
        Copy copy = adopted();
        assertThat(ledger.damaged(copy.id(), CopyState.CORRUPT, ROTTEN)).isTrue();
        assertThat(ledger.version(copy.versionId()).orElseThrow().sha256()).isNull();

        Payload payload = ledger.sealed(copy.versionId(), SHA, "1.pgp", "c".repeat(64), 77, true)
                .orElseThrow();

        assertThat(ledger.version(copy.versionId()).orElseThrow().sha256()).isEqualTo(SHA);
        assertThat(ledger.sealed(copy.versionId(), "d".repeat(64), "2.pgp", PAYLOAD_SHA, 1, true))
                .as("now it is known")
                .isEmpty();
        assertThat(ledger.replicated(copy.id(), REMOTE, payload)).isTrue();
        assertThat(publicRow("a.gz").sizeBytes()).isEqualTo(77);
    }

    @Test
    void aClaimOutlivesAnArchiveThatIsRewrittenWhileItIsShippedAgainByForce() throws Exception {
        Copy copy = adopted();
        ledger.takeUpAgain(copy.versionId(), LOCALFS, true, false);
        assertThat(ledger.copy(copy.id()).orElseThrow().state()).isEqualTo(CopyState.PENDING);

        Version second = settled("a.gz", 6);

        assertThat(ledger.copy(copy.id())).isPresent();
        assertThat(second.remoteName()).isNotEqualTo("a.gz");
        assertThat(ledger.superseded(copy.versionId())).isTrue();
        assertThat(ledger.copy(copy.id()).orElseThrow().state()).isEqualTo(CopyState.REPLICATED);
        assertThat(ledger.claimedCounts()).isEqualTo(Map.of("localfs", 1L));
    }

    @Test
    void eachCopySaysByWhichKeyItWasEncrypted() throws Exception {
        ((JdbcLedger) ledger).encryptsWith(() -> "11112222");
        Copy first = shipped(settled("a.gz", 5));
        ((JdbcLedger) ledger).encryptsWith(() -> "33334444");
        Copy second = shipped(settled("b.gz", 5));

        assertThat(ledger.keyCounts()).isEqualTo(Map.of("11112222", 1L, "33334444", 1L));
        clock.advanceSeconds(5);
        assertThat(ledger.newestEncrypted("localfs")).map(Copy::id).contains(second.id());
        ledger.damaged(second.id(), CopyState.MISSING, ROTTEN);
        assertThat(ledger.newestEncrypted("localfs")).map(Copy::id).contains(first.id());
        assertThat(ledger.newestEncrypted("s3")).isEmpty();
    }

    @Test
    void aSettingThatIsNotThereIsToldFromOneThatIsEmpty() throws Exception {
        HeratioDatabase heratio = new HeratioDatabase(config());
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioDatabase.BackupSettings(null, null));
        sql(
                "CREATE TABLE ahg_settings (setting_key varchar(191), setting_value varchar(999), setting_group varchar(99))");
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioDatabase.BackupSettings(null, null));
        sql(
                "INSERT INTO ahg_settings VALUES ('backup_encryption_passphrase', '', 'backup'), ('backup_path', NULL, 'backup')");
        assertThat(heratio.backupSettings()).isEqualTo(new HeratioDatabase.BackupSettings("", null));
    }

    @Test
    void aRowThatDoesNotSayWhenItWasReplicatedIsReadAllTheSame() throws Exception {
        heratios("replicated");
        sql("UPDATE ahg_backup_replication SET replicated_at = NULL");
        ReplicationRow row = new HeratioDatabase(config()).claims().rows().get(0);
        assertThat(row).isEqualTo(publicRow("a.gz"));
        assertThat(ledger.adopt(row, file("a.gz", 10, 5), "a.gz")).isTrue();
    }

    @Test
    void theClaimsOfHeratiosTableAreReadAsTheyStand() throws Exception {
        ReplicationRow row = heratios("failed");
        assertThat(row).usingRecursiveComparison().isEqualTo(publicRow("a.gz"));
        assertThat(List.of(row.sha256(), row.replicatedAt().toString()))
                .containsExactly(PAYLOAD_SHA, "2025-12-31T23:00");
    }
}
