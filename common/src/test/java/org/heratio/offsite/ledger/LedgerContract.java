package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every ledger has to do; a database joins by saying where an empty one is. This part: many at once, and threads. */
@Timeout(HangLimit.TEST_SECONDS)
public abstract class LedgerContract extends LedgerRestorableContract {
    private static final int THREADS = 16;

    @Test
    void aLedgerWhoseTablesAreDroppedIsLostAndStaysSo() throws Exception {
        settled("a.gz", 5);
        ledger.requireUnchanged();
        sql("ALTER TABLE offsite_copy RENAME TO aside");

        assertLost(() -> settled("b.gz", 5), "tables were dropped");

        sql("ALTER TABLE aside RENAME TO offsite_copy");
        assertLost(() -> settled("b.gz", 5), "tables were dropped");
        assertLost(ledger::requirePresent, "tables were dropped");
    }

    @Test
    void aLedgerWithoutATableIsLostAlsoForWhoOnlyLooks() throws Exception {
        sql("DROP TABLE offsite_meta");

        ledger.requirePresent();
        assertLost(ledger::requireUnchanged, "tables were dropped");
    }

    @Test
    void aLedgerThatWasEmptiedOrMadeAnewIsLost() throws Exception {
        Ledger other = open(config().withLossPause(() -> {}));
        sql("DELETE FROM offsite_meta");
        assertLost(ledger::requireUnchanged, "has none");

        sql("INSERT INTO offsite_meta (name, val) VALUES ('installation_id', 'f00')");
        assertLost(other::requireUnchanged, "has f00");
    }

    @Test
    void aDatabaseThatDeniesItsTablesForAWhileIsAnOutage() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        Ledger patient = open(config().withLossPause(() -> {
            if (pauses.incrementAndGet() == 3) {
                sql("ALTER TABLE aside RENAME TO offsite_copy");
            }
        }));
        sql("ALTER TABLE offsite_copy RENAME TO aside");

        Version version = patient.versions().settle(file("b.gz", 10, 5), clock.millis(), LOCALFS, false);

        assertThat(pauses).hasValue(3);
        assertThat(patient.versions().find(version.id())).isPresent();
        patient.requireUnchanged();
    }

    @Test
    void aDatabaseThatDeniesItsIdForAWhileIsAnOutage() throws Exception {
        Ledger patient = open(config().withLossPause(() -> sql("INSERT INTO offsite_meta (name, val) VALUES "
                + "('installation_id', '" + ledger.installationId() + "')")));
        sql("DELETE FROM offsite_meta WHERE name = 'installation_id'");

        patient.requireUnchanged();
        patient.requirePresent();
    }

    private static void assertLost(ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LedgerException.class, e -> {
            assertThat(e.failure().code()).as(e.failure().oneLine()).isEqualTo(ErrorCode.LEDGER_LOST);
            assertThat(e.failure().oneLine()).contains(words, "put the ledger back");
        });
    }

    @Test
    void aLeaseIsGivenToOneOfManyThreads() throws Exception {
        List<Optional<Lease>> taken = atOnce(thread -> ledger.leases().take("copy:1"));
        assertThat(taken.stream().flatMap(Optional::stream)).hasSize(1);
        taken.stream().flatMap(Optional::stream).forEach(Lease::close);
        assertThat(ledger.leases().take("copy:1")).isPresent();
    }

    @Test
    void aLeaseOfAnotherLedgerInThisProcessIsRespectedUntilThatIsClosed() throws Exception {
        Ledger other = open(config());
        Lease lease = other.leases().take("copy:1").orElseThrow();
        assertThat(ledger.leases().take("copy:1")).isEmpty();
        other.close();
        assertThat(lease.held()).isFalse();
        assertThat(ledger.leases().take("copy:1")).isPresent();
    }

    private static LedgerConfig impatient(LedgerConfig config, Duration leaseTime) {
        return new LedgerConfig(
                config.jdbcUrl(),
                config.user(),
                config.password(),
                config.embedded(),
                leaseTime,
                config.patience(),
                config.connections(),
                config.zone(),
                config.login(),
                null,
                config.lossPause());
    }

    @Test
    void aLeaseIsRenewedForAsLongAsItIsHeld() throws Exception {
        // so long that a stall of this machine does not end it: then another may have it, and rightly
        Ledger impatient = open(impatient(config(), Duration.ofSeconds(9)));
        Lease lease = impatient.leases().take("copy:1").orElseThrow();
        long first = count("SELECT expires_at FROM offsite_lease");
        await().atMost(HangLimit.STEP).until(() -> count("SELECT expires_at FROM offsite_lease") > first + 1200);
        assertThat(lease.held()).isTrue();
        assertThat(ledger.leases().take("copy:1")).isEmpty();
        lease.close();
        lease.close();
        assertThat(lease.held()).isFalse();
        assertThat(count("SELECT COUNT(*) FROM offsite_lease")).isZero();
    }

    @Test
    void aLeaseThatSomebodyElseTookIsNoticed() throws Exception {
        Ledger impatient = open(impatient(config(), Duration.ofSeconds(3)));
        Lease lease = impatient.leases().take("copy:1").orElseThrow();
        sql("UPDATE offsite_lease SET owner = 'elsewhere', token = 'other'");
        await().atMost(HangLimit.STEP).until(() -> !lease.held());
        lease.close();
        assertThat(count("SELECT COUNT(*) FROM offsite_lease")).isEqualTo(1);
    }

    @Test
    void aLeaseOfAnotherHostExpiresByTheDatabasesClock() throws Exception {
        sql("INSERT INTO offsite_lease (thing, owner, token, expires_at) VALUES ('copy:1', 'elsewhere/1/1/x', 't', "
                + (System.currentTimeMillis() + 3_600_000) + ")");
        assertThat(ledger.leases().take("copy:1")).isEmpty();
        sql("UPDATE offsite_lease SET expires_at = " + (System.currentTimeMillis() - 1000));
        assertThat(ledger.leases().take("copy:1")).isPresent();
    }

    @Test
    void manyThreadsThatSettleOneFileMakeOneVersion() throws Exception {
        List<Version> versions = atOnce(thread -> settled("a.gz", 5));
        assertThat(new HashSet<>(versions)).hasSize(1);
        assertThat(count("SELECT COUNT(*) FROM offsite_copy")).isEqualTo(1);
    }

    @Test
    void manyThreadsThatSettleVersionsOfOnePathLeaveOneThatIsAlive() throws Exception {
        atOnce(thread -> settled("a.gz", 100 + thread));
        assertThat(ledger.view().versionCounts().get(VersionState.SETTLED)).isEqualTo(1L);
        assertThat(ledger.versions().newest()).hasSize(1);
    }

    @Test
    void manyThreadsThatShipVersionsOfOnePathLeaveTheNewestInThePublicTable() throws Exception {
        List<Version> versions = new ArrayList<>();
        List<Payload> payloads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            Version version = settled("a.gz", 100 + number);
            versions.add(version);
            payloads.add(seal(version));
        }
        List<Copy> copies = new ArrayList<>();
        for (Version version : versions) {
            copies.add(copyOf(version));
        }
        List<Boolean> done = atOnce(thread -> ledger.copies()
                .replicated(copies.get(thread).id(), remotePath(versions.get(thread)), payloads.get(thread)));

        assertThat(done).containsOnly(true);
        assertThat(versions).extracting(Version::remoteName).doesNotHaveDuplicates();
        assertThat(publicRow("a.gz").remotePath()).isEqualTo(remotePath(versions.get(THREADS - 1)));
        assertThat(ledger.view().history(100, null)).hasSize(1);
    }

    @Test
    void oneOfManyThreadsMakesATransition() throws Exception {
        Version version = settled("a.gz", 5);
        Payload payload = seal(version);
        long copyId = copyOf(version).id();
        List<Boolean> done = atOnce(thread -> ledger.copies().replicated(copyId, "/x", payload));
        assertThat(done.stream().filter(Boolean::booleanValue)).hasSize(1);
    }

    @Test
    void sixtyFourWritersInTwoLedgersBringEachArchiveToItsEnd() throws Exception {
        Ledger other = open(patient(config()));
        // four writers for each path, who get ahead of one another and supersede each other's versions
        atOnce(64, thread -> {
            Ledger mine = thread % 2 == 0 ? ledger : other;
            for (int mtime = 1; mtime <= 3; mtime++) {
                bringToItsEnd(mine, file("w" + thread / 4 + ".gz", 10, mtime));
            }
            return mine.pendingWork().overdue(BOTH, AN_HOUR);
        });
        assertThat(ledger.view().versionCounts())
                .containsKey(VersionState.SEALED)
                .doesNotContainKey(VersionState.SETTLED);
        assertThat(ledger.view().copyCounts()).containsOnlyKeys(BOTH.toArray(String[]::new));
        assertThat(ledger.view().copyCounts().values())
                .allSatisfy(counts -> assertThat(counts).containsOnlyKeys(CopyState.VERIFIED));
        assertThat(ledger.view().history(1000, "verified")).hasSize(32);
    }

    private void bringToItsEnd(Ledger mine, ArchiveFile archive) throws LedgerException {
        Version version = mine.versions().settle(archive, clock.millis(), BOTH, false);
        mine.payloads().record(version.id(), SHA, version.id() + ".pgp", PAYLOAD_SHA, 99, true);
        Optional<Payload> payload = mine.payloads().ofVersion(version.id());
        if (payload.isPresent()) {
            for (Copy copy : mine.copies().ofVersion(version.id())) {
                String path = "/offsite/"
                        + mine.versions().find(version.id()).orElseThrow().remoteName();
                mine.copies().recordPendingPut(copy.id(), path, payload.get());
                mine.copies().replicated(copy.id(), path, payload.get());
                mine.proofs().record(copy.id(), PAYLOAD_SHA);
            }
        }
    }

    @Test
    void severalProcessesOfWhichSomeAreKilledLoseNothing() throws Exception {
        String url = config().jdbcUrl();
        Set<String> acknowledged = new HashSet<>();
        try (LedgerProcess first = LedgerProcess.start("write", url, "p-");
                // the same names: each is a race
                LedgerProcess second = LedgerProcess.start("write", url, "p-");
                LedgerProcess holder = LedgerProcess.start("hold", url)) {
            acknowledged.addAll(first.read(40));
            acknowledged.addAll(second.read(20));
            holder.await("held");
            assertThat(ledger.leases().take("copy:1")).isEmpty();
            first.kill();
            holder.kill();
            assertThat(ledger.leases().take("copy:1")).as("its holder is dead").isPresent();
            settled("mine.gz", 1);
            acknowledged.addAll(second.read(40));
            second.kill();
            acknowledged.addAll(first.rest());
            acknowledged.addAll(second.rest());
        }
        assertThat(ledger.versions().newest().keySet())
                .contains("/backups/mine.gz")
                .containsAll(
                        acknowledged.stream().map(name -> "/backups/" + name).toList());
    }

    @Test
    void manyMayOpenItAtOnce() throws Exception {
        List<Ledger> ledgers = atOnce(4, thread -> open(config()));
        assertThat(ledgers).extracting(Ledger::installationId).containsOnly(ledger.installationId());
    }

    @Test
    void anEventLoopIsNeverBlocked() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        vertx.runOnContext(go -> {
            try {
                ledger.versions().newest();
                thrown.complete(new AssertionError("it blocked"));
            } catch (IllegalStateException | LedgerException e) {
                thrown.complete(e);
            }
        });
        assertThat(thrown.join()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInterruptedThreadIsToldSoAndTheLedgerGoesOn() throws Exception {
        Lease lease = ledger.leases().take("copy:1").orElseThrow();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> settled("a.gz", 5))
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE));
        lease.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ledger.leases().take("copy:1"))
                .as("given back although interrupted")
                .isPresent();
        for (int number = 0; number < 20; number++) {
            settled("b" + number, 5);
        }
    }

    /** What a thread does. */
    interface Part<T> {
        T of(int thread) throws Exception;
    }

    <T> List<T> atOnce(Part<T> part) throws Exception {
        return atOnce(THREADS, part);
    }

    <T> List<T> atOnce(int threads, Part<T> part) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier barrier = new CyclicBarrier(threads);
            List<Callable<T>> calls = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int thread = number;
                calls.add(() -> {
                    barrier.await(HangLimit.SECONDS, TimeUnit.SECONDS);
                    return part.of(thread);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : executor.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
