package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.PendingTask.Kind;
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

    private List<Payload> among(List<String> taking, Version... versions) throws LedgerException {
        List<String> names = new ArrayList<>();
        for (Version version : versions) {
            names.add(payloadOf(version).spoolFile());
        }
        return ledger.idlePayloads().among(names, BOTH, taking);
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
    void payloadsThatWaitForOtherDestinationsAloneAreIdle() throws Exception {
        Version first = waiting("1.gz");
        Version second = waiting("2.gz");

        assertThat(among(WELL, first, second)).containsExactly(payloadOf(first), payloadOf(second));
        assertThat(among(BOTH, first, second)).as("s3 takes them").isEmpty();
        assertThat(ledger.idlePayloads().waitedFor(List.of(payloadOf(first).spoolFile(), "gone")))
                .containsExactly("s3");
    }

    @Test
    void aPayloadIsNotIdleUnlessACopyIsProvedAndNoneIsDamaged() throws Exception {
        Version nowhere = ledger.versions().settle(file("1.gz", 10, 5), clock.millis(), BOTH, false);
        seal(nowhere);
        Version unproved = ledger.versions().settle(file("2.gz", 10, 5), clock.millis(), BOTH, false);
        ship(unproved, "localfs", seal(unproved));
        Version damaged = waiting("3.gz");
        ledger.copies().damaged(at(damaged, "localfs"), CopyState.CORRUPT, ROTTEN);

        assertThat(among(List.of(), nowhere, unproved, damaged)).isEmpty();
        Version elsewhere = waiting("4.gz");
        assertThat(ledger.idlePayloads().among(List.of(payloadOf(elsewhere).spoolFile()), List.of("s3"), List.of()))
                .as("its proved copy is where nothing is read any more")
                .isEmpty();
        assertThat(ledger.idlePayloads().giveUp(payloadOf(nowhere), BOTH, WELL)).isFalse();
        assertThat(ledger.payloads().ofVersion(nowhere.id())).isPresent();
    }

    @Test
    void aVersionWhosePayloadIsGivenUpIsFoundOverdue() throws Exception {
        Version version = waiting("1.gz");
        Payload payload = payloadOf(version);

        assertThat(ledger.idlePayloads().giveUp(payload, BOTH, WELL)).isTrue();
        assertThat(ledger.idlePayloads().giveUp(payload, BOTH, WELL))
                .as("a second time")
                .isFalse();

        assertThat(ledger.payloads().ofVersion(version.id())).isEmpty();
        assertThat(ledger.payloads().filesInUse()).isEmpty();
        // by the database's clock, a moment ago
        await().untilAsserted(() -> assertThat(ledger.pendingWork().overdue(BOTH, 1))
                .filteredOn(task -> task.kind() == Kind.SEAL)
                .extracting(PendingTask::versionId)
                .containsExactly(version.id()));
    }

    @Test
    void aPayloadThatIsPutAtThisMomentIsNotGivenUp() throws Exception {
        Version version = waiting("1.gz");
        Payload payload = payloadOf(version);
        Ledger other = open(config());
        try (Lease lease =
                other.leases().ofCopy(at(version, "s3").id()).orElseThrow().lease()) {
            assertThat(lease.held()).isTrue();

            assertThat(ledger.idlePayloads().giveUp(payload, BOTH, WELL)).isFalse();
        }
        assertThat(ledger.idlePayloads().giveUp(payload, BOTH, WELL)).isTrue();
    }

    @Test
    void anArchiveThatIsRenamedAfterItsPayloadWasGivenUpIsNotShippedAgain() throws Exception {
        Version version = waiting("1.gz");
        ledger.idlePayloads().giveUp(payloadOf(version), BOTH, WELL);
        Version renamed = ledger.versions().settle(file("2.gz", 10, 5), clock.millis(), BOTH, false);

        assertThat(ledger.knownBytes().record(renamed.id(), SHA, true)).isPresent();
    }
}
