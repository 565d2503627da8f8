package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract of the queries of the operators' page: heads, sums, and the history by pages. */
abstract class LedgerPageContract extends LedgerSameBytesContract {
    private static final HistorySearch.Query ALL = new HistorySearch.Query(null, null, null, null, null, false);

    private Copy verified(String name) throws LedgerException {
        Copy copy = shipped(settled(name, 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        return now(copy);
    }

    private static HistorySearch.Query text(String text) {
        return new HistorySearch.Query(text, null, null, null, null, false);
    }

    private static List<String> names(List<ReplicationRow> rows) {
        return rows.stream()
                .map(row -> row.localPath().substring("/backups/".length()))
                .toList();
    }

    @Test
    void anEmptyLedgerHasNoHeads() throws Exception {
        assertThat(ledger.overview().heads("localfs"))
                .isEqualTo(new Overview.Heads(null, null, null, null, null, null, null));
        assertThat(ledger.overview().newestArchive()).isNull();
        assertThat(ledger.overview().bySafePlaces(LOCALFS, 0)).isEmpty();
        assertThat(ledger.overview().weakProofs(LOCALFS, Duration.ZERO, 0)).isEmpty();
        assertThat(ledger.overview().traffic(LOCALFS, 0)).isEmpty();
    }

    @Test
    void headsAreTheEndsOfWhatADestinationHasAndWaitsFor() throws Exception {
        long first = clock.millis();
        verified("old.gz");
        clock.advanceSeconds(60);
        long newest = clock.millis();
        Copy safe = verified("new.gz");
        clock.advanceSeconds(60);
        long shipped = clock.millis();
        shipped(settled("unproved.gz", 5));
        clock.advanceSeconds(60);
        long waiting = clock.millis();
        settled("waits.gz", 5);
        clock.advanceSeconds(60);
        settled("waits-too.gz", 5);

        assertThat(ledger.overview().heads("localfs"))
                .isEqualTo(new Overview.Heads(
                        new Overview.Newest(safe.versionId(), "/backups/new.gz", newest, newest),
                        waiting,
                        shipped,
                        first,
                        shipped,
                        newest,
                        first));
        assertThat(ledger.overview().newestArchive()).isEqualTo(clock.millis());
        assertThat(ledger.overview().heads("s3").newestSafe()).isNull();
    }

    @Test
    void aCopyThatIsInAnArchiveTierDoesNotWaitToBeReadBack() throws Exception {
        Copy archived = shipped(settled("tier.gz", 5));
        clock.advanceSeconds(60);
        long shipped = clock.millis();
        shipped(settled("unproved.gz", 5));

        ledger.proofs().archived(archived, new Failure(ErrorCode.COPY_ARCHIVED, "it is in an archive tier", null));

        assertThat(ledger.overview().heads("localfs").oldestUnverified()).isEqualTo(shipped);
    }

    private void failed(Copy copy, String stage, ErrorCode code, String reason) throws LedgerException {
        ledger.pendingWork()
                .attemptFailed(
                        stage, copy.versionId(), copy.id(), 1, new Failure(code, reason, "look at it"), 3_600_000L);
    }

    @Test
    void anOutageBeginsWithTheFirstOfItsFailuresAndEndsWithAnotherOne() throws Exception {
        Set<ErrorCode> codes = Set.of(ErrorCode.DESTINATION_UNREACHABLE, ErrorCode.DESTINATION_FULL);
        Version version = settled("a.gz", 5);
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        failed(copy, "uploader:localfs", ErrorCode.DESTINATION_IO, "broken");
        clock.advanceSeconds(60);
        long since = clock.millis();
        failed(copy, "uploader:localfs", ErrorCode.DESTINATION_UNREACHABLE, "no route");
        clock.advanceSeconds(60);
        failed(copy, "uploader:localfs", ErrorCode.DESTINATION_FULL, "it is full");
        failed(copy, "verifier:localfs", ErrorCode.DESTINATION_IO, "another stage");

        assertThat(ledger.retries().outage("uploader:localfs", codes, 2, 0))
                .contains(new Retries.Outage(since, "it is full"));
        assertThat(ledger.retries().outage("uploader:localfs", codes, 3, 0)).isEmpty();
        assertThat(ledger.retries().outage("uploader:localfs", codes, 2, since)).isEmpty();
        assertThat(ledger.retries().outage("uploader:s3", codes, 1, 0)).isEmpty();
        failed(copy, "uploader:localfs", ErrorCode.DESTINATION_IO, "broken again");
        assertThat(ledger.retries().outage("uploader:localfs", codes, 1, 0)).isEmpty();
    }

    @Test
    void whatHasFailedAndIsDueLaterIsRetrying() throws Exception {
        settled("not-tried.gz", 5);
        Version version = settled("tried.gz", 5);
        Copy pending = ledger.copies().ofVersion(version.id()).get(0);
        Copy proved = verified("proved.gz");
        assertThat(ledger.retries().waiting()).isEqualTo(new Retries.Waiting(0, Map.of()));
        failed(pending, "uploader:localfs", ErrorCode.DESTINATION_FULL, "it is full");
        failed(proved, "verifier:localfs", ErrorCode.DESTINATION_UNREACHABLE, "no route");

        Retries.Waiting waiting = ledger.retries().waiting();

        assertThat(waiting.copies("localfs", CopyState.PENDING)).isOne();
        assertThat(waiting.copies("localfs", CopyState.VERIFIED)).isOne();
        assertThat(waiting.copies("s3", CopyState.PENDING)).isZero();
        assertThat(ledger.retries().ofCopies(List.of(pending.id(), proved.id())).get(pending.id()))
                .isEqualTo(new Retries.Attempt(1, "DESTINATION_FULL", "it is full", "look at it", clock.millis()));
        assertThat(ledger.retries().proofsFailingSince(List.of(pending.id(), proved.id())))
                .isEqualTo(Map.of(proved.id(), clock.millis()));
        assertThat(ledger.retries().ofVersion(version.id())).isEmpty();
    }

    @Test
    void itemsOfARequestThatAreAlikeAreCountedTogether() throws Exception {
        ledger.requests().open("r", "replicate");
        List<RequestStatus.Item> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            items.add(item(
                    i < 15
                            ? verified("v" + i + ".gz")
                            : ledger.copies()
                                    .ofVersion(settled("p" + i + ".gz", 5).id())
                                    .get(0)));
        }
        items.add(RequestStatus.Item.failed(
                "/backups/locked", "localfs", new Failure(ErrorCode.PATH_UNREADABLE, "no", null)));
        ledger.requests().add("r", items);
        ledger.requests().scanned("r", 21, 3);

        RequestCounts counts = ledger.requests().counts("r").orElseThrow();

        assertThat(counts.scanned()).isTrue();
        assertThat(counts.found()).isEqualTo(21);
        assertThat(counts.skipped()).isEqualTo(3);
        assertThat(counts.groups()).extracting(RequestCounts.Group::items).containsExactlyInAnyOrder(15L, 5L, 1L);
        assertThat(counts.groups())
                .extracting(group -> group.example().copyState())
                .containsExactlyInAnyOrder(CopyState.VERIFIED, CopyState.PENDING, null);
        assertThat(ledger.requests().counts("none")).isEmpty();
    }

    private RequestStatus.Item item(Copy copy) throws LedgerException {
        Version version = ledger.versions().find(copy.versionId()).orElseThrow();
        return new RequestStatus.Item(
                version.path(),
                version.id(),
                copy.id(),
                copy.driver(),
                version.state(),
                copy.state(),
                false,
                null,
                null,
                null,
                null,
                5);
    }

    @Test
    void trafficIsSummedByMinute() throws Exception {
        long minute = clock.millis() - clock.millis() % 60_000;
        verified("a.gz");
        shipped(settled("b.gz", 5));

        assertThat(ledger.overview().traffic(BOTH, minute)).containsExactly(new Overview.Minute(minute, 198, 99));
        assertThat(ledger.overview().traffic(BOTH, clock.millis() + 1)).isEmpty();
    }

    @Test
    void anArchiveIsSafeWhereItsNewestVersionIs() throws Exception {
        Copy doubted = verified("doubted.gz");
        verified("rewritten.gz");
        settled("rewritten.gz", 6);
        verified("safe.gz");
        settled("waits.gz", 5);
        ledger.pendingWork().attemptFailed("verifier", 0, doubted.id(), 1, DENIED, 1000L);

        Map<Set<String>, Long> nowhere = Map.of(Set.of(), 4L);
        Map<Set<String>, Long> one = Map.of(Set.of(), 3L, Set.of("localfs"), 1L);
        assertThat(ledger.overview().bySafePlaces(LOCALFS, 0)).isEqualTo(one);
        assertThat(ledger.overview().bySafePlaces(BOTH, 0)).isEqualTo(one);
        assertThat(ledger.overview().bySafePlaces(LOCALFS, clock.millis() + 1)).isEqualTo(nowhere);
        assertThat(ledger.overview().bySafePlaces(List.of("s3"), 0)).isEqualTo(nowhere);
        assertThat(Overview.byNumber(one)).isEqualTo(Map.of(0, 3L, 1, 1L));
        assertThat(ledger.overview().weakProofs(LOCALFS, Duration.ofHours(1), clock.millis() + 1))
                .isEqualTo(Map.of("localfs", new Overview.Weak(1, 0, 3)));
    }

    @Test
    void theHistoryIsPagedThroughWithoutLossAndTwins() throws Exception {
        for (int i = 0; i < 7; i++) {
            verified("a" + i + ".gz");
            if (i % 3 == 0) {
                clock.advanceSeconds(1);
            }
        }
        sql("UPDATE ahg_backup_replication SET replicated_at = NULL WHERE local_path LIKE '%a2.gz'");
        sql("UPDATE ahg_backup_replication SET replicated_at = NULL WHERE local_path LIKE '%a5.gz'");
        List<ReplicationRow> seen = new ArrayList<>();
        HistorySearch.@Nullable Place after = null;
        List<ReplicationRow> page;
        do {
            page = ledger.search().rows(ALL, after, 2);
            seen.addAll(page);
            after = page.isEmpty() ? after : HistorySearch.Place.of(page.get(page.size() - 1));
        } while (!page.isEmpty());

        assertThat(names(seen)).containsExactly("a6.gz", "a4.gz", "a3.gz", "a1.gz", "a0.gz", "a5.gz", "a2.gz");
        assertThat(ledger.search().count(ALL)).isEqualTo(7);
    }

    @Test
    void theHistoryIsSearchedByPartsOfNamesAndFilters() throws Exception {
        verified("Database_heratio_1.sql.gz");
        verified("databaseXheratio_2.sql.gz");
        verified("100%!.gz");
        shipped(settled("uploads.tar.gz", 5));

        assertThat(names(ledger.search().rows(text("DATABASE_"), null, 10)))
                .containsExactly("Database_heratio_1.sql.gz");
        assertThat(names(ledger.search().rows(text("0%!"), null, 10))).containsExactly("100%!.gz");
        assertThat(ledger.search().rows(text("' OR 1=1 --"), null, 10)).isEmpty();
        assertThat(ledger.search().count(text("database"))).isEqualTo(2);
        LocalDateTime day = ledger.view().history(1, null).get(0).replicatedAt();
        assertThat(names(ledger.search()
                        .rows(
                                new HistorySearch.Query(null, "replicated", "localfs", day, day.plusDays(1), true),
                                null,
                                10)))
                .containsExactly("uploads.tar.gz");
        assertThat(ledger.search()
                        .rows(new HistorySearch.Query(null, null, null, day.plusDays(1), null, false), null, 10))
                .isEmpty();
        Map<String, HistorySearch.Newest> newest =
                ledger.search().newest(List.of("/backups/uploads.tar.gz", "/backups/none.gz"));
        assertThat(newest).containsOnlyKeys("/backups/uploads.tar.gz");
        assertThat(newest.get("/backups/uploads.tar.gz").landedAt()).isEqualTo(clock.millis());
    }

    @Test
    void theVersionsOfAPathAreThoseOfNoOther() throws Exception {
        Version first = settled("a.gz", 5);
        Version second = settled("a.gz", 6);
        settled("aa.gz", 6);

        assertThat(ledger.search().versionsOf("/backups/a.gz", 10))
                .extracting(Version::id)
                .containsExactly(second.id(), first.id());
        assertThat(ledger.search().versionsOf("/backups/a.gz", 1)).hasSize(1);
    }

    @Test
    void theJournalIsReadFromItsNewestFactAndFollowed() throws Exception {
        verified("a.gz");
        List<JournalEntry> all = ledger.journal().latest(null, null, 100);
        assertThat(all).extracting(JournalEntry::kind).startsWith(Kind.PROVED, Kind.SHIPPED, Kind.SEALED);
        assertThat(ledger.journal().latest(null, all.get(1).id(), 1)).containsExactly(all.get(2));
        assertThat(ledger.journal().latest(Kind.SEALED, null, 10)).containsExactly(all.get(2));
        assertThat(ledger.journal().latest(Kind.DAMAGED, null, 10)).isEmpty();
        assertThat(ledger.journal().above(all.get(2).id(), 10)).containsExactly(all.get(1), all.get(0));
    }
}
