package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.PendingTask.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Unfinished work, attempts and requests. */
abstract class LedgerWorkContract extends LedgerCopyContract {
    /** Rows {@code n} from 0 to 9,999, on any database. */
    static final String TEN_THOUSAND = "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM "
            + Stream.of("a", "b", "c", "e")
                    .map(name -> IntStream.range(0, 10)
                            .mapToObj(digit -> "SELECT " + digit + " AS d")
                            .collect(Collectors.joining(" UNION ALL ", "(", ") " + name)))
                    .collect(Collectors.joining(" CROSS JOIN "))
            + ") s";

    static final long AN_HOUR = Duration.ofHours(1).toMillis();

    private static final Failure IN_A_TIER = new Failure(ErrorCode.COPY_ARCHIVED, "it is in an archive tier", null);

    @Test
    void whatWaitsForRoomSaysSoAndIsNotDueBefore() throws Exception {
        Version version = settled("a.gz", 5);

        ledger.pendingWork()
                .postponed(version.id(), 0, new Failure(ErrorCode.SPOOL_FULL, "no room", null), 2 * AN_HOUR);

        assertThat(ledger.versions().find(version.id()).orElseThrow().error()).contains("no room");
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).isEmpty();
    }

    @Test
    void unfinishedWorkOfEachKindIsFound() throws Exception {
        Version toSeal = settled("1.gz", 5);
        Version toUpload = settled("2.gz", 5);
        Payload payload = seal(toUpload);
        Version toVerify = settled("3.gz", 5);
        Copy shipped = shipped(toVerify);
        Version toRepair = settled("4.gz", 5);
        Copy rotten = shipped(toRepair);
        ledger.copies().damaged(now(rotten), CopyState.CORRUPT, ROTTEN);

        List<PendingTask> expected = List.of(
                new PendingTask(Kind.SEAL, toSeal.id(), "/backups/1.gz", 0, 0, ""),
                new PendingTask(
                        Kind.UPLOAD,
                        toUpload.id(),
                        "/backups/2.gz",
                        copyOf(toUpload).id(),
                        payload.id(),
                        "localfs"),
                new PendingTask(Kind.VERIFY, toVerify.id(), "/backups/3.gz", shipped.id(), 0, "localfs"),
                new PendingTask(Kind.REPAIR, toRepair.id(), "/backups/4.gz", rotten.id(), 0, "localfs"));
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEqualTo(expected);
        assertThat(ledger.pendingWork().overdue(List.of("s3"), 0)).isEmpty();
        assertThat(ledger.pendingWork().overdue(List.of(), 0)).isEmpty();
        assertThat(ledger.pendingWork().ofVersion(toVerify.id(), BOTH)).containsExactly(expected.get(2));
    }

    @Test
    void whatCanBeSealedIsFoundPageByPageInTheOrderInWhichItBecameDue() throws Exception {
        Version first = settled("1.gz", 5);
        Version second = settled("2.gz", 5);
        Version third = settled("3.gz", 5);
        seal(settled("4.gz", 5));
        Version failed = settled("5.gz", 5);
        ledger.pendingWork().attemptFailed("encrypt", failed.id(), 0, 1, INCOMPLETE, -AN_HOUR);
        Version later = settled("6.gz", 5);
        ledger.pendingWork().postponed(later.id(), 0, new Failure(ErrorCode.SPOOL_FULL, "no room", null), AN_HOUR);

        List<DueVersion> page = ledger.pendingWork().toSeal(LOCALFS, DueVersion.FIRST, 2);
        List<DueVersion> rest = ledger.pendingWork().toSeal(LOCALFS, page.get(1), 2);

        assertThat(Stream.concat(page.stream(), rest.stream()))
                .isSorted()
                .extracting(DueVersion::versionId)
                .containsExactlyInAnyOrder(first.id(), second.id(), third.id());
        assertThat(page.get(0).path()).isEqualTo("/backups/1.gz");
        assertThat(ledger.pendingWork().toSeal(LOCALFS, rest.get(0), 2)).isEmpty();
        assertThat(ledger.pendingWork().toSeal(List.of("s3"), DueVersion.FIRST, 2))
                .isEmpty();
        assertThat(ledger.pendingWork().toSeal(List.of(), DueVersion.FIRST, 2)).isEmpty();
    }

    @Test
    void whatWaitedForRoomCanBeSealedOnceItIsDue() throws Exception {
        Version version = settled("1.gz", 5);
        ledger.pendingWork().postponed(version.id(), 0, new Failure(ErrorCode.SPOOL_FULL, "no room", null), -AN_HOUR);

        assertThat(ledger.pendingWork().toSeal(LOCALFS, DueVersion.FIRST, 2)).hasSize(1);
    }

    @Test
    void whatCanBeShippedIsFoundPageByPageInTheOrderInWhichItBecameDue() throws Exception {
        settled("unsealed.gz", 5);
        Version first = sealed("1.gz");
        Version failed = sealed("2.gz");
        ledger.pendingWork()
                .attemptFailed("uploader:localfs", failed.id(), copyOf(failed).id(), 1, INCOMPLETE, -AN_HOUR);
        Version busy = sealed("3.gz");
        Failure obstacle = new Failure(ErrorCode.ARCHIVE_BUSY, "somebody writes it", null);
        ledger.pendingWork().postponed(busy.id(), copyOf(busy).id(), obstacle, -AN_HOUR);
        Version later = sealed("4.gz");
        ledger.pendingWork().postponed(later.id(), copyOf(later).id(), null, AN_HOUR);
        shipped(settled("5.gz", 5));
        Version last = sealed("6.gz");

        List<DueVersion> found = new ArrayList<>();
        DuePage page = new DuePage(List.of(), DueVersion.FIRST, false);
        while (!page.end()) {
            page = ledger.pendingWork().toShip("localfs", page.last(), 2);
            found.addAll(page.due());
        }

        assertThat(found)
                .isSorted()
                .extracting(DueVersion::versionId)
                .containsExactlyInAnyOrder(first.id(), busy.id(), last.id());
        assertThat(found).extracting(DueVersion::path).contains("/backups/1.gz");
        assertThat(ledger.pendingWork().toShip("s3", DueVersion.FIRST, 2).due()).isEmpty();
    }

    private Version sealed(String name) throws Exception {
        Version version = settled(name, 5);
        seal(version);
        return version;
    }

    @Test
    void howTheLastSealsEndedIsToldNewestFirst() throws Exception {
        assertThat(ledger.pendingWork().lastSeals(5)).isEmpty();
        seal(settled("1.gz", 5));
        ledger.versions().fail(settled("2.gz", 5).id(), INCOMPLETE);
        settled("3.gz", 5);

        assertThat(ledger.pendingWork().lastSeals(5))
                .containsExactly(new SealHistory("/backups/2.gz", false), new SealHistory("/backups/1.gz", true));
        assertThat(ledger.pendingWork().lastSeals(1)).hasSize(1);
    }

    @Test
    void workIsNotFoundBeforeItIsDueAndIsDueAnewOnceFound() throws Exception {
        Version version = settled("1.gz", 5);
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).isEmpty();
        ledger.pendingWork().attemptFailed("encrypt", version.id(), 0, 1, INCOMPLETE, -2 * AN_HOUR);

        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).hasSize(1);
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).isEmpty();

        ledger.pendingWork().attemptFailed("encrypt", version.id(), 0, 2, INCOMPLETE, 2 * AN_HOUR);
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).isEmpty();
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).hasSize(1);
    }

    /** A version and a copy that failed, and wait for an hour. */
    private void failForAnHour(Version version, Copy copy) throws Exception {
        ledger.pendingWork().attemptFailed("encrypt", version.id(), 0, 1, INCOMPLETE, AN_HOUR);
        ledger.pendingWork().attemptFailed("upload", 0, copy.id(), 1, DENIED, AN_HOUR);
        assertThat(isTooEarly(version)).isTrue();
        assertThat(isTooEarly(copy)).isTrue();
    }

    private boolean isTooEarly(Version version) throws Exception {
        Leased<VersionWork> leased = ledger.leases().ofVersion(version.id()).orElseThrow();
        try (Lease lease = leased.lease()) {
            return lease.held() && leased.work().orElseThrow().isTooEarly();
        }
    }

    private boolean isTooEarly(Copy copy) throws Exception {
        Leased<CopyWork> leased = ledger.leases().ofCopy(copy.id()).orElseThrow();
        try (Lease lease = leased.lease()) {
            return lease.held() && leased.work().orElseThrow().isTooEarly();
        }
    }

    @Test
    void workThatWaitsForItsNextAttemptIsDueAtOnceInANewProcess() throws Exception {
        Version version = settled("1.gz", 5);
        Version sealed = settled("2.gz", 5);
        seal(sealed);
        failForAnHour(version, copyOf(sealed));

        assertThat(ledger.pendingWork().all(LOCALFS)).hasSize(2);

        assertThat(isTooEarly(version)).isFalse();
        assertThat(isTooEarly(copyOf(sealed))).isFalse();
    }

    @Test
    void workThatWaitsLongForItsNextAttemptIsDueAtOnceForWhoeverAsks() throws Exception {
        Version version = settled("1.gz", 5);
        Version sealed = settled("2.gz", 5);
        seal(sealed);
        settled("3.gz", 5);
        assertThat(ledger.pendingWork().waiting(LOCALFS, 0))
                .as("it has not failed")
                .isEmpty();
        failForAnHour(version, copyOf(sealed));

        assertThat(ledger.pendingWork().waiting(LOCALFS, 2 * AN_HOUR)).isEmpty();
        assertThat(ledger.pendingWork().waiting(List.of(), 0)).isEmpty();
        assertThat(ledger.pendingWork().waiting(LOCALFS, 0))
                .extracting(PendingTask::kind)
                .containsExactly(Kind.SEAL, Kind.UPLOAD);
        assertThat(ledger.pendingWork().waiting(LOCALFS, 0)).isEmpty();

        assertThat(isTooEarly(version)).isFalse();
        assertThat(isTooEarly(copyOf(sealed))).isFalse();
    }

    @Test
    void workThatWaitsForItsNextAttemptIsDueAtOnceByForce() throws Exception {
        Version version = settled("1.gz", 5);
        Version sealed = settled("2.gz", 5);
        seal(sealed);
        failForAnHour(version, copyOf(sealed));

        ledger.versions().requeue(version.id(), LOCALFS, true, false);
        ledger.versions().requeue(sealed.id(), LOCALFS, true, false);

        assertThat(isTooEarly(version)).isFalse();
        assertThat(isTooEarly(copyOf(sealed))).isFalse();
        assertThat(ledger.versions().find(version.id()).orElseThrow().error()).isNull();
        assertThat(copyOf(sealed).error()).isNull();
    }

    @Test
    void workThatWasPutOffIsNotOverdueBeforeItsTime() throws Exception {
        Version version = settled("1.gz", 5);
        Copy copy = shipped(settled("2.gz", 5));
        ledger.pendingWork().attemptFailed("encrypt", version.id(), 0, 1, INCOMPLETE, -2 * AN_HOUR);
        ledger.pendingWork().attemptFailed("verify", 0, copy.id(), 1, DENIED, -2 * AN_HOUR);
        ledger.pendingWork().postponed(version.id(), 0, null, 30_000);
        ledger.pendingWork().postponed(0, copy.id(), null, 30_000);
        assertThat(ledger.pendingWork().overdue(LOCALFS, 1)).isEmpty();

        ledger.pendingWork().postponed(version.id(), 0, null, -3 * AN_HOUR);
        assertThat(ledger.pendingWork().overdue(LOCALFS, 1))
                .as("never earlier than before")
                .isEmpty();
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).hasSize(2);
    }

    @Test
    void workThatIsLeasedIsLeftAlone() throws Exception {
        Version version = settled("1.gz", 5);
        try (Lease lease = ledger.leases().take("version:" + version.id()).orElseThrow()) {
            assertThat(lease.held()).isTrue();
            assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        }
        assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).hasSize(1);
        Copy copy = shipped(version);
        try (Lease lease = ledger.leases().take("copy:" + copy.id()).orElseThrow()) {
            assertThat(lease.held()).isTrue();
            assertThat(ledger.pendingWork().overdue(LOCALFS, 0)).isEmpty();
        }
    }

    @Test
    void attemptsAreKeptWithinBoundsAndSayWhatStandsInTheWay() throws Exception {
        Version version = settled("1.gz", 5);
        Copy copy = copyOf(version);
        for (int attempt = 1; attempt <= 60; attempt++) {
            ledger.pendingWork().attemptFailed("upload", version.id(), copy.id(), attempt, DENIED, null);
        }
        assertThat(count("SELECT COUNT(*) FROM offsite_attempt")).isEqualTo(50);
        assertThat(count("SELECT MIN(attempt) FROM offsite_attempt")).isEqualTo(11);
        assertThat(copyOf(version).error()).contains("no right to write");
        assertThat(copyOf(version).state()).isEqualTo(CopyState.PENDING);
    }

    @Test
    void anAttemptToProveAgainLeavesAProvedCopyAsItIs() throws Exception {
        Copy copy = shipped(settled("1.gz", 5));
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        ledger.pendingWork().attemptFailed("verify", 0, copy.id(), 1, DENIED, 5L);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().state()).isEqualTo(CopyState.VERIFIED);
        assertThat(ledger.copies().find(copy.id()).orElseThrow().error()).isNull();
    }

    @Test
    void whatARequestAskedForIsKnownWhileItIsOpen() throws Exception {
        assertThat(ledger.requests().options("r1")).isEmpty();
        ledger.requests().open("r1", "replicate", new RequestOptions(true, false));
        ledger.requests().open("r1", "replicate", new RequestOptions(true, true));
        ledger.requests().open("r2", "replicate");
        clock.advanceSeconds(Duration.ofDays(1).toSeconds());
        assertThat(ledger.requests().options("r1")).contains(new RequestOptions(true, false));
        assertThat(ledger.requests().options("r2")).contains(new RequestOptions(false, false));
        ledger.requests().scanned("r1", 1, 0);
        assertThat(ledger.requests().options("r1")).isEmpty();
        assertThat(ledger.requests().isKnown("r1")).isTrue();
        assertThat(ledger.requests().isKnown("r3")).isFalse();
    }

    @Test
    void aProofAnswersTheRequestsThatWereOpenedBeforeItAndNoOthers() throws Exception {
        Copy copy = shipped(settled("1.gz", 5));
        waitFor("earlier", copy);
        assertThat(ledger.requests().awaitsCheck(copy.id())).isTrue();
        ledger.requests().proved(copy.id());
        assertThat(answer("earlier")).as("the copy is not proved").isNull();
        clock.advanceSeconds(1);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        waitFor("same", copy);
        assertThat(ledger.requests().awaitsCheck(copy.id()))
                .as("opened at the time of the proof")
                .isFalse();
        clock.advanceSeconds(1);
        waitFor("later", copy);
        assertThat(ledger.requests().awaitsCheck(copy.id())).isTrue();

        ledger.requests().proved(copy.id());

        assertThat(answer("earlier")).isEqualTo("INTACT");
        assertThat(answer("same")).isEqualTo("INTACT");
        assertThat(answer("later")).isNull();
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        assertThat(answer("later")).isEqualTo("INTACT");
        assertThat(ledger.requests().awaitsCheck(copy.id())).isFalse();
    }

    @Test
    void aRequestThatWasToldOfDamageWaitsForTheProofOfTheRepair() throws Exception {
        Version version = settled("1.gz", 5);
        Copy copy = shipped(version);
        waitFor("r1", copy);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        ledger.requests().checked(copy.id(), "CORRUPT", "other bytes");
        assertThat(ledger.requests().awaitsCheck(copy.id())).isFalse();

        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        assertThat(ledger.copies().replicated(copy.id(), remotePath(version), payload))
                .isTrue();

        assertThat(ledger.requests().awaitsCheck(copy.id())).isTrue();
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        assertThat(answer("r1")).isEqualTo("REPAIRED");
        assertThat(ledger.requests().awaitsCheck(copy.id())).isFalse();
    }

    @Test
    void theVerdictOnTheOldCopyIsNoneOnTheNewOne() throws Exception {
        Version version = settled("1.gz", 5);
        Copy copy = shipped(version);
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        Copy read = now(copy);
        ledger.versions().requeue(version.id(), List.of("localfs"), true, false);
        waitFor("r1", copy);

        assertThat(ledger.proofs().archived(read, IN_A_TIER)).isFalse();

        assertThat(answer("r1")).isNull();
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
        assertThat(ledger.proofs().archived(now(copy), IN_A_TIER)).isTrue();
        assertThat(answer("r1")).isEqualTo("ARCHIVED");
        assertThat(ledger.proofs().archived(now(copy), IN_A_TIER)).as("known").isFalse();
    }

    @Test
    void anArchiveTierEndsNoRequestThatHasItsAnswer() throws Exception {
        Copy copy = shipped(settled("1.gz", 5));
        waitFor("r1", copy);
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        waitFor("r2", copy);

        ledger.proofs().archived(now(copy), IN_A_TIER);

        assertThat(answer("r1")).isEqualTo("INTACT");
        assertThat(answer("r2")).isEqualTo("ARCHIVED");
    }

    @Test
    void whoAskedHearsOfDamageThatWasRepairedIntoAnArchiveTier() throws Exception {
        Version version = settled("1.gz", 5);
        Copy copy = shipped(version);
        Payload payload = ledger.payloads().ofVersion(version.id()).orElseThrow();
        waitFor("r1", copy);
        ledger.copies().damaged(now(copy), CopyState.CORRUPT, ROTTEN);
        ledger.requests().checked(copy.id(), "CORRUPT", "other bytes");
        ledger.proofs().archived(now(copy), IN_A_TIER);
        assertThat(answer("r1")).as("the same copy").isEqualTo("CORRUPT");
        ledger.copies().replicated(copy.id(), remotePath(version), payload);

        ledger.proofs().archived(now(copy), IN_A_TIER);

        assertThat(answer("r1")).isEqualTo("REPLACED");
        assertThat(ledger.requests().status("r1").orElseThrow().items().get(0).error())
                .contains("was damaged", "in an archive tier");
        assertThat(ledger.requests().awaitsCheck(copy.id())).isFalse();
        ledger.proofs().record(copy.id(), PAYLOAD_SHA);
        assertThat(answer("r1")).isEqualTo("REPAIRED");
    }

    private void waitFor(String request, Copy copy) throws LedgerException {
        ledger.requests().open(request, "verify");
        ledger.requests().add(request, List.of(item("/backups/1.gz", copy.versionId())));
    }

    private @Nullable String answer(String request) throws LedgerException {
        return ledger.requests().status(request).orElseThrow().items().get(0).outcome();
    }

    @Test
    void aRequestFollowsWhatItAskedFor() throws Exception {
        assertThat(ledger.requests().status("r1")).isEmpty();
        ledger.requests().open("r1", "replicate");
        ledger.requests().open("r1", "replicate");
        Version version = settled("1.gz", 5);
        ledger.requests()
                .add(
                        "r1",
                        List.of(
                                item("/backups/1.gz", version.id()),
                                item("/backups/2.gz", 0),
                                item("/backups/3.gz", 0)));
        ledger.requests().add("r1", List.of(item("/backups/1.gz", version.id()), item("/backups/2.gz", 0)));
        assertThat(ledger.requests().status("r1").orElseThrow().scanned()).isFalse();
        ledger.requests().scanned("r1", 7, 4);

        RequestStatus status = ledger.requests().status("r1").orElseThrow();
        assertThat(status.scanned()).isTrue();
        assertThat(status.found()).isEqualTo(7);
        assertThat(status.skipped()).isEqualTo(4);
        assertThat(status.items()).hasSize(3);
        assertThat(status.items().get(0))
                .isEqualTo(new RequestStatus.Item(
                        "/backups/1.gz",
                        version.id(),
                        copyOf(version).id(),
                        "localfs",
                        VersionState.SETTLED,
                        CopyState.PENDING,
                        false,
                        null,
                        null,
                        null,
                        "",
                        10));
        assertThat(status.items().get(1).versionState()).isNull();

        Version late = settled("2.gz", 5);
        ledger.requests().settled("r1", "/backups/2.gz", late.id());
        ledger.requests().settled("r1", "/backups/3.gz", 0);
        ledger.versions().fail(late.id(), INCOMPLETE);
        List<RequestStatus.Item> items =
                ledger.requests().status("r1").orElseThrow().items();
        assertThat(items).hasSize(2);
        assertThat(items.get(1).versionState()).isEqualTo(VersionState.FAILED);
        assertThat(items.get(1).error()).contains("ends in the middle");
    }

    @Test
    void aRequestWaitsForTheSuccessorOfASupersededVersion() throws Exception {
        Version first = settled("1.gz", 5);
        ledger.requests().open("r1", "replicate");
        ledger.requests().add("r1", List.of(item("/backups/1.gz", first.id())));

        Version second = settled("1.gz", 6);

        assertThat(ledger.requests().status("r1").orElseThrow().items())
                .singleElement()
                .satisfies(item -> assertThat(item.versionId()).isEqualTo(second.id()));
    }

    @Test
    void aRequestOfTheVerifiersHasTwoVersionsOfOnePathAndTheirOutcomes() throws Exception {
        Copy old = shipped(settled("1.gz", 5));
        Copy young = shipped(settled("1.gz", 6));
        ledger.requests().open("v1", "verify");
        ledger.requests()
                .add("v1", List.of(item("/backups/1.gz", old.versionId()), item("/backups/1.gz", young.versionId())));

        ledger.requests().checked(old.id(), "CORRUPT", "other bytes");
        ledger.requests().checked(young.id(), "INTACT", null);

        List<RequestStatus.Item> items =
                ledger.requests().status("v1").orElseThrow().items();
        assertThat(items).extracting(RequestStatus.Item::outcome).containsExactly("CORRUPT", "INTACT");
        assertThat(items).extracting(RequestStatus.Item::checkedAt).containsOnly(clock.millis());
        assertThat(items.get(0).error()).isEqualTo("other bytes");
        assertThat(items.get(0).remotePath()).isEqualTo("/offsite/1.gz.gpg");
        assertThat(items.get(0).size()).isEqualTo(99);
    }

    @Test
    void requestsAreForgottenAfterAWeek() throws Exception {
        ledger.requests().open("r1", "replicate");
        ledger.requests().add("r1", List.of(item("/backups/1.gz", 0)));
        clock.advanceSeconds(Duration.ofDays(8).toSeconds());
        ledger.requests().open("r2", "replicate");
        assertThat(ledger.requests().status("r1")).isEmpty();
        assertThat(ledger.requests().status("r2")).isPresent();
        assertThat(count("SELECT COUNT(*) FROM offsite_request_item")).isZero();
    }

    @Test
    void tenThousandArchivesAreHandedOutOnce() throws Exception {
        // for each few ids that it makes itself, H2 writes out all of the transaction so far
        sql(
                "INSERT INTO offsite_version (id, path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, state, "
                        + "remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at, due_at) "
                        + "SELECT n + 1, CONCAT('p', n), CONCAT('h', n), CONCAT('p', n), n, 1, 1, 'SETTLED', CONCAT('p', n), CONCAT('h', n), "
                        + "0, 0, 1, 1, 1 FROM " + TEN_THOUSAND);
        sql("INSERT INTO offsite_copy (id, version_id, driver, state, remote_path, size_bytes, encrypted, repairs) "
                + "SELECT id, id, 'localfs', 'PENDING', '', 0, 0, 0 FROM offsite_version");
        assertThat(ledger.versions().newest()).hasSize(10_000);
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).hasSize(10_000);
        assertThat(ledger.pendingWork().overdue(LOCALFS, AN_HOUR)).isEmpty();
    }

    private static RequestStatus.Item item(String path, long versionId) {
        return new RequestStatus.Item(path, versionId, 0, "localfs", null, null, false, null, null, null, null, 0);
    }

    @Test
    void aScheduleMovesOnOnceHoweverManyAreThere() throws Exception {
        assertThat(ledger.schedules().doneUntil("sweep")).isEmpty();
        assertThat(ledger.schedules().advance("sweep", null, 1_000)).isTrue();
        assertThat(ledger.schedules().advance("sweep", null, 2_000)).isFalse();
        assertThat(ledger.schedules().advance("sweep", 1_000L, 2_000)).isTrue();
        assertThat(ledger.schedules().advance("sweep", 1_000L, 3_000)).isFalse();
        assertThat(ledger.schedules().doneUntil("sweep")).contains(2_000L);
        assertThat(ledger.schedules().doneUntil("scan")).isEmpty();
    }

    @Test
    void aProofIsNotedInTheRequestThatWaitsForIt() throws Exception {
        Copy copy = shipped(settled("a.gz", 5));
        ledger.requests().open("r", "verify-integrity");
        ledger.requests().add("r", List.of(item(copy)));
        ledger.requests().add("r", List.of(item(copy)));

        ledger.proofs().record(copy.id(), PAYLOAD_SHA);

        assertThat(ledger.requests().status("r").orElseThrow().items())
                .singleElement()
                .satisfies(item -> assertThat(item.outcome()).isEqualTo("INTACT"));
    }

    private static RequestStatus.Item item(Copy copy) {
        return new RequestStatus.Item(
                "/backups/a.gz", copy.versionId(), 0, "localfs", null, null, false, null, null, null, null, 10);
    }
}
