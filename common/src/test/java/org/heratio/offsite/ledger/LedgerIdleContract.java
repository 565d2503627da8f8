package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.PendingTask.Kind;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;

/** Payloads that no destination takes. */
abstract class LedgerIdleContract extends LedgerNoticeContract {
    private static final List<String> WELL = List.of("localfs");

    /** Settles a version that is proved at localfs, and waits for s3. */
    private Version waiting(String name) throws LedgerException {
        Version version = ledger.versions().settle(file(name, 10, 5), clock.millis(), BOTH, false);
        ship(version, "localfs", seal(version));
        ledger.proofs().record(at(version, "localfs").id(), PAYLOAD_SHA);
        return version;
    }

    private void ship(Version version, String driver, Payload payload) throws LedgerException {
        Copy copy = at(version, driver);
        ledger.copies().recordPendingPut(copy.id(), remotePath(version), payload);
        ledger.copies().replicated(copy.id(), remotePath(version), payload);
    }

    private Copy at(Version version, String driver) throws LedgerException {
        return ledger.copies().ofVersion(version.id()).stream()
                .filter(copy -> copy.driver().equals(driver))
                .findFirst()
                .orElseThrow();
    }

    private Payload payloadOf(Version version) throws LedgerException {
        return ledger.payloads().ofVersion(version.id()).orElseThrow();
    }

    /** Returns the payloads of some versions that the ledger gives up for so many bytes. */
    private List<Payload> giveUp(long bytes, List<String> taking, Version... versions) throws LedgerException {
        return ledger.idlePayloads().giveUp(spoolFiles(versions), bytes, BOTH, taking);
    }

    private List<String> spoolFiles(Version... versions) throws LedgerException {
        List<String> names = new ArrayList<>(List.of("gone"));
        for (Version version : versions) {
            names.add(payloadOf(version).spoolFile());
        }
        return names;
    }

    private void fails(Version version, ErrorCode code) throws LedgerException {
        ledger.pendingWork()
                .attemptFailed(
                        "uploader:s3",
                        version.id(),
                        at(version, "s3").id(),
                        1,
                        new Failure(code, "a fault", null),
                        AN_HOUR);
    }

    @Test
    void aDestinationTakesCopiesUnlessThreePutsFailedSinceTheLastArrived() throws Exception {
        Version first = waiting("1.gz");
        Version second = waiting("2.gz");
        assertThat(ledger.idlePayloads().taking(BOTH)).containsExactlyInAnyOrderElementsOf(BOTH);

        fails(first, ErrorCode.DESTINATION_IO);
        fails(first, ErrorCode.DESTINATION_UNREACHABLE);
        assertThat(ledger.idlePayloads().taking(BOTH)).as("a hiccup").hasSize(2);
        fails(first, ErrorCode.DESTINATION_IO);
        fails(first, ErrorCode.SPOOL_IO);
        assertThat(ledger.idlePayloads().taking(BOTH)).containsExactly("localfs");
        clock.advanceSeconds(1);
        ship(second, "s3", payloadOf(second));
        assertThat(ledger.idlePayloads().taking(BOTH))
                .as("a copy arrived since")
                .hasSize(2);

        clock.advanceSeconds(1);
        for (int attempt = 0; attempt < 3; attempt++) {
            fails(first, ErrorCode.PAYLOAD_GONE);
        }
        assertThat(ledger.idlePayloads().taking(BOTH)).as("no fault of s3").hasSize(2);
    }

    @Test
    void payloadsThatWaitForOtherDestinationsAloneAreGivenUp() throws Exception {
        Version first = waiting("1.gz");
        Version second = waiting("2.gz");
        List<Payload> both = List.of(payloadOf(first), payloadOf(second));

        assertThat(giveUp(1, BOTH, first, second)).as("s3 takes them").isEmpty();
        assertThat(giveUp(2 * both.get(0).size(), WELL, first, second)).isEqualTo(both);
    }

    @Test
    void aDestinationIsTriedSoonIfACopyInTheSpoolIsDueSoon() throws Exception {
        Version version = waiting("1.gz");
        Duration soon = Duration.ofMinutes(15);
        assertThat(ledger.idlePayloads().triedWithin(soon, spoolFiles(version))).containsExactly("s3");

        fails(version, ErrorCode.DESTINATION_IO);

        assertThat(ledger.idlePayloads().triedWithin(soon, spoolFiles(version)))
                .as("its next attempt is in an hour")
                .isEmpty();
        assertThat(ledger.idlePayloads().triedWithin(soon.multipliedBy(5), spoolFiles(version)))
                .containsExactly("s3");
    }

    @Test
    void aPayloadStaysUnlessACopyIsProvedAndNoneIsDamaged() throws Exception {
        Version nowhere = ledger.versions().settle(file("1.gz", 10, 5), clock.millis(), BOTH, false);
        seal(nowhere);
        Version unproved = ledger.versions().settle(file("2.gz", 10, 5), clock.millis(), BOTH, false);
        ship(unproved, "localfs", seal(unproved));
        Version damaged = waiting("3.gz");
        ledger.copies().damaged(at(damaged, "localfs"), CopyState.CORRUPT, ROTTEN);

        assertThat(giveUp(1, List.of(), nowhere, unproved, damaged)).isEmpty();
        Version elsewhere = waiting("4.gz");
        assertThat(ledger.idlePayloads().giveUp(spoolFiles(elsewhere), 1, List.of("s3"), List.of()))
                .as("its proved copy is at a destination that is no longer configured")
                .isEmpty();
        assertThat(ledger.payloads().ofVersion(nowhere.id())).isPresent();
    }

    @Test
    void aVersionWhosePayloadIsGivenUpIsOverdue() throws Exception {
        Version version = waiting("1.gz");
        Payload payload = payloadOf(version);
        List<String> names = spoolFiles(version);

        assertThat(giveUp(payload.size(), WELL, version)).containsExactly(payload);
        assertThat(ledger.idlePayloads().giveUp(names, 1, BOTH, WELL))
                .as("a second time")
                .isEmpty();

        assertThat(ledger.payloads().ofVersion(version.id())).isEmpty();
        assertThat(ledger.payloads().filesInUse()).isEmpty();
        assertThat(count("SELECT COUNT(*) FROM offsite_lease")).isZero();
        // by the database's clock, a moment ago
        await().untilAsserted(() -> assertThat(ledger.pendingWork().overdue(BOTH, 1))
                .filteredOn(task -> task.kind() == Kind.SEAL)
                .extracting(PendingTask::versionId)
                .containsExactly(version.id()));
    }

    @Test
    void noPayloadIsGivenUpIfThoseThatAreNotShippedNowDoNotSuffice() throws Exception {
        Version first = waiting("1.gz");
        Version second = waiting("2.gz");
        Version third = waiting("3.gz");
        long size = payloadOf(first).size();
        List<Payload> free = List.of(payloadOf(first), payloadOf(third));
        Ledger other = open(config());
        try (Lease lease =
                other.leases().ofCopy(at(second, "s3").id()).orElseThrow().lease()) {
            assertThat(lease.held()).isTrue();

            assertThat(giveUp(2 * size + 1, WELL, first, second, third)).isEmpty();
            assertThat(ledger.payloads().filesInUse()).hasSize(3);
            assertThat(giveUp(2 * size, WELL, first, second, third)).isEqualTo(free);
        }
        assertThat(giveUp(1, WELL, second)).hasSize(1);
    }

    @Test
    void aPayloadStaysIfAnUploaderTakesItsCopyAtTheSameMoment() throws Exception {
        Version version = waiting("1.gz");
        try (Connection uploader = connect();
                PreparedStatement lease = uploader.prepareStatement(
                        "INSERT INTO offsite_lease (thing, owner, token, expires_at) VALUES (?, 'elsewhere', 'x', ?)")) {
            uploader.setAutoCommit(false);
            lease.setString(1, "copy:" + at(version, "s3").id());
            lease.setLong(2, Long.MAX_VALUE / 2);
            lease.executeUpdate();
            CompletableFuture<List<Payload>> given = atTheSameTime(() -> giveUp(1, WELL, version));
            letGo(given);
            uploader.commit();

            assertThat(given.get(HangLimit.SECONDS, TimeUnit.SECONDS)).isEmpty();
        }
        assertThat(ledger.payloads().ofVersion(version.id())).isPresent();
    }

    @Test
    void anUploaderThatComesWhileAPayloadIsGivenUpFindsNone() throws Exception {
        Version version = waiting("1.gz");
        long copyId = at(version, "s3").id();
        try (Connection slow = connect();
                Statement lock = slow.createStatement()) {
            slow.setAutoCommit(false);
            lock.execute("SELECT id FROM offsite_payload WHERE version_id = " + version.id() + " FOR UPDATE");
            CompletableFuture<List<Payload>> given = atTheSameTime(() -> giveUp(1, WELL, version));
            letGo(given);
            CompletableFuture<Leased<CopyWork>> taken =
                    atTheSameTime(() -> ledger.leases().ofCopy(copyId).orElseThrow());
            letGo(taken);
            slow.commit();

            try (Lease lease = taken.get(HangLimit.SECONDS, TimeUnit.SECONDS).lease()) {
                assertThat(lease.held()).isTrue();
                assertThat(taken.get().work().orElseThrow().payload() == null)
                        .isEqualTo(
                                !given.get(HangLimit.SECONDS, TimeUnit.SECONDS).isEmpty());
            }
        }
    }

    /** Gives work that waits for no lock time enough. */
    private static void letGo(CompletableFuture<?> work) throws Exception {
        try {
            work.get(2, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // it waits
        }
    }

    @Test
    void anArchiveThatIsRenamedAfterItsPayloadWasGivenUpIsNotShippedAgain() throws Exception {
        Version version = waiting("1.gz");
        giveUp(1, WELL, version);
        Version renamed = ledger.versions().settle(file("2.gz", 10, 5), clock.millis(), BOTH, false);

        assertThat(ledger.knownBytes().record(renamed.id(), SHA, true)).isPresent();
    }
}
