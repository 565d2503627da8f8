package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;

/** Which version of its path a file is, and versions that have the bytes of another one. */
abstract class LedgerSameBytesContract extends LedgerJournalContract {

    @Test
    void otherTimesOfTheLastChangeAreOtherVersions() throws Exception {
        Version first = settled(changedAt("a.gz", 5, 100));
        seal(first);

        Version other = settled(changedAt("a.gz", 5, 200));

        assertThat(other.id()).isNotEqualTo(first.id());
        assertThat(other.remoteName()).isNotEqualTo(first.remoteName());
        assertThat(settled(changedAt("a.gz", 5, 200)).id()).isEqualTo(other.id());
        assertThat(settled(changedAt("a.gz", 5, 100)).id()).isEqualTo(first.id());
    }

    @Test
    void learnsWhenAFileChangedLastThatAnEarlierBuildRecorded() throws Exception {
        Version before = settled("a.gz", 5);
        Version settledAgain = settled("b.gz", 5);

        ledger.versions().learnChangeTimes(Map.of(before.id(), 100L));
        ledger.versions().learnChangeTimes(Map.of(before.id(), 200L));

        assertThat(ledger.versions().newest().get("/backups/a.gz").ctimeNanos()).isEqualTo(100);
        assertThat(settled(changedAt("b.gz", 5, 300)).id()).isEqualTo(settledAgain.id());
        assertThat(ledger.versions().find(settledAgain.id()).orElseThrow().ctimeNanos())
                .isEqualTo(300);
    }

    @Test
    void aTouchedArchiveStaysTheVersionThatItIs() throws Exception {
        Version first = settled(changedAt("a.gz", 5, 100));
        Copy copy = proved(shipped(first));
        for (int touch = 1; touch <= 5; touch++) {
            Version touched = settled(changedAt("a.gz", 5 + touch, 100 + touch));

            assertThat(ledger.knownBytes().record(touched.id(), SHA, true))
                    .map(Version::id)
                    .contains(first.id());

            assertThat(ledger.versions().find(touched.id()).orElseThrow().state())
                    .isEqualTo(VersionState.SUPERSEDED);
        }

        assertThat(count("SELECT COUNT(*) FROM offsite_version WHERE state = 'SUPERSEDED'"))
                .as("the others are forgotten")
                .isEqualTo(1);
        KnownArchive known = ledger.versions().newest().get("/backups/a.gz");
        assertThat(known)
                .returns(first.id(), KnownArchive::versionId)
                .returns(10_000_000_000L, KnownArchive::mtimeNanos)
                .returns(105L, KnownArchive::ctimeNanos)
                .returns(Map.of("localfs", CopyState.VERIFIED), KnownArchive::copies);
        assertThat(ledger.copies().ofVersion(first.id())).containsExactly(copy);
        assertThat(ledger.view().copyCounts()).isEqualTo(Map.of("localfs", Map.of(CopyState.VERIFIED, 1L)));
        assertThat(publicRow("a.gz").status()).isEqualTo("verified");
        assertThat(settled(changedAt("a.gz", 10, 105)).id()).isEqualTo(first.id());
    }

    @Test
    void whoWaitsForATouchedArchiveGetsTheCopyThatIsThere() throws Exception {
        Copy copy = proved(shipped(settled(changedAt("a.gz", 5, 100))));
        Version touched = settled(changedAt("a.gz", 6, 101));
        ask("r1", touched);

        ledger.knownBytes().record(touched.id(), SHA, true);

        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .extracting(RequestStatus.Item::copyId, RequestStatus.Item::versionState, RequestStatus.Item::copyState)
                .containsExactly(tuple(copy.id(), VersionState.SEALED, CopyState.VERIFIED));
    }

    @Test
    void aRequestThatHearsOfATouchedArchiveLateGetsTheCopyToo() throws Exception {
        Copy copy = proved(shipped(settled(changedAt("a.gz", 5, 100))));
        Version touched = settled(changedAt("a.gz", 6, 101));
        ledger.knownBytes().record(touched.id(), SHA, true);
        assertThat(ledger.knownBytes().record(touched.id(), SHA, true))
                .as("an answer that was lost")
                .isPresent();

        ask("r1", touched);

        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .extracting(RequestStatus.Item::copyId, RequestStatus.Item::versionState, RequestStatus.Item::copyState)
                .containsExactly(tuple(copy.id(), VersionState.SEALED, CopyState.VERIFIED));
        assertThat(ledger.view().restorable("a.gz")).hasSize(1);
        assertThat(ledger.knownBytes().others(copy.versionId(), 5)).isEmpty();
    }

    @Test
    void olderBytesThatComeBackAreTheNewestVersionAgain() throws Exception {
        Version first = settled(changedAt("a.gz", 5, 100));
        shipped(first);
        Version second = settled(changedAt("a.gz", 6, 101));
        sealAs(second, "c".repeat(64));

        Version back = settled(changedAt("a.gz", 7, 102));
        assertThat(ledger.knownBytes().record(back.id(), SHA, true)).isPresent();

        assertThat(ledger.versions().newest().get("/backups/a.gz").versionId()).isEqualTo(first.id());
        assertThat(publicRow("a.gz").remotePath()).isEqualTo(remotePath(first));
        // the ledger still takes what comes next
        Version next = settled(changedAt("a.gz", 8, 103));
        assertThat(ledger.versions().newest().get("/backups/a.gz").versionId()).isEqualTo(next.id());
    }

    @Test
    void anotherNameOfTheSameBytesIsShippedNowhere() throws Exception {
        Version first = settled("a.gz", 5);
        Copy copy = proved(shipped(first));
        Version renamed = settled("a.gz.1", 5);
        ask("r1", renamed);

        assertThat(ledger.knownBytes().record(renamed.id(), SHA, true))
                .map(Version::id)
                .contains(first.id());
        // an answer that was lost is asked for again
        assertThat(ledger.knownBytes().record(renamed.id(), SHA, true)).isPresent();

        assertThat(ledger.versions().find(renamed.id()).orElseThrow())
                .returns(VersionState.SEALED, Version::state)
                .returns(SHA, Version::sha256)
                .returns(first.id(), Version::sameAs)
                .returns(first.id(), Version::holder);
        assertThat(ledger.copies().ofVersion(renamed.id())).isEmpty();
        assertThat(ledger.pendingWork().all(LOCALFS)).isEmpty();
        assertThat(ledger.knownBytes().others(first.id(), 5))
                .extracting(Version::id)
                .containsExactly(renamed.id());
        assertThat(ledger.versions().newest().get("/backups/a.gz.1"))
                .returns(first.id(), KnownArchive::holder)
                .returns(Map.of("localfs", CopyState.VERIFIED), KnownArchive::copies);
        assertThat(ledger.versions().newest(Set.of("/backups/a.gz.1")).get("/backups/a.gz.1"))
                .isEqualTo(ledger.versions().newest().get("/backups/a.gz.1"));
        assertThat(ledger.view().restorable("a.gz.1")).extracting(Version::id).containsExactly(renamed.id());
        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .extracting(RequestStatus.Item::path, RequestStatus.Item::copyId, RequestStatus.Item::copyState)
                .containsExactly(tuple("/backups/a.gz.1", copy.id(), CopyState.VERIFIED));
        assertThat(ledger.journal().story("/backups/a.gz.1", Journal.Order.NEWEST_FIRST, null, 1))
                .extracting(JournalEntry::kind, JournalEntry::detail)
                .containsExactly(
                        tuple(JournalEntry.Kind.SAME_BYTES, "the bytes of version " + first.id() + ", /backups/a.gz"));
    }

    @Test
    void thePublicTableHasARowForEachNameOfTheSameBytes() throws Exception {
        Version first = settled("a.gz", 5);
        Copy copy = proved(shipped(first));
        clock.advanceSeconds(60);
        Version renamed = settled("a.gz.1", 5);
        ledger.knownBytes().record(renamed.id(), SHA, true);

        ReplicationRow row = publicRow("a.gz");
        assertThat(publicRow("a.gz.1"))
                .returns(row.remotePath(), ReplicationRow::remotePath)
                .returns(row.sha256(), ReplicationRow::sha256)
                .returns(row.replicatedAt(), ReplicationRow::replicatedAt)
                .returns(row.verifiedAt(), ReplicationRow::verifiedAt)
                .returns("verified", ReplicationRow::status);
        assertThat(ledger.view().ownTimes(List.of(publicRow("a.gz.1"))).values())
                .singleElement()
                .returns(true, OwnTimes::proved);
        assertThat(ledger.claims().unreviewed("localfs", "there")).isEmpty();
        assertThat(ledger.claims().withheld("localfs", List.of("/backups/a.gz.1")))
                .isEmpty();

        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        assertThat(publicRow("a.gz.1").status()).isEqualTo("failed");

        Payload payload = ledger.payloads().ofVersion(first.id()).orElseThrow();
        ledger.copies().replicated(copy.id(), remotePath(first), payload);
        assertThat(publicRow("a.gz.1").status()).isEqualTo("replicated");
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        assertThat(publicRow("a.gz.1").status()).isEqualTo("verified");
    }

    @Test
    void aNameWhoseBytesAreOnTheirWayIsShownWhenTheyAreThere() throws Exception {
        Version first = settled("a.gz", 5);
        Payload payload = seal(first);
        Version renamed = settled("a.gz.1", 5);

        assertThat(ledger.knownBytes().record(renamed.id(), SHA, true)).isPresent();
        assertThat(ledger.view().history(9, null)).isEmpty();

        ledger.copies().replicated(copyOf(first).id(), remotePath(first), payload);
        assertThat(publicRow("a.gz.1").status()).isEqualTo("replicated");
    }

    @Test
    void sharesTheFailureOfACopyThatIsOnItsWay() throws Exception {
        Version first = settled("a.gz", 5);
        seal(first);
        Version renamed = settled("a.gz.1", 5);
        ledger.knownBytes().record(renamed.id(), SHA, true);

        ledger.copies().fail(copyOf(first).id(), DENIED);

        assertThat(publicRow("a.gz.1").status()).isEqualTo("failed");
        assertThat(ledger.versions().newest().get("/backups/a.gz.1").copies())
                .isEqualTo(Map.of("localfs", CopyState.FAILED));
    }

    @Test
    void aThirdNameIsTheSameAsTheOneWithTheCopies() throws Exception {
        Version first = settled("a.gz", 5);
        shipped(first);
        Version second = settled("a.gz.1", 5);
        ledger.knownBytes().record(second.id(), SHA, true);

        Version third = settled("a.gz.2", 5);
        assertThat(ledger.knownBytes().record(third.id(), SHA, true)).isPresent();
        Version touched = settled("a.gz.1", 6);
        assertThat(ledger.knownBytes().record(touched.id(), SHA, true))
                .map(Version::id)
                .contains(second.id());

        assertThat(List.of(find(second).sameAs(), find(third).sameAs())).containsOnly(first.id());
        assertThat(ledger.versions().newest().get("/backups/a.gz.1").mtimeNanos())
                .isEqualTo(6_000_000_000L);
    }

    @Test
    void aVersionThatServesOthersNeverBecomesOneOfThem() throws Exception {
        Version first = settled("a.gz", 5);
        seal(first);
        Version served = settled("a.gz.1", 5);
        ledger.knownBytes().record(served.id(), SHA, true);
        ledger.copies().fail(copyOf(first).id(), DENIED);
        Version another = settled("b.gz", 5);
        shipped(another);
        sql("DELETE FROM offsite_payload WHERE version_id = " + first.id());
        ledger.versions().requeue(first.id(), LOCALFS, false, false);
        assertThat(find(first).state()).isEqualTo(VersionState.SETTLED);

        assertThat(ledger.knownBytes().record(first.id(), SHA, true)).isEmpty();
    }

    @Test
    void onlyUndamagedCopiesAtEachDestinationServe() throws Exception {
        Version first = settled("a.gz", 5);
        Copy copy = proved(shipped(first));

        Version elsewhereToo = ledger.versions().settle(file("b.gz", 10, 5), 1, BOTH, false);
        assertThat(ledger.knownBytes().record(elsewhereToo.id(), SHA, true)).isEmpty();
        Version otherBytes = settled("c.gz", 5);
        assertThat(ledger.knownBytes().record(otherBytes.id(), "c".repeat(64), true))
                .isEmpty();
        Version unencrypted = settled("d.gz", 5);
        assertThat(ledger.knownBytes().record(unencrypted.id(), SHA, false)).isEmpty();
        Version forced = settled("e.gz", 5);
        ledger.versions().requeue(forced.id(), LOCALFS, true, false);
        assertThat(ledger.knownBytes().record(forced.id(), SHA, true)).isEmpty();
        Version late = settled("f.gz", 5);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        assertThat(ledger.knownBytes().record(late.id(), SHA, true)).isEmpty();

        for (Version version : List.of(elsewhereToo, otherBytes, unencrypted, forced, late)) {
            assertThat(find(version))
                    .returns(VersionState.SETTLED, Version::state)
                    .returns(0L, Version::sameAs);
            assertThat(ledger.copies().ofVersion(version.id())).isNotEmpty();
        }
    }

    @Test
    void aCopyThatIsBeingDamagedServesNoOtherName() throws Exception {
        Version first = settled("a.gz", 5);
        proved(shipped(first));
        Version renamed = settled("a.gz.1", 5);
        try (Connection damaging = connect();
                Statement statement = damaging.createStatement()) {
            damaging.setAutoCommit(false);
            statement.executeUpdate("UPDATE offsite_copy SET state = 'CORRUPT' WHERE version_id = " + first.id());
            CompletableFuture<Optional<Version>> recorded =
                    atTheSameTime(() -> ledger.knownBytes().record(renamed.id(), SHA, true));
            try {
                // time enough for whoever does not wait for the copy
                recorded.get(5, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                // it waits
            }
            damaging.commit();

            assertThat(recorded.get(HangLimit.SECONDS, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void aNewDestinationOfASecondNameIsOneOfTheVersionWithTheCopies() throws Exception {
        Version first = settled("a.gz", 5);
        shipped(first);
        Version renamed = settled("a.gz.1", 5);
        ledger.knownBytes().record(renamed.id(), SHA, true);

        Settled again = ledger.versions().settle(Arrival.of(file("a.gz.1", 10, 5), 1, BOTH, false));

        assertThat(again.version().id()).isEqualTo(renamed.id());
        assertThat(again.tasks()).extracting(PendingTask::versionId).containsOnly(first.id());
        assertThat(ledger.copies().ofVersion(first.id()))
                .extracting(Copy::driver, Copy::state)
                .containsExactly(tuple("localfs", CopyState.REPLICATED), tuple("s3", CopyState.PENDING));
        assertThat(ledger.copies().ofVersion(renamed.id())).isEmpty();
    }

    @Test
    void aNameIsShippedForItselfWhenItsCopiesAreDamagedOrByForce() throws Exception {
        Version first = settled("a.gz", 5);
        Copy copy = proved(shipped(first));
        Version damaged = settled("a.gz.1", 5);
        ledger.knownBytes().record(damaged.id(), SHA, true);
        Version forced = settled("a.gz.2", 5);
        ledger.knownBytes().record(forced.id(), SHA, true);

        ledger.versions().requeue(damaged.id(), LOCALFS, false, false);
        assertThat(find(damaged).sameAs()).isEqualTo(first.id());
        ledger.versions().requeue(forced.id(), LOCALFS, true, false);
        ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN);
        ledger.versions().requeue(damaged.id(), LOCALFS, false, false);

        for (Version version : List.of(damaged, forced)) {
            assertThat(find(version))
                    .returns(VersionState.SETTLED, Version::state)
                    .returns(0L, Version::sameAs);
            assertThat(ledger.copies().ofVersion(version.id()))
                    .extracting(Copy::state)
                    .containsExactly(CopyState.PENDING);
        }
        assertThat(now(copy).state()).isEqualTo(CopyState.MISSING);
    }

    @Test
    void aVersionWithCopiesOfItsOwnIsAnotherNameOfTheSameBytesToo() throws Exception {
        Version first = settled("a.gz", 5);
        shipped(first);
        Version forced = settled("b.gz", 5);
        ledger.versions().requeue(forced.id(), LOCALFS, true, false);
        shipped(forced);
        sealAs(settled("c.gz", 5), "c".repeat(64));

        assertThat(ledger.knownBytes().others(first.id(), 5))
                .extracting(Version::id)
                .containsExactly(forced.id());
        assertThat(ledger.knownBytes().others(settled("d.gz", 5).id(), 5)).isEmpty();
    }

    @Test
    void aGoodCopyServesHoweverManyNamesADamagedOneHas() throws Exception {
        Version damaged = settled("a.gz", 5);
        Version good = settled("b.gz", 5);
        Copy copy = proved(shipped(damaged));
        shipped(good);
        for (int name = 1; name <= 9; name++) {
            Version other = settled("a.gz." + name, 5);
            ledger.knownBytes().record(other.id(), SHA, true);
            sql("UPDATE offsite_version SET same_as = " + damaged.id() + " WHERE id = " + other.id());
        }
        ledger.copies().damaged(now(copy), CopyState.MISSING, ROTTEN);

        assertThat(ledger.knownBytes().record(settled("z.gz", 5).id(), SHA, true))
                .map(Version::id)
                .contains(good.id());
    }

    @Test
    void aNameGetsCopiesOfItsOwnOnlyWhereThoseThatServeItAreBad() throws Exception {
        Version first = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        shipped(first);
        Version renamed = settledAtBoth("a.gz.1");
        ledger.knownBytes().record(renamed.id(), SHA, true);
        ledger.copies().damaged(copyOf(first), CopyState.MISSING, ROTTEN);

        ledger.versions().requeue(renamed.id(), BOTH, false, false);

        assertThat(ledger.copies().ofVersion(renamed.id()))
                .extracting(Copy::driver)
                .containsExactly(copyOf(first).driver());
    }

    @Test
    void aNameWhoseArchiveIsGoneBeforeItIsShippedKeepsTheGoodCopies() throws Exception {
        Version first = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        shipped(first);
        for (String name : List.of("a.gz.1", "a.gz.2")) {
            Version renamed = settledAtBoth(name);
            ledger.knownBytes().record(renamed.id(), SHA, true);
            ledger.versions().requeue(renamed.id(), BOTH, true, false);

            if (name.endsWith("1")) {
                ledger.versions().fail(renamed.id(), INCOMPLETE);
            } else {
                ledger.versions().supersede(renamed.id());
            }

            assertThat(find(renamed))
                    .returns(VersionState.SEALED, Version::state)
                    .returns(first.id(), Version::sameAs);
            assertThat(ledger.copies().ofVersion(renamed.id())).isEmpty();
            assertThat(ledger.view().restorable(name)).extracting(Version::id).containsExactly(renamed.id());
            assertThat(publicRow(name).status()).isEqualTo("replicated");
        }
    }

    @Test
    void aNameThatIsForcedHasACopyAtEachDestinationWhetherEncryptedOrNot() throws Exception {
        Version first = ledger.versions().settle(file("a.gz", 10, 5), 1, BOTH, false);
        shipped(first);
        Version renamed = settledAtBoth("a.gz.1");
        ledger.knownBytes().record(renamed.id(), SHA, true);

        ledger.versions().settle(new Arrival(file("a.gz.1", 10, 5), 1, Set.of("localfs"), Set.of("s3"), true));

        assertThat(ledger.copies().ofVersion(renamed.id()))
                .extracting(Copy::driver, Copy::state, Copy::plain)
                .containsExactly(tuple("localfs", CopyState.PENDING, false), tuple("s3", CopyState.PENDING, true));
    }

    private Version settledAtBoth(String name) throws LedgerException {
        return ledger.versions().settle(file(name, 10, 5), 1, BOTH, false);
    }

    @Test
    void whoSealsIsToldThatASealedVersionHasTheSize() throws Exception {
        Version first = settled("a.gz", 5);
        assertThat(sizeKnown(first)).isFalse();
        seal(first);

        assertThat(sizeKnown(settled("b.gz", 6))).isTrue();
        assertThat(sizeKnown(ledger.versions().settle(file("c.gz", 11, 6), 1, LOCALFS, false)))
                .isFalse();
        assertThat(sizeKnown(first)).isFalse();
    }

    private boolean sizeKnown(Version version) throws LedgerException {
        Leased<VersionWork> leased = ledger.leases().ofVersion(version.id()).orElseThrow();
        leased.lease().close();
        return leased.work().orElseThrow().sizeKnown();
    }

    private Version find(Version version) throws LedgerException {
        return ledger.versions().find(version.id()).orElseThrow();
    }

    private static ArchiveFile changedAt(String name, long mtimeSeconds, long ctimeNanos) {
        return new ArchiveFile("/backups/" + name, name, 10, mtimeSeconds * 1_000_000_000L, ctimeNanos);
    }

    private Version settled(ArchiveFile file) throws LedgerException {
        return ledger.versions().settle(file, clock.millis(), LOCALFS, false);
    }

    private Copy proved(Copy copy) throws LedgerException {
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        return now(copy);
    }

    private void sealAs(Version version, String sha256) throws LedgerException {
        Optional<Payload> payload =
                ledger.payloads().record(version.id(), sha256, version.id() + ".pgp", PAYLOAD_SHA, 99, true);
        ledger.copies().replicated(copyOf(version).id(), remotePath(version), payload.orElseThrow());
    }

    private void ask(String requestId, Version version) throws LedgerException {
        ledger.requests().open(requestId, "replicate");
        ledger.requests()
                .add(
                        requestId,
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
                                0)));
    }
}
