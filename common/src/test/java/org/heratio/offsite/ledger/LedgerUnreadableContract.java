package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.junit.jupiter.api.Test;

/** What scans could not look at. */
abstract class LedgerUnreadableContract extends LedgerAdoptionContract {
    private static final String ROOT = "/backups";

    @Test
    void hasWhatTheLastScanCouldNotLookAtAndSinceWhen() throws Exception {
        assertThat(ledger.unreadablePlaces().of(ROOT)).isEqualTo(Unreadable.NONE);
        long first = clock.millis();
        ledger.unreadablePlaces().record(ROOT, places("a", "b"));
        clock.advanceSeconds(60);

        ledger.unreadablePlaces().record(ROOT, places("b", "c"));

        Unreadable found = ledger.unreadablePlaces().of(ROOT);
        assertThat(found.total()).isEqualTo(2);
        assertThat(found.places())
                .extracting(Unreadable.Place::path, Unreadable.Place::since)
                .containsExactly(tuple("/backups/b", first), tuple("/backups/c", clock.millis()));
        assertThat(ledger.unreadablePlaces().of("/elsewhere")).isEqualTo(Unreadable.NONE);

        ledger.unreadablePlaces().record(ROOT, Unreadable.NONE);
        assertThat(ledger.unreadablePlaces().of(ROOT)).isEqualTo(Unreadable.NONE);
        assertThat(count("SELECT COUNT(*) FROM offsite_unreadable")).isZero();
    }

    @Test
    void hasTheLastScanOfEachDirectoryAndTheLastOneOfAService() throws Exception {
        assertThat(ledger.scans().last(ROOT)).isEmpty();
        ledger.scans().record(ROOT, 1_000, false);
        assertThat(ledger.scans().last(ROOT)).contains(new Scans.Last(1_000, 0));
        ledger.scans().record(ROOT, 2_000, true);
        ledger.scans().record(ROOT, 3_000, false);

        assertThat(ledger.scans().last(ROOT)).contains(new Scans.Last(3_000, 2_000));
        assertThat(ledger.scans().last("/elsewhere")).isEmpty();
        ledger.scans().goesOn(ROOT, 4_000);
        assertThat(ledger.scans().last(ROOT)).contains(new Scans.Last(3_000, 4_000));
        ledger.scans().goesOn("/elsewhere", 4_000);
        assertThat(ledger.scans().last("/elsewhere")).contains(new Scans.Last(0, 4_000));
    }

    @Test
    void aCopyAtAnAddedDestinationWaitsSinceItWasAdded() throws Exception {
        long landed = clock.millis();
        ledger.versions().settle(file("a.gz", 10, 1), landed, LOCALFS, false);
        clock.advanceSeconds(100_000);
        long added = clock.millis();
        ledger.versions().settle(file("a.gz", 10, 1), added, List.of("localfs", "s3"), false);

        assertThat(ledger.view().waiting(List.of("s3"), added - 1)).isEqualTo(WaitingCopies.NONE);
        assertThat(ledger.view().waiting(List.of("s3"), added).first())
                .isEqualTo(new WaitingCopies.First("/backups/a.gz", "s3", added, false, null));
        assertThat(ledger.view().waiting(List.of("localfs", "s3"), added - 1).first())
                .as("the other destination brings no delay")
                .isEqualTo(new WaitingCopies.First("/backups/a.gz", "localfs", landed, false, null));
    }

    @Test
    void countsWhatWaitsForItsFirstCopyOrItsProof() throws Exception {
        Version waits = settled("waits.gz", 1);
        Copy copy = shipped(settled("shipped.gz", 2));
        ledger.versions().reject(file("failed.gz", 10, 3), LOCALFS, INCOMPLETE);
        long now = clock.millis();
        assertThat(ledger.view().waiting(LOCALFS, now - 1)).isEqualTo(WaitingCopies.NONE);
        assertThat(ledger.view().waiting(List.of("s3"), now)).isEqualTo(WaitingCopies.NONE);

        WaitingCopies both = ledger.view().waiting(LOCALFS, now);
        assertThat(both.archives()).isEqualTo(2);
        assertThat(both.first()).isEqualTo(new WaitingCopies.First("/backups/waits.gz", "localfs", now, false, null));

        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.pendingWork().postponed(waits.id(), 0, DENIED, 1_000);
        WaitingCopies one = ledger.view().waiting(LOCALFS, now);
        assertThat(one.archives()).isOne();
        assertThat(one.first())
                .isNotNull()
                .extracting(WaitingCopies.First::obstacle)
                .isNotNull();

        ledger.versions().requeue(copy.versionId(), LOCALFS, true, false);
        assertThat(ledger.view().waiting(LOCALFS, now).archives())
                .as("a copy that is shipped again is there meanwhile")
                .isOne();
    }

    @Test
    void whatIsQueuedAgainIsUnderWayUntilItIsSealedAndShipped() throws Exception {
        long landed = clock.millis();
        Copy copy = shipped(settled("shipped.gz", 2));
        assertThat(ledger.view().underWay("localfs", landed)).isFalse();
        assertThat(ledger.view().underWay("", landed)).isFalse();

        ledger.versions().requeue(copy.versionId(), LOCALFS, true, false);
        assertThat(ledger.view().underWay("localfs", landed)).isTrue();
        assertThat(ledger.view().underWay("localfs", landed - 1)).isFalse();
        assertThat(ledger.view().underWay("s3", landed)).isFalse();

        settled("waits.gz", 1);
        assertThat(ledger.view().underWay("", clock.millis())).isTrue();
        assertThat(ledger.view().underWay("", landed - 1)).isFalse();
    }

    @Test
    void placesAreInTheJournalWhenTheyComeAndGo() throws Exception {
        ledger.unreadablePlaces().record(ROOT, places("a", "b"));
        ledger.unreadablePlaces().record(ROOT, places("a", "b"));
        assertThat(kindsOf("/backups/a")).containsExactly(JournalEntry.Kind.UNREADABLE);

        ledger.unreadablePlaces().record(ROOT, places("b"));
        ledger.unreadablePlaces().record(ROOT, Unreadable.NONE);
        ledger.unreadablePlaces().record(ROOT, Unreadable.NONE);
        ledger.unreadablePlaces().record(ROOT, places("a"));

        assertThat(kindsOf("/backups/a"))
                .containsExactly(
                        JournalEntry.Kind.UNREADABLE, JournalEntry.Kind.READABLE, JournalEntry.Kind.UNREADABLE);
        assertThat(kindsOf("/backups/b")).containsExactly(JournalEntry.Kind.UNREADABLE, JournalEntry.Kind.READABLE);
    }

    @Test
    void whatIsBelowAPlaceThatCannotBeLookedIntoIsNotReadable() throws Exception {
        long first = clock.millis();
        ledger.unreadablePlaces().record(ROOT, places("a", "sub/b"));
        clock.advanceSeconds(60);
        Unreadable.Place root = new Unreadable.Place(ROOT, "it is not mounted", "mount it", 0);

        ledger.unreadablePlaces().record(ROOT, new Unreadable(List.of(root), 1));

        assertThat(kindsOf("/backups/sub/b")).containsExactly(JournalEntry.Kind.UNREADABLE);
        assertThat(ledger.unreadablePlaces().of(ROOT).places())
                .extracting(Unreadable.Place::path, Unreadable.Place::since)
                .contains(tuple(ROOT, clock.millis()), tuple("/backups/sub/b", first));

        ledger.unreadablePlaces().record(ROOT, places("sub/b"));

        assertThat(kindsOf("/backups/a")).containsExactly(JournalEntry.Kind.UNREADABLE, JournalEntry.Kind.READABLE);
        assertThat(kindsOf(ROOT)).containsExactly(JournalEntry.Kind.UNREADABLE, JournalEntry.Kind.READABLE);
        assertThat(kindsOf("/backups/sub/b")).containsExactly(JournalEntry.Kind.UNREADABLE);
        assertThat(ledger.unreadablePlaces().of(ROOT).places())
                .singleElement()
                .satisfies(place -> assertThat(place.since()).isEqualTo(first));
    }

    @Test
    void aPlaceThatIsOnlyCountedNowIsNotReadable() throws Exception {
        ledger.unreadablePlaces().record(ROOT, places("a"));
        String[] others =
                IntStream.range(0, Unreadable.LIMIT).mapToObj(i -> "other" + i).toArray(String[]::new);

        ledger.unreadablePlaces().record(ROOT, new Unreadable(places(others).places(), Unreadable.LIMIT + 1L));

        assertThat(kindsOf("/backups/a")).containsExactly(JournalEntry.Kind.UNREADABLE);
        assertThat(ledger.unreadablePlaces().of(ROOT).places()).hasSize(Unreadable.LIMIT);
    }

    private List<JournalEntry.Kind> kindsOf(String path) throws LedgerException {
        return ledger.journal().story(path, Journal.Order.OLDEST_FIRST, null, 10).stream()
                .map(JournalEntry::kind)
                .toList();
    }

    @Test
    void notesAThousandPlacesAndCountsTheRest() throws Exception {
        String[] names = IntStream.range(0, Unreadable.LIMIT)
                .mapToObj(i -> "x".repeat(4_200) + i)
                .toArray(String[]::new);

        ledger.unreadablePlaces().record(ROOT, new Unreadable(places(names).places(), 70_000));

        Unreadable found = ledger.unreadablePlaces().of(ROOT);
        assertThat(found.places()).hasSize(Unreadable.LIMIT);
        assertThat(found.unnoted()).isEqualTo(69_000);
    }

    @Test
    void forgetsADirectoryThatNoScanHasSeenForAWeek() throws Exception {
        ledger.unreadablePlaces().record("/old", places("a"));
        clock.advanceSeconds(Duration.ofDays(8).toSeconds());

        ledger.unreadablePlaces().record(ROOT, places("a"));

        assertThat(ledger.unreadablePlaces().of("/old")).isEqualTo(Unreadable.NONE);
        assertThat(ledger.unreadablePlaces().of(ROOT).total()).isEqualTo(1);
    }

    @Test
    void aPlaceThatCannotBeLookedAtFailsTheItemsThatWaitForItAndNotTheRequest() throws Exception {
        ledger.requests().open("r", "replicate");
        ledger.requests()
                .add(
                        "r",
                        List.of(new RequestStatus.Item(
                                "/backups/a.gz", 0, 0, "localfs", null, null, false, null, null, null, null, 0)));

        ledger.requests()
                .unreadable("r", "/backups/a.gz", new Failure(ErrorCode.PATH_UNREADABLE, "cannot be looked at", null));

        RequestStatus status = ledger.requests().status("r").orElseThrow();
        assertThat(status.items()).singleElement().matches(RequestStatus.Item::unreadable);
        assertThat(status.givenUp()).isEmpty();
    }

    private static Unreadable places(String... names) {
        List<Unreadable.Place> places = List.of(names).stream()
                .map(name -> new Unreadable.Place("/backups/" + name, name + " is shut", "open it", 0))
                .toList();
        return new Unreadable(places, places.size());
    }
}
