package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Journal.Order;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.junit.jupiter.api.Test;

/** What happened to each archive. */
abstract class LedgerJournalContract extends LedgerUnreadableContract {
    private static final Duration A_DAY = Duration.ofDays(1);

    @Test
    void eachTransitionOfAnArchiveLeavesOneFact() throws Exception {
        long landed = clock.millis();
        clock.advanceSeconds(7);
        Version version = ledger.versions().settle(file("a.gz", 10, 5), landed, LOCALFS, false);
        assertThat(kinds("a.gz")).containsExactly(Kind.LANDED, Kind.SETTLED);
        Payload payload = seal(version);
        Copy copy = copyOf(version);
        ledger.copies().recordPendingPut(copy.id(), remotePath(version), payload);
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        ledger.pendingWork().attemptFailed("verifier", 0, copy.id(), 1, DENIED, 1000L);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);

        assertThat(kinds("a.gz"))
                .containsExactly(
                        Kind.LANDED,
                        Kind.SETTLED,
                        Kind.SEALED,
                        Kind.SHIPPED,
                        Kind.PROVED,
                        Kind.DAMAGED,
                        Kind.REPAIRED,
                        Kind.FAILED,
                        Kind.DOUBTED,
                        Kind.PROVED);
        List<JournalEntry> story = story("a.gz");
        assertThat(story.get(0).at()).isEqualTo(landed);
        assertThat(story).allSatisfy(entry -> {
            assertThat(entry.path()).isEqualTo("/backups/a.gz");
            assertThat(entry.versionId()).isEqualTo(version.id());
            assertThat(entry.actor()).contains("@");
        });
        assertThat(story.get(3)).satisfies(shipped -> {
            assertThat(shipped.copyId()).isEqualTo(copy.id());
            assertThat(shipped.driver()).isEqualTo("localfs");
            assertThat(shipped.at()).isEqualTo(clock.millis());
            assertThat(shipped.detail()).contains(remotePath(version));
        });
        assertThat(story.get(5).code()).isEqualTo("COPY_CORRUPT");
        assertThat(story.get(5).detail()).contains("other bytes");
    }

    @Test
    void whoCountsIsToldOfEachFactOnceItIsCommitted() throws Exception {
        List<RecordedFact> told = new CopyOnWriteArrayList<>();
        ledger.journal().onRecorded(told::add);
        long landed = clock.millis();
        Version version = ledger.versions().settle(file("a.gz", 10, 5), landed, LOCALFS, false);
        Payload payload = seal(version);
        Copy copy = copyOf(version);
        ledger.copies().recordPendingPut(copy.id(), remotePath(version), payload);
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        assertThat(ledger.copies().replicated(copy.id(), remotePath(version), payload))
                .isFalse();
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);

        assertThat(told)
                .containsExactly(
                        new RecordedFact(Kind.LANDED, "", null, 0),
                        new RecordedFact(Kind.SETTLED, "", null, 0),
                        new RecordedFact(Kind.SEALED, "", null, 0),
                        new RecordedFact(Kind.SHIPPED, "localfs", null, 0),
                        new RecordedFact(Kind.PROVED, "localfs", null, landed),
                        new RecordedFact(Kind.DAMAGED, "localfs", "COPY_CORRUPT", 0),
                        new RecordedFact(Kind.REPAIRED, "localfs", null, 0),
                        new RecordedFact(Kind.PROVED, "localfs", null, 0));
    }

    @Test
    void aProofThatChangesNothingLeavesNoFact() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        List<Kind> before = kinds("a.gz");

        clock.advanceSeconds(86_400);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();

        assertThat(kinds("a.gz")).isEqualTo(before);
        assertThat(now(copy).provedAt()).isEqualTo(clock.millis());
    }

    @Test
    void aProofThatKeepsFailingIsADoubtUntilTheCopyIsReadBack() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        long proved = clock.millis();
        assertThat(weakProofs(Duration.ZERO, proved)).isEmpty();
        clock.advanceSeconds(60);
        long first = clock.millis();
        for (int attempt = 1; attempt <= 3; attempt++) {
            ledger.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), attempt, DENIED, 1000L);
            clock.advanceSeconds(60);
        }

        assertThat(weakProofs(Duration.ofSeconds(121), proved)).isEmpty();
        assertThat(weakProofs(Duration.ofMinutes(2), proved))
                .containsExactly(new WeakProof(copy.versionId(), "localfs", WeakProof.Why.FAILING, first));
        assertThat(kinds("a.gz")).endsWith(Kind.PROVED, Kind.FAILED, Kind.DOUBTED, Kind.FAILED, Kind.FAILED);
        assertThat(now(copy).state()).as("an attempt that fails is no verdict").isEqualTo(CopyState.VERIFIED);

        ledger.proofs().record(copy.id(), PAYLOAD_SHA);

        assertThat(weakProofs(Duration.ZERO, proved)).isEmpty();
        assertThat(kinds("a.gz")).endsWith(Kind.FAILED, Kind.PROVED);
        assertThat(count("SELECT COUNT(*) FROM offsite_doubt")).isZero();
    }

    @Test
    void oneAttemptThatFailedLongAgoIsNoProofThatKeepsFailing() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), 1, DENIED, 1000L);

        clock.advanceSeconds(A_DAY.multipliedBy(6).toSeconds());

        assertThat(weakProofs(A_DAY, 0)).isEmpty();
        ledger.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), 1, DENIED, 1000L);
        assertThat(weakProofs(A_DAY, 0)).hasSize(1);
    }

    @Test
    void aCopyInAnArchiveTierIsNotDoubted() throws Exception {
        Failure archived = new Failure(ErrorCode.COPY_ARCHIVED, "it is in an archive tier", "restore it there first");
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        for (int sweep = 0; sweep < 3; sweep++) {
            clock.advanceSeconds(A_DAY.toSeconds());
            ledger.pendingWork().attemptFailed("verifier:sweep", 0, copy.id(), 1, archived, null);
        }

        assertThat(weakProofs(A_DAY, 0)).isEmpty();
        assertThat(kinds("a.gz")).endsWith(Kind.PROVED, Kind.FAILED, Kind.FAILED, Kind.FAILED);
    }

    @Test
    void anotherPutEndsADoubtAndAFailedPutBeginsNone() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);
        Copy copy = copyOf(version);
        ledger.pendingWork().attemptFailed("verifier", 0, copy.id(), 1, DENIED, 1000L);
        ledger.pendingWork().attemptFailed("uploader:localfs", 0, copy.id(), 1, DENIED, 1000L);
        assertThat(count("SELECT COUNT(*) FROM offsite_doubt")).isZero();
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        ledger.pendingWork().attemptFailed("verifier", 0, copy.id(), 1, DENIED, 1000L);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        assertThat(count("SELECT COUNT(*) FROM offsite_doubt")).isOne();

        ledger.copies().replicated(copy.id(), remotePath(version), payload);

        assertThat(count("SELECT COUNT(*) FROM offsite_doubt")).isZero();
    }

    @Test
    void aProofThatIsTooOldIsWeak() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        long proved = clock.millis();

        assertThat(weakProofs(A_DAY, proved)).isEmpty();
        assertThat(weakProofs(A_DAY, proved + 1))
                .containsExactly(new WeakProof(copy.versionId(), "localfs", WeakProof.Why.OLD, proved));
    }

    private List<WeakProof> weakProofs(Duration failing, long provedBefore) throws LedgerException {
        return ledger.view().weakProofs(failing, provedBefore);
    }

    @Test
    void aTransitionThatIsRefusedOrRepeatedLeavesNoFact() throws Exception {
        Version version = settled("a.gz", 5);
        Copy copy = shipped(version);
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        List<Kind> before = kinds("a.gz");

        settled("a.gz", 5);
        assertThat(ledger.payloads().record(version.id(), SHA, version.id() + ".pgp", PAYLOAD_SHA, 99, true))
                .isPresent();
        assertThat(ledger.payloads().record(version.id(), "c".repeat(64), "x.pgp", PAYLOAD_SHA, 99, true))
                .isEmpty();
        assertThat(ledger.copies().replicated(copy.id(), "/x", payload)).isFalse();
        assertThat(ledger.copies().fail(copy.id(), DENIED)).isFalse();
        assertThat(ledger.proofs().record(copy.id(), "d".repeat(64))).isFalse();
        assertThat(ledger.copies().damaged(copyWithRepairs(copy), CopyState.MISSING, ROTTEN))
                .isFalse();
        assertThat(ledger.versions().fail(version.id(), INCOMPLETE)).isFalse();
        assertThat(ledger.versions().supersede(version.id())).isFalse();
        ledger.versions().requeue(version.id(), LOCALFS, false, false);
        ledger.pendingWork().attemptFailed("watcher", 0, 0, 1, DENIED, null);

        assertThat(kinds("a.gz")).isEqualTo(before);
    }

    private static Copy copyWithRepairs(Copy copy) {
        return new Copy(
                copy.id(),
                copy.versionId(),
                copy.driver(),
                copy.state(),
                copy.remotePath(),
                copy.sha256(),
                copy.size(),
                copy.encrypted(),
                copy.plain(),
                copy.repairs() + 1,
                copy.pendingPut(),
                copy.replicatedAt(),
                copy.provedAt(),
                copy.errorCode(),
                copy.error());
    }

    @Test
    void whatEndsAnArchiveAndWhatTakesItUpAgainLeavesOneFactEach() throws Exception {
        Version failed = settled("failed.gz", 5);
        ledger.versions().fail(failed.id(), INCOMPLETE);
        ledger.versions().fail(failed.id(), INCOMPLETE);
        ledger.versions().requeue(failed.id(), LOCALFS, false, false);
        assertThat(kinds("failed.gz")).containsExactly(Kind.LANDED, Kind.SETTLED, Kind.GIVEN_UP, Kind.REQUESTED);

        settled("twice.gz", 5);
        settled("twice.gz", 6);
        assertThat(kinds("twice.gz"))
                .containsExactly(Kind.LANDED, Kind.SETTLED, Kind.SUPERSEDED, Kind.LANDED, Kind.SETTLED);

        Version changed = settled("changed.gz", 5);
        ledger.versions().supersede(changed.id());
        settled("changed.gz", 5);
        assertThat(kinds("changed.gz")).containsExactly(Kind.LANDED, Kind.SETTLED, Kind.SUPERSEDED, Kind.SETTLED);

        Copy denied = copyOf(settled("denied.gz", 5));
        ledger.copies().fail(denied.id(), DENIED);
        Copy stays = shipped(settled("stays.gz", 5));
        ledger.copies().damaged(now(stays), CopyState.MISSING, ROTTEN);
        ledger.copies().fail(stays.id(), DENIED);
        ledger.copies().fail(stays.id(), DENIED);
        assertThat(kinds("denied.gz")).endsWith(Kind.GIVEN_UP);
        assertThat(kinds("stays.gz")).endsWith(Kind.SHIPPED, Kind.DAMAGED, Kind.GIVEN_UP);

        ledger.versions().reject(file("odd.gz", 1, 5), LOCALFS, DENIED);
        ledger.versions().reject(file("odd.gz", 1, 5), LOCALFS, DENIED);
        assertThat(kinds("odd.gz")).containsExactly(Kind.LANDED, Kind.GIVEN_UP);

        Version more = settled("more.gz", 5);
        ledger.versions().settle(file("more.gz", 10, 5), clock.millis(), BOTH, false);
        assertThat(more.id()).isEqualTo(story("more.gz").get(2).versionId());
        assertThat(kinds("more.gz")).containsExactly(Kind.LANDED, Kind.SETTLED, Kind.SETTLED);
    }

    @Test
    void aRequestIsAFactAboutNoArchiveAndSaysWhoAsked() throws Exception {
        ledger.requests().open("r-1", "replicate", new RequestOptions(true, false));
        ledger.requests().open("r-1", "replicate", new RequestOptions(true, false));

        assertThat(ledger.journal().story("", Order.OLDEST_FIRST, null, 10))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.kind()).isEqualTo(Kind.REQUESTED);
                    assertThat(entry.detail()).contains("replicate", "by force", "r-1");
                    assertThat(entry.actor()).startsWith(System.getProperty("user.name") + "@");
                });
    }

    @Test
    void aFactOfAnotherKindIsAppendedWithItsActor() throws Exception {
        ledger.journal()
                .append(JournalEntry.of(Kind.REPLAYED, "/backups/a.gz", 3, "x".repeat(9_000))
                        .by("page:anna"));

        assertThat(story("a.gz")).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("page:anna");
            assertThat(entry.at()).isEqualTo(clock.millis());
            assertThat(entry.detail()).hasSizeLessThan(5_000);
        });
    }

    @Test
    void aStoryComesInPagesInEitherOrder() throws Exception {
        for (int number = 0; number < 5; number++) {
            append("a.gz", "fact " + number);
            append("b.gz", "other");
        }

        assertThat(pages(Order.OLDEST_FIRST)).containsExactly("fact 0", "fact 1", "fact 2", "fact 3", "fact 4");
        assertThat(pages(Order.NEWEST_FIRST)).containsExactly("fact 4", "fact 3", "fact 2", "fact 1", "fact 0");
    }

    private List<String> pages(Order order) throws LedgerException {
        List<String> all = new ArrayList<>();
        Long beyond = null;
        while (true) {
            List<JournalEntry> page = ledger.journal().story("/backups/a.gz", order, beyond, 2);
            if (page.isEmpty()) {
                return all;
            }
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            page.forEach(entry -> all.add(String.valueOf(entry.detail())));
            beyond = page.get(page.size() - 1).id();
        }
    }

    @Test
    void theJournalIsTrimmedByAgeAndByRows() throws Exception {
        append("a.gz", "old");
        clock.advanceSeconds(A_DAY.toSeconds() + 1);
        append("a.gz", "new");
        new JournalKeeper(ledger.journal(), A_DAY, 100).trim();
        assertThat(story("a.gz")).extracting(JournalEntry::detail).containsExactly("new");

        for (int number = 0; number < 30; number++) {
            append("a.gz", "fact " + number);
        }
        new JournalKeeper(ledger.journal(), A_DAY, 10).trim();

        assertThat(story("a.gz"))
                .hasSize(10)
                .last()
                .satisfies(entry -> assertThat(entry.detail()).isEqualTo("fact 29"));
        assertThat(ledger.journal().trim(A_DAY, 10)).isZero();
    }

    @Test
    void moreThanABatchIsTrimmedInSeveralTransactions() throws Exception {
        sql(
                "INSERT INTO offsite_journal (noted_at, path, path_hash, version_id, copy_id, driver, kind, actor) SELECT 1, '', '', n, 0, '', "
                        + "'FAILED', 'x' FROM " + LedgerWorkContract.TEN_THOUSAND + " WHERE n < 2500");

        assertThat(ledger.journal().trim(A_DAY, 5_000_000)).isEqualTo(1000);
        new JournalKeeper(ledger.journal(), A_DAY, 5_000_000).trim();

        assertThat(count("SELECT COUNT(*) FROM offsite_journal"))
                .as("the newest fact, by which a ledger that went back in time is known")
                .isOne();
        assertThat(ledger.journal().trim(A_DAY, 0)).isZero();
    }

    /** A journal that takes nothing stands for a process that dies between the two: they are one transaction. */
    @Test
    void aTransitionWhoseFactCannotBeWrittenDoesNotHappen() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);
        Copy copy = copyOf(version);
        Ledger impatient = open(config().withPatience(Duration.ofMillis(1)));
        sql("ALTER TABLE offsite_journal RENAME TO offsite_journal_away");
        try {
            assertThatThrownBy(() -> impatient.copies().replicated(copy.id(), "/x", payload))
                    .isInstanceOf(LedgerException.class);
            assertThatThrownBy(() -> impatient.versions().settle(file("b.gz", 10, 5), 1, LOCALFS, false))
                    .isInstanceOf(LedgerException.class);
        } finally {
            sql("ALTER TABLE offsite_journal_away RENAME TO offsite_journal");
        }

        assertThat(now(copy).state()).isEqualTo(CopyState.PENDING);
        assertThat(ledger.view().history(10, null)).isEmpty();
        assertThat(ledger.versions().newest()).containsOnlyKeys("/backups/a.gz");
        assertThat(kinds("a.gz")).containsExactly(Kind.LANDED, Kind.SETTLED, Kind.SEALED);
    }

    private void append(String name, String detail) throws LedgerException {
        ledger.journal().append(JournalEntry.of(Kind.REPLAYED, "/backups/" + name, 0, detail));
    }

    private List<JournalEntry> story(String name) throws LedgerException {
        return ledger.journal().story("/backups/" + name, Order.OLDEST_FIRST, null, 1000);
    }

    private List<Kind> kinds(String name) throws LedgerException {
        return story(name).stream().map(JournalEntry::kind).toList();
    }
}
