package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.junit.jupiter.api.Test;

/** The life of copies, and what the public table shows of it. */
abstract class LedgerCopyContract extends LedgerVersionContract {

    @Test
    void showsAShippedAndProvedCopyAsHeratioKnowsIt() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = shipped(version);

        ReplicationRow row = publicRow("a.gz");
        assertThat(row)
                .isEqualTo(new ReplicationRow(
                        row.id(),
                        "/backups/a.gz",
                        "/offsite/a.gz.gpg",
                        "localfs",
                        99,
                        PAYLOAD_SHA,
                        true,
                        LocalDateTime.of(2026, 1, 2, 3, 4, 5),
                        null,
                        "replicated",
                        null));
        clock.advanceSeconds(60);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();

        ReplicationRow proved = publicRow("a.gz");
        assertThat(proved.status()).isEqualTo("verified");
        assertThat(proved.verifiedAt()).isEqualTo(LocalDateTime.of(2026, 1, 2, 3, 5, 5));
        assertThat(ledger.copies().find(copy.id()).orElseThrow().provedAt()).isEqualTo(clock.millis());
    }

    @Test
    void theRowOfACopyIsVerifiedAlsoWhenAnOlderVersionCameBackMeanwhile() throws Exception {
        Copy older = shipped(settled("a.gz", 5));
        assertThat(ledger.proofs().record(older.id(), PAYLOAD_SHA)).isTrue();
        Copy newer = shipped(settled("a.gz", 6));
        settled("a.gz", 5);

        assertThat(ledger.proofs().record(newer.id(), PAYLOAD_SHA)).isTrue();
        assertThat(publicRow("a.gz").remotePath()).isEqualTo(now(newer).remotePath());
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");

        assertThat(ledger.copies().damaged(now(older), CopyState.MISSING, ROTTEN))
                .isTrue();
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        assertThat(ledger.copies().damaged(now(newer), CopyState.MISSING, ROTTEN))
                .isTrue();
        assertThat(publicRow("a.gz").status()).isEqualTo("failed");
    }

    @Test
    void eachTransitionHappensOnce() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = copyOf(version);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isFalse();
        assertThat(ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN))
                .isFalse();
        Payload payload = seal(version);
        assertThat(ledger.copies().recordPendingPut(copy.id(), "/x", payload)).isTrue();
        assertThat(ledger.copies().at("localfs", "/x").orElseThrow().id()).isEqualTo(copy.id());
        assertThat(ledger.copies().at("s3", "/x")).isEmpty();
        assertThat(ledger.copies().replicated(copy.id(), "/x", payload)).isTrue();
        assertThat(ledger.copies().replicated(copy.id(), "/x", payload)).isFalse();
        assertThat(ledger.copies().fail(copy.id(), DENIED)).isFalse();
        assertThat(ledger.copies().recordPendingPut(copy.id(), "/y", payload)).isFalse();
        assertThat(ledger.proofs().record(copy.id(), "f".repeat(64)))
                .as("a proof of other bytes")
                .isFalse();
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
    }

    @Test
    void aFirstPushThatFailedHasAnEmptyRemotePath() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);
        ledger.copies().recordPendingPut(copyOf(version).id(), remotePath(version), payload);

        assertThat(ledger.copies().fail(copyOf(version).id(), DENIED)).isTrue();

        ReplicationRow row = publicRow("a.gz");
        assertThat(row.status()).isEqualTo("failed");
        assertThat(row.remotePath()).isEmpty();
        assertThat(row.sha256()).isNull();
        assertThat(row.error()).isEqualTo("no right to write (give it)");
        assertThat(copyOf(version).errorCode()).isEqualTo("DESTINATION_DENIED");
    }

    @Test
    void aNewVersionThatFailsKeepsWhatTheRowSaysOfTheOldOne() throws Exception {
        Version first = settled("a.gz", 5);
        Copy old = shipped(first);
        ledger.proofs().record(old.id(), PAYLOAD_SHA);
        Version second = settled("a.gz", 6);
        ledger.versions().fail(second.id(), INCOMPLETE);

        ReplicationRow row = publicRow("a.gz");
        assertThat(row.status()).isEqualTo("failed");
        assertThat(row.remotePath()).isEqualTo("/offsite/a.gz.gpg");
        assertThat(row.sha256()).isEqualTo(PAYLOAD_SHA);

        assertThat(ledger.proofs().record(old.id(), PAYLOAD_SHA)).isTrue();
        assertThat(publicRow("a.gz").status()).as("the failure is not hidden").isEqualTo("failed");
    }

    @Test
    void theRowShowsTheNewestVersionWhateverBecomesOfOlderOnes() throws Exception {
        Version first = settled("a.gz", 5);
        Copy old = shipped(first);
        Version second = settled("a.gz", 6);
        Copy young = shipped(second);

        ledger.copies().damaged(now(old), CopyState.CORRUPT, ROTTEN);
        assertThat(publicRow("a.gz").status()).isEqualTo("replicated");
        ledger.proofs().record(old.id(), PAYLOAD_SHA);
        assertThat(publicRow("a.gz").status()).isEqualTo("replicated");
        assertThat(publicRow("a.gz").remotePath()).isEqualTo(remotePath(second));
        ledger.proofs().record(young.id(), PAYLOAD_SHA);
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        assertThat(ledger.view().history(10, null)).hasSize(1);
    }

    @Test
    void anOlderVersionThatIsShippedLateDoesNotHideTheNewer() throws Exception {
        Version first = settled("a.gz", 5);
        Payload late = seal(first);
        Version second = settled("a.gz", 6);
        shipped(second);

        assertThat(ledger.copies().replicated(copyOf(first).id(), remotePath(first), late))
                .isTrue();

        assertThat(publicRow("a.gz").remotePath()).isEqualTo(remotePath(second));
    }

    @Test
    void aDamagedCopyIsRepairedThreeTimesAtMost() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = shipped(version);
        for (int repair = 1; repair <= 3; repair++) {
            assertThat(ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN))
                    .isTrue();
            assertThat(ledger.copies().find(copy.id()).orElseThrow().repairs()).isEqualTo(repair);
            assertThat(publicRow("a.gz").status()).isEqualTo("failed");
            assertThat(publicRow("a.gz").remotePath()).isEqualTo(remotePath(version));
            assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).hasSize(repair < 3 ? 1 : 0);
            assertThat(ledger.payloads().filesInUse()).hasSize(repair < 3 ? 1 : 0);
        }
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        assertThat(ledger.copies().replicated(copy.id(), remotePath(version), payload))
                .isTrue();
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.copies().find(copy.id()).orElseThrow().repairs()).isZero();
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        assertThat(publicRow("a.gz").error()).isNull();
    }

    @Test
    void aLateVerdictSaysNothingOfACopyThatWasProvedOrShippedMeanwhile() throws Exception {
        Version version = settled("a.gz", 5);
        Copy read = shipped(version);
        clock.advanceSeconds(1);
        ledger.proofs().record(read.id(), PAYLOAD_SHA);
        assertThat(ledger.copies().damaged(read, CopyState.CORRUPT, ROTTEN)).isFalse();
        Copy proved = now(read);
        clock.advanceSeconds(1);
        ledger.proofs().record(read.id(), PAYLOAD_SHA);
        assertThat(ledger.copies().damaged(proved, CopyState.CORRUPT, ROTTEN)).isFalse();
        proved = now(read);
        ledger.versions().requeue(version.id(), LOCALFS, true, false);
        clock.advanceSeconds(1);
        Payload same = ledger.payloads().ofVersion(version.id()).orElseThrow();
        assertThat(ledger.copies().replicated(read.id(), remotePath(version), same))
                .isTrue();

        assertThat(ledger.copies().damaged(proved, CopyState.MISSING, ROTTEN)).isFalse();

        assertThat(now(read).state()).isEqualTo(CopyState.REPLICATED);
        assertThat(now(read).repairs()).isZero();
        assertThat(publicRow("a.gz").status()).isEqualTo("replicated");
    }

    @Test
    void oneDamageCountsOnce() throws Exception {
        Copy read = shipped(settled("a.gz", 5));
        assertThat(ledger.copies().damaged(read, CopyState.CORRUPT, ROTTEN)).isTrue();
        assertThat(ledger.copies().damaged(read, CopyState.CORRUPT, ROTTEN))
                .as("the answer to the commit got lost")
                .isFalse();
        assertThat(now(read).repairs()).isEqualTo(1);
    }

    @Test
    void aRepairThatIsGivenUpIsNotTriedAgainUnasked() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = shipped(version);
        ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN);

        Failure hopeless = new Failure(ErrorCode.COPY_UNREPAIRABLE, "no good copy is left", null);
        assertThat(ledger.copies().fail(copy.id(), hopeless)).isTrue();

        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.MISSING);
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        assertThat(publicRow("a.gz").error()).contains("no good copy is left");
        ledger.versions().requeue(version.id(), LOCALFS, false, false);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.PENDING);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().repairs()).isZero();
    }

    @Test
    void aShipmentOnceMoreThatFailsLeavesTheCopyThatIsThereAsItWas() throws Exception {
        Version version = settled("a.gz", 5);
        Copy good = shipped(version);
        ledger.proofs().record(good.id(), PAYLOAD_SHA);
        ledger.versions().requeue(version.id(), LOCALFS, true, false);
        ledger.payloads()
                .delete(ledger.payloads().ofVersion(version.id()).orElseThrow().id());
        Payload again = ledger.payloads()
                .record(version.id(), SHA, "again", "c".repeat(64), 77, !good.encrypted())
                .orElseThrow();

        assertThat(ledger.copies().recordPendingPut(good.id(), "/offsite/other-name", again))
                .isTrue();
        assertThat(ledger.copies().fail(good.id(), DENIED)).isTrue();

        Copy now = ledger.copies().find(good.id()).orElseThrow();
        assertThat(now.state()).isEqualTo(CopyState.FAILED);
        assertThat(now.remotePath()).isEqualTo(good.remotePath());
        assertThat(now.sha256()).isEqualTo(good.sha256());
        assertThat(now.encrypted()).isEqualTo(good.encrypted());
        assertThat(now.pendingPut())
                .isEqualTo(new Copy.PendingPut("/offsite/other-name", again.sha256(), again.encrypted()));
        assertThat(ledger.copies().at("localfs", "/offsite/other-name").map(Copy::id))
                .contains(good.id());
        assertThat(ledger.view().restorable("a.gz")).hasSize(1);
        assertThat(due(ledger, true, null, null)).extracting(Copy::id).containsExactly(good.id());
        assertThat(ledger.proofs().record(good.id(), PAYLOAD_SHA)).isTrue();
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
    }

    @Test
    void whatWaitsToBeShippedPlainIsSealedAnewOnceThereIsAPassphrase() throws Exception {
        Version version = settled("a.gz", 5);
        ledger.payloads().record(version.id(), "a".repeat(64), "", "a".repeat(64), 10, false);
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0))
                .extracting(PendingTask::kind)
                .containsExactly(PendingTask.Kind.UPLOAD);

        assertThat(ledger.payloads().deleteUnwantedPlain()).isEqualTo(1);

        assertThat(ledger.pendingWork().overdue(LOCALFS, 0))
                .extracting(PendingTask::kind)
                .containsExactly(PendingTask.Kind.SEAL);
        assertThat(ledger.payloads().deleteUnwantedPlain()).isZero();
    }

    @Test
    void aSweepReadsWhatIsUnprovedFirstAndThenWhatWasProvedLongestAgo() throws Exception {
        Copy oldest = provedCopy("1.gz");
        clock.advanceSeconds(60);
        Copy newer = provedCopy("2.gz");
        clock.advanceSeconds(86_400);
        Copy unproved = shipped(settled("3.gz", 5));

        assertThat(due(ledger, true, null, null))
                .extracting(Copy::id)
                .containsExactly(unproved.id(), oldest.id(), newer.id());
        assertThat(due(ledger, false, null, null)).extracting(Copy::id).containsExactly(unproved.id());
        assertThat(due(ledger, true, LocalDate.of(2026, 1, 3), "localfs"))
                .extracting(Copy::id)
                .containsExactly(unproved.id());
        assertThat(due(ledger, true, null, "s3")).isEmpty();
    }

    @Test
    void leavesAnExistingTableOfHeratiosAloneAndItsRows() throws Exception {
        sql(
                "INSERT INTO ahg_backup_replication (local_path, remote_path, driver) VALUES ('/backups/old.gz', 'x/old.gz', 's3')");
        open(config());
        assertThat(ledger.view().history(10, null)).singleElement().satisfies(row -> {
            assertThat(row.status()).isEqualTo("replicated");
            assertThat(row.sizeBytes()).isZero();
            assertThat(row.encrypted()).isFalse();
            assertThat(row.replicatedAt()).isNotNull();
        });
    }

    @Test
    void findsWhatCanBeRestoredByPathNameOrRemoteName() throws Exception {
        Version first = settled("db/a_1.sql.gz", 5);
        shipped(first);
        clock.advanceSeconds(1);
        Version second = settled("db/a_1.sql.gz", 6);
        shipped(second);
        shipped(settled("db/aX1.sql.gz", 5));
        settled("other/a_1.sql.gz", 5);

        assertThat(ledger.view().restorable("a_1.sql.gz"))
                .extracting(Version::id)
                .containsExactly(second.id(), first.id());
        assertThat(ledger.view().restorable("/backups/db/a_1.sql.gz")).hasSize(2);
        assertThat(ledger.view().restorable(second.remoteName() + ".gpg"))
                .extracting(Version::id)
                .containsExactly(second.id());
        assertThat(ledger.view().restorable("1.sql.gz")).isEmpty();
        assertThat(ledger.view().restorable("%")).isEmpty();
        assertThat(ledger.view().paths("a_1.sql.gz"))
                .containsExactlyInAnyOrder("/backups/db/a_1.sql.gz", "/backups/other/a_1.sql.gz");
        assertThat(ledger.view().paths(second.remoteName() + ".gpg")).containsExactly(second.path());
        assertThat(ledger.view().paths("1.sql.gz")).isEmpty();
    }

    @Test
    void countsCopiesAndVersionsAndListsHistoryNewestFirst() throws Exception {
        provedCopy("1.gz");
        clock.advanceSeconds(1);
        Version failed = ledger.versions().settle(file("2.gz", 10, 5), 1, BOTH, false);
        ledger.versions().fail(failed.id(), INCOMPLETE);

        assertThat(ledger.view().copyCounts())
                .isEqualTo(Map.of(
                        "localfs",
                        Map.of(CopyState.VERIFIED, 1L, CopyState.FAILED, 1L),
                        "s3",
                        Map.of(CopyState.FAILED, 1L)));
        assertThat(ledger.view().versionCounts()).isEqualTo(Map.of(VersionState.SEALED, 1L, VersionState.FAILED, 1L));
        assertThat(ledger.view().history(10, null))
                .extracting(ReplicationRow::localPath)
                .isEqualTo(List.of("/backups/2.gz", "/backups/2.gz", "/backups/1.gz"));
        assertThat(ledger.view().history(1, null)).hasSize(1);
        assertThat(ledger.view().history(10, "verified")).hasSize(1);
    }

    private Copy provedCopy(String name) throws LedgerException {
        Copy copy = shipped(settled(name, 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        return copy;
    }

    @Test
    void tellsHowManyCopiesLieElsewhere() throws Exception {
        assertThat(ledger.view().elsewhere("localfs", "/offsite/")).isEqualTo(new Elsewhere(0, 0, null));
        shipped(settled("a.gz", 5));
        shipped(settled("b.gz", 5));
        settled("c.gz", 5);

        assertThat(ledger.view().elsewhere("localfs", "/offsite/")).isEqualTo(new Elsewhere(2, 0, null));
        assertThat(ledger.view().elsewhere("localfs", "/off_ite/")).isEqualTo(new Elsewhere(2, 2, "/offsite/a.gz.gpg"));
        assertThat(ledger.view().elsewhere("localfs", "")).isEqualTo(new Elsewhere(2, 0, null));
    }

    @Test
    void aDayIsOneInTheZoneOfThePublicTable() throws Exception {
        // 03:04 of the second in UTC is the first of January in New York
        Copy copy = shipped(settled("a.gz", 5));
        Ledger there = open(config().withZone(ZoneId.of("America/New_York")));

        assertThat(due(ledger, true, LocalDate.of(2026, 1, 2), null))
                .extracting(Copy::id)
                .containsExactly(copy.id());
        assertThat(due(there, true, LocalDate.of(2026, 1, 2), null)).isEmpty();
        assertThat(due(there, true, LocalDate.of(2026, 1, 1), null))
                .extracting(Copy::id)
                .containsExactly(copy.id());
    }
}
