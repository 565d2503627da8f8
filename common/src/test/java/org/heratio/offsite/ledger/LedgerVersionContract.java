package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerActivity;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.junit.jupiter.api.Test;

/** How versions come into being, get their names, and are sealed. */
abstract class LedgerVersionContract extends LedgerSuite {

    @Test
    void settlingAnArchiveAgainCostsTheSameHoweverManyVersionsItHas() throws Exception {
        shipped(settled("latest.gz", 1));
        shipped(settled("latest.gz", 2));
        long few = statementsOf(() -> shipped(settled("latest.gz", 3)));
        for (int day = 4; day < 30; day++) {
            shipped(settled("latest.gz", day));
        }

        long many = statementsOf(() -> shipped(settled("latest.gz", 30)));

        assertThat(many).isEqualTo(few);
    }

    /** Something that is done to the ledger. */
    private interface Deed {
        void run() throws LedgerException;
    }

    private long statementsOf(Deed deed) throws LedgerException {
        JdbcLedger jdbc = (JdbcLedger) ledger;
        LedgerActivity before = jdbc.activity();
        deed.run();
        return jdbc.activity().since(before).statements();
    }

    @Test
    void recordsAFinishedArchiveOnce() throws Exception {
        Version first = ledger.versions().settle(file("a.sql.gz", 10, 5), 1234, BOTH, true);
        Version again = ledger.versions().settle(file("a.sql.gz", 10, 5), 9999, BOTH, false);

        assertThat(again).isEqualTo(first);
        assertThat(first.state()).isEqualTo(VersionState.SETTLED);
        assertThat(first.remoteName()).isEqualTo("a.sql.gz");
        assertThat(first.landedAt()).isEqualTo(1234);
        assertThat(first.plain()).isTrue();
        assertThat(ledger.copies().ofVersion(first.id()))
                .extracting(Copy::driver)
                .containsExactly("localfs", "s3");
        assertThat(ledger.versions().newest())
                .containsOnly(Map.entry(
                        "/backups/a.sql.gz",
                        new KnownArchive(
                                first.id(),
                                first.id(),
                                "/backups/a.sql.gz",
                                10,
                                5_000_000_000L,
                                0,
                                VersionState.SETTLED,
                                Map.of("localfs", CopyState.PENDING, "s3", CopyState.PENDING),
                                Set.of())));
    }

    @Test
    void addsCopiesForDestinationsThatWereConfiguredLater() throws Exception {
        Version version = settled("a.gz", 5);
        shipped(version);

        ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);

        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::state)
                .containsExactly(CopyState.REPLICATED, CopyState.PENDING);
        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SEALED);
    }

    @Test
    void readsTheCopiesOfSeveralVersionsTogether() throws Exception {
        Version one = settled("a.gz", 5);
        Version other = settled("b.gz", 5);

        assertThat(ledger.copies().ofVersions(List.of(one.id(), other.id(), 987_654L)))
                .containsOnly(
                        Map.entry(one.id(), ledger.copies().ofVersion(one.id())),
                        Map.entry(other.id(), ledger.copies().ofVersion(other.id())));
        assertThat(ledger.copies().ofVersions(List.of())).isEmpty();
    }

    @Test
    void aVersionThatWasNeverSealedLeavesItsNameToTheNext() throws Exception {
        Version first = settled("a.sql.gz", 5);
        Version second = settled("a.sql.gz", 6);

        assertThat(ledger.versions().find(first.id()).orElseThrow().state()).isEqualTo(VersionState.SUPERSEDED);
        assertThat(ledger.copies().ofVersion(first.id())).isEmpty();
        assertThat(second.remoteName()).isEqualTo("a.sql.gz");
        assertThat(ledger.versions().newest().get("/backups/a.sql.gz").versionId())
                .isEqualTo(second.id());
    }

    @Test
    void aVersionOfASealedArchiveGetsANameOfItsOwn() throws Exception {
        Version first = settled("db/a.sql.gz", 1_767_323_045L);
        seal(first);
        Version second = settled("db/a.sql.gz", 1_767_323_046L);
        seal(second);
        Version third = ledger.versions().settle(file("db/a.sql.gz", 11, 1_767_323_046L), 1, LOCALFS, false);

        assertThat(second.remoteName()).isEqualTo("db/a.20260102T030406Z.sql.gz");
        assertThat(third.remoteName()).isEqualTo("db/a.20260102T030406.000000000Z.sql.gz");
        assertThat(ledger.versions().find(first.id()).orElseThrow().state()).isEqualTo(VersionState.SEALED);
    }

    @Test
    void anOlderVersionThatComesBackIsTheNewestAgain() throws Exception {
        Version first = settled("a.gz", 5);
        seal(first);
        Version second = settled("a.gz", 6);
        Version back = settled("a.gz", 5);

        assertThat(back.id()).isEqualTo(first.id());
        assertThat(ledger.versions().newest().get("/backups/a.gz").versionId()).isEqualTo(first.id());
        assertThat(ledger.versions().find(second.id()).orElseThrow().state()).isEqualTo(VersionState.SUPERSEDED);

        Version revived = settled("a.gz", 6);
        assertThat(revived.id()).isEqualTo(second.id());
        assertThat(revived.state()).isEqualTo(VersionState.SETTLED);
        assertThat(ledger.copies().ofVersion(second.id())).hasSize(1);
    }

    @Test
    void namesThatOnlyLookAlikeAreDifferentArchives() throws Exception {
        List<String> names = List.of(
                "a.zip",
                "A.zip",
                "a.zip ",
                "Caf\u00e9.gz",
                "Cafe\u0301.gz",
                "cafe.gz",
                "-rf.gz",
                "new\nline.gz",
                "'\"%_\\.gz",
                "\ud83d\udce6.gz");
        for (String name : names) {
            assertThat(settled(name, 5).remoteName()).isEqualTo(name);
        }
        assertThat(ledger.versions().newest()).hasSize(names.size());
        for (String name : names) {
            assertThat(ledger.versions().newest().get("/backups/" + name).path())
                    .isEqualTo("/backups/" + name);
        }
    }

    @Test
    void sealingTwiceGivesTheSamePayloadAndAnotherOneIsRefused() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);

        assertThat(seal(version)).isEqualTo(payload);
        assertThat(ledger.payloads().record(version.id(), SHA, "other.pgp", "c".repeat(64), 98, true))
                .isEmpty();
        assertThat(ledger.payloads().find(payload.id())).contains(payload);
        assertThat(ledger.payloads().ofVersion(version.id())).contains(payload);
        assertThat(ledger.versions().find(version.id()).orElseThrow().sha256()).isEqualTo(SHA);
        assertThat(ledger.payloads().record(4711, SHA, "x", PAYLOAD_SHA, 1, true))
                .isEmpty();
    }

    @Test
    void aPayloadThatIsGoneIsMadeAnewFromTheSameBytesOnly() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);
        assertThat(ledger.payloads().filesInUse()).containsExactly(payload.spoolFile());

        ledger.payloads().fileDeleted(payload.spoolFile());

        assertThat(ledger.payloads().ofVersion(version.id())).isEmpty();
        assertThat(ledger.payloads().filesInUse()).isEmpty();
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0))
                .extracting(PendingTask::kind)
                .containsExactly(PendingTask.Kind.SEAL);
        assertThat(ledger.payloads().record(version.id(), "d".repeat(64), "new.pgp", PAYLOAD_SHA, 99, true))
                .isEmpty();
        assertThat(ledger.payloads().record(version.id(), SHA, "new.pgp", PAYLOAD_SHA, 99, true))
                .isPresent();
    }

    @Test
    void aFailedVersionSaysWhyInThePublicTableToo() throws Exception {
        Version version = settled("a.gz", 5);

        assertThat(ledger.versions().fail(version.id(), INCOMPLETE)).isTrue();

        Version failed = ledger.versions().find(version.id()).orElseThrow();
        assertThat(failed.state()).isEqualTo(VersionState.FAILED);
        assertThat(failed.errorCode()).isEqualTo("ARCHIVE_INCOMPLETE");
        assertThat(copyOf(version).state()).isEqualTo(CopyState.FAILED);
        ReplicationRow row = publicRow("a.gz");
        assertThat(row.status()).isEqualTo("failed");
        assertThat(row.remotePath()).isEmpty();
        assertThat(row.error()).contains("ends in the middle");
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        assertThat(ledger.payloads().record(version.id(), SHA, "x", PAYLOAD_SHA, 1, true))
                .isEmpty();
    }

    @Test
    void aDestinationThatIsAddedToAFailedVersionFailsWithIt() throws Exception {
        Version version = settled("a.gz", 5);
        ledger.versions().fail(version.id(), INCOMPLETE);

        ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);

        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::state)
                .containsOnly(CopyState.FAILED);
        assertThat(ledger.view().history(10, "failed")).hasSize(2);
    }

    @Test
    void aDestinationThatIsAddedIsShippedToAsItIsWishedForThen() throws Exception {
        Version version = ledger.versions().settle(file("a.gz", 10, 5), 1, LOCALFS, true);
        ledger.payloads().record(version.id(), SHA, "", SHA, 10, false);

        assertThat(ledger.versions()
                        .settle(file("a.gz", 10, 5), 1, LOCALFS, false)
                        .plain())
                .as("nothing was added")
                .isTrue();
        assertThat(ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false).plain())
                .isFalse();

        assertThat(ledger.payloads().ofVersion(version.id()))
                .as("it is in clear")
                .isEmpty();
        assertThat(ledger.pendingWork().ofVersion(version.id(), BOTH))
                .extracting(PendingTask::kind)
                .containsOnly(PendingTask.Kind.SEAL);
    }

    @Test
    void whatIsAskedForOneDestinationMakesNoOtherCopyPlain() throws Exception {
        Version version = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        Copy localfs = copyOf(version);
        ledger.copies().fail(localfs.id(), DENIED);

        ledger.versions().requeue(version.id(), LOCALFS, false, true);

        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::plain)
                .containsExactly(true, false);
        assertThat(ledger.versions().find(version.id()).orElseThrow().plain())
                .as("s3 waits for the same payload")
                .isFalse();

        seal(version);
        Copy s3 = ledger.copies().ofVersion(version.id()).get(1);
        ledger.copies()
                .replicated(
                        s3.id(),
                        remotePath(version),
                        ledger.payloads().ofVersion(version.id()).orElseThrow());
        ledger.versions().requeue(version.id(), LOCALFS, true, true);

        assertThat(ledger.versions().find(version.id()).orElseThrow().plain())
                .as("nothing else waits")
                .isTrue();
        assertThat(ledger.payloads().ofVersion(version.id()))
                .as("it is encrypted")
                .isEmpty();
    }

    @Test
    void aPayloadInClearIsRefusedWhenAnotherCopyCameToWaitMeanwhile() throws Exception {
        ((JdbcLedger) ledger).encryptsWith(() -> "11112222");
        Version version = ledger.versions().settle(file("a.gz", 10, 5), 1, LOCALFS, true);
        ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);

        assertThat(ledger.payloads().record(version.id(), SHA, "", SHA, 10, false))
                .isEmpty();

        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SETTLED);
        assertThat(ledger.pendingWork().ofVersion(version.id(), BOTH))
                .extracting(PendingTask::kind)
                .containsOnly(PendingTask.Kind.SEAL);

        Version alone = ledger.versions().settle(file("b.gz", 10, 5), 1, LOCALFS, true);
        assertThat(ledger.payloads().record(alone.id(), SHA, "", SHA, 10, false))
                .isPresent();
    }

    @Test
    void aPayloadInClearDoesNotReplaceADamagedCopyThatWasEncrypted() throws Exception {
        Version version = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        shipped(version);
        Copy s3 = ledger.copies().ofVersion(version.id()).get(1);
        ledger.versions().requeue(version.id(), LOCALFS, true, true);
        Payload clear =
                ledger.payloads().record(version.id(), SHA, "", SHA, 10, false).orElseThrow();

        ledger.copies().damaged(ledger.copies().find(s3.id()).orElseThrow(), CopyState.MISSING, ROTTEN);

        assertThat(ledger.copies().recordPendingPut(s3.id(), "/offsite/a.gz", clear))
                .isFalse();
        assertThat(ledger.copies().recordPendingPut(copyOf(version).id(), "/offsite/a.gz", clear))
                .isTrue();
        ledger.payloads().delete(clear.id());
        assertThat(ledger.copies().recordPendingPut(copyOf(version).id(), "/offsite/a.gz", clear))
                .isFalse();
    }

    @Test
    void whatCannotBeShippedAtAllIsRecordedAsFailed() throws Exception {
        Failure unusable = new Failure(ErrorCode.ARCHIVE_NAME_UNUSABLE, "its name is too long", "rename it");
        Version rejected = ledger.versions().reject(file("long.gz", 1, 1), BOTH, unusable);
        Version again = ledger.versions().reject(file("long.gz", 1, 1), BOTH, unusable);

        assertThat(again.id()).isEqualTo(rejected.id());
        assertThat(rejected.state()).isEqualTo(VersionState.FAILED);
        assertThat(ledger.copies().ofVersion(rejected.id()))
                .extracting(Copy::state)
                .containsOnly(CopyState.FAILED);
        assertThat(ledger.view().history(10, "failed"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.error()).contains("too long").contains("rename it"));
    }

    @Test
    void tellsWhatFailedAndHasNoCopyAnywhere() throws Exception {
        Version held = ledger.versions().settle(file("held.gz", 10, 5), 1, BOTH, false);
        ledger.versions().fail(held.id(), INCOMPLETE);
        Version refused = settled("refused.gz", 5);
        seal(refused);
        ledger.copies().fail(copyOf(refused).id(), DENIED);
        Version half = ledger.versions().settle(file("half.gz", 10, 5), 1, BOTH, false);
        Payload payload = seal(half);
        ledger.copies().fail(copyOf(half).id(), DENIED);
        ledger.copies().replicated(ledger.copies().ofVersion(half.id()).get(1).id(), remotePath(half), payload);
        shipped(settled("well.gz", 5));

        assertThat(ledger.view().failedWithoutCopy())
                .extracting(
                        FailedArchive::versionId, FailedArchive::failed, FailedArchive::drivers, FailedArchive::codes)
                .containsExactly(
                        tuple(held.id(), true, Set.of("localfs", "s3"), Set.of("ARCHIVE_INCOMPLETE")),
                        tuple(refused.id(), false, Set.of("localfs"), Set.of("DESTINATION_DENIED")));
    }

    @Test
    void takesUpAgainWhatFailed() throws Exception {
        Version version = settled("a.gz", 5);
        ledger.versions().fail(version.id(), INCOMPLETE);

        ledger.versions().requeue(version.id(), LOCALFS, false, true);

        Version again = ledger.versions().find(version.id()).orElseThrow();
        assertThat(again.state()).isEqualTo(VersionState.SETTLED);
        assertThat(again.plain()).isTrue();
        assertThat(again.overwrite()).isFalse();
        assertThat(again.error()).isNull();
        assertThat(copyOf(version).state()).isEqualTo(CopyState.PENDING);
        assertThat(ledger.pendingWork().ofVersion(version.id(), LOCALFS))
                .extracting(PendingTask::kind)
                .containsExactly(PendingTask.Kind.SEAL);
    }

    @Test
    void shipsAgainWhatIsVerifiedOnlyByForce() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = shipped(version);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);

        ledger.versions().requeue(version.id(), LOCALFS, false, false);
        assertThat(copyOf(version).state()).isEqualTo(CopyState.VERIFIED);

        ledger.versions().requeue(version.id(), LOCALFS, true, false);
        assertThat(copyOf(version).state()).isEqualTo(CopyState.PENDING);
        Version forced = ledger.versions().find(version.id()).orElseThrow();
        assertThat(forced.overwrite()).isTrue();
        // its payload is still there
        assertThat(forced.state()).isEqualTo(VersionState.SEALED);
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        assertThat(ledger.copies().replicated(copy.id(), remotePath(version), payload))
                .isTrue();
        assertThat(ledger.versions().find(version.id()).orElseThrow().overwrite())
                .isFalse();
    }

    @Test
    void aForcedVersionThatHasChangedMeanwhileKeepsItsNameAndItsCopies() throws Exception {
        Version version = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        Copy copy = shipped(version);
        ledger.payloads().fileDeleted(version.id() + ".pgp");
        ledger.versions().requeue(version.id(), LOCALFS, true, false);
        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SETTLED);

        assertThat(ledger.versions().supersede(version.id())).isTrue();

        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SEALED);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.REPLICATED);
        assertThat(settled("a.gz", 6).remoteName()).isNotEqualTo("a.gz");
    }

    @Test
    void aChangedArchiveSupersedesItself() throws Exception {
        Version version = settled("a.gz", 5);
        assertThat(ledger.versions().supersede(version.id())).isTrue();
        assertThat(ledger.versions().supersede(version.id())).isFalse();
        assertThat(ledger.versions().newest()).isEmpty();
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        assertThat(ledger.view().versionCounts()).containsOnly(Map.entry(VersionState.SUPERSEDED, 1L));
    }

    @Test
    void aSealedVersionWhosePayloadCannotBeMadeAgainKeepsItsGoodCopies() throws Exception {
        Version version = settled("a.gz", 5);
        Copy good = shipped(version);
        ledger.proofs().record(good.id(), PAYLOAD_SHA);
        ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        ledger.payloads().fileDeleted(version.id() + ".pgp");

        Failure gone = new Failure(ErrorCode.ARCHIVE_GONE, "it is not there any more", null);
        assertThat(ledger.versions().fail(version.id(), gone)).isTrue();

        assertThat(ledger.versions().find(version.id()).orElseThrow().state()).isEqualTo(VersionState.SEALED);
        assertThat(ledger.copies().ofVersion(version.id()))
                .extracting(Copy::state)
                .containsExactly(CopyState.VERIFIED, CopyState.FAILED);
    }

    @Test
    void keepsAPathThatThePublicTableHasNoRoomFor() throws Exception {
        String name = "x".repeat(200) + "/" + "y".repeat(200) + "/" + "z".repeat(200) + ".gz";
        Version version = ledger.versions().settle(new ArchiveFile("/backups/" + name, name, 1, 1), 1, LOCALFS, false);
        Copy copy = shipped(version);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.view().history(10, null)).isEmpty();
        assertThat(ledger.versions().newest()).containsKey("/backups/" + name);
        assertThat(new LedgerDoctor(config()).examine().tooLong()).containsExactly("/backups/" + name + " at localfs");
    }

    @Test
    void theNewestVersionsOfSomePathsAreThoseOfAll() throws Exception {
        shipped(settled("a.gz", 5));
        shipped(settled("a.gz", 6));
        settled("a.gz", 5);
        settled("b.gz", 7);
        settled("c.gz", 8);
        Map<String, KnownArchive> all = ledger.versions().newest();

        assertThat(ledger.versions().newest(List.of("/backups/a.gz", "/backups/c.gz", "/backups/unknown.gz")))
                .isEqualTo(
                        Map.of("/backups/a.gz", all.get("/backups/a.gz"), "/backups/c.gz", all.get("/backups/c.gz")));
        assertThat(all.get("/backups/a.gz").mtimeNanos())
                .isEqualTo(settled("a.gz", 5).mtimeNanos());
        assertThat(ledger.versions().newest(all.keySet())).isEqualTo(all);
        assertThat(ledger.versions().newest(List.of())).isEmpty();
    }
}
