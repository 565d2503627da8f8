package org.heratio.offsite.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.stage.ManualClock;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int ROUNDS = 200;

    @TempDir
    Path dir;

    @Test
    void aPayloadHasItsNameOnlyWhenItIsWhole() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        try (SpoolPart part = spool.tryReserve(7, 100).orElseThrow()) {
            part.write("payload".getBytes(UTF_8));
            assertThat(spool.list()).isEmpty();
            assertThat(names()).singleElement().asString().endsWith(".100.part");
            String name = part.seal();
            assertThat(name).startsWith("v7-");
            assertThat(spool.list()).containsExactly(name);
            assertThat(spool.resolve(name)).hasContent("payload");
        }
        assertThat(names()).hasSize(1);
    }

    @Test
    void theRoomForItIsWhatIsFreeAndWhatItHoldsAlready() throws Exception {
        Path root = dir.resolve("deep/spool");
        assertThat(Spool.room(root)).isPositive();
        String name = seal(new Spool(root, 1000), "x");
        long sparse = 1L << 43; // more than is free on a machine for tests
        try (RandomAccessFile payload = new RandomAccessFile(root.resolve(name).toFile(), "rw")) {
            payload.setLength(sparse);
        }
        assertThat(Spool.room(root)).isGreaterThan(sparse);
    }

    @Test
    void nobodyElseMayReadIt() throws Exception {
        Spool spool = new Spool(dir.resolve("deep/spool"), 1000);
        String name = seal(spool, "x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.root())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.resolve(name))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNotSealedIsRemoved() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        try (SpoolPart part = spool.tryReserve(7, 100).orElseThrow()) {
            part.write(1);
        }
        SpoolPart open = spool.tryReserve(8, 100).orElseThrow();
        spool.close();
        assertThat(names()).isEmpty();
        open.close();
    }

    @Test
    void payloadsAndReservationsShareTheBudget() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 100);
        String first = seal(spool, "x".repeat(40));
        SpoolPart part = spool.tryReserve(2, 50).orElseThrow();
        part.write(new byte[20]);
        assertThat(spool.used()).isEqualTo(90);
        assertThat(spool.tryReserve(3, 11)).isEmpty();
        assertThat(spool.noRoomFor(11).orElseThrow().failure().hint()).contains("BACKUP_OFFSITE_SPOOL_BUDGET");
        // another process on the same directory sees the reservation too
        assertThat(new Spool(spool.root(), 100).tryReserve(3, 11)).isEmpty();
        spool.remove(first);
        spool.tryReserve(3, 11).orElseThrow().close();
        part.close();
        assertThat(spool.used()).isZero();
    }

    @Test
    void aPayloadLargerThanTheBudgetSaysHowMuchItNeeds() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 100);
        assertThat(spool.tryReserve(1, 101)).isEmpty();
        assertThat(spool.noRoomFor(101).orElseThrow().failure().oneLine())
                .contains("BACKUP_OFFSITE_SPOOL_BUDGET to at least 101");
        assertThat(spool.noRoomFor(100)).isEmpty();
    }

    @Test
    void theFileSystemIsALimitToo() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"));
        assertThat(spool.tryReserve(1, Long.MAX_VALUE / 4)).isEmpty();
        assertThat(spool.noRoomFor(Long.MAX_VALUE / 4).orElseThrow().failure().hint())
                .contains("BACKUP_OFFSITE_SPOOL_DIR");
    }

    @Test
    void aNegativeReservationIsRefused() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        assertThatThrownBy(() -> spool.tryReserve(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spool.reserve(1, Long.MIN_VALUE, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(names()).isEmpty();
    }

    @Test
    void aPartStopsAtItsReservation() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        try (SpoolPart part = spool.tryReserve(1, 10).orElseThrow()) {
            part.write(new byte[7]);
            assertThatThrownBy(() -> part.write(new byte[4]))
                    .isInstanceOfSatisfying(
                            FailureIOException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SPOOL_IO));
            part.write(new byte[3]);
            assertThatThrownBy(() -> part.write(1)).isInstanceOf(FailureIOException.class);
            assertThat(Files.size(spool.root().resolve(part.fileName()))).isEqualTo(10);
        }
    }

    @Test
    void filesThatPretendToBeHugeTakeTheWholeBudget() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        spool.tryReserve(1, 1).orElseThrow().close();
        SpoolOwner elsewhere = new SpoolOwner("cafecafe", 1, 1, "0000");
        for (int i = 0; i < 10; i++) {
            SpoolName huge = SpoolName.part(9, elsewhere, SpoolName.MOST_RESERVED, new SecureRandom());
            write(spool, huge.fileName());
        }
        assertThat(spool.used()).isEqualTo(Long.MAX_VALUE);
        assertThat(spool.tryReserve(1, 10)).isEmpty();
        assertThat(spool.noRoomFor(10)).isPresent();
        assertThat(new Spool(spool.root()).tryReserve(1, 10)).isEmpty();
    }

    @Test
    void waitsUntilThereIsRoom() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 100);
        String first = seal(spool, "x".repeat(100));
        CompletableFuture<Boolean> waiting =
                CompletableFuture.supplyAsync(() -> reserved(spool, Duration.ofMinutes(1)));
        assertThat(reserved(spool, Duration.ofMillis(1))).isFalse();
        assertThat(waiting).isNotDone();
        spool.remove(first);
        assertThat(waiting.get()).isTrue();
    }

    @Test
    @Timeout(HangLimit.TEST_SECONDS)
    void aSmallPayloadDoesNotTakeTheRoomThatALargeOneWaitsFor() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 100);
        String first = seal(spool, "x".repeat(60));
        CompletableFuture<Boolean> large = new CompletableFuture<>();
        Thread waiting = new Thread(() -> large.complete(reserved(spool, Duration.ofDays(1))));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        assertThat(spool.reserve(2, 10, Duration.ofMillis(1))).isEmpty();

        spool.remove(first);
        assertThat(large.get()).isTrue();
        assertThat(spool.reserve(2, 10, Duration.ofMillis(1))).isPresent();
    }

    @Test
    @Timeout(HangLimit.TEST_SECONDS)
    void aPayloadThatNeverHasRoomKeepsNobodyWaiting() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 100);
        assertThat(spool.reserve(1, 101, Duration.ofDays(1))).isEmpty();
    }

    @Test
    void removesWhatTheDeadHaveLeftAndNothingElse() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        SpoolPart own = spool.tryReserve(1, 10).orElseThrow();
        String unrecorded = seal(spool, "unrecorded");
        String used = seal(spool, "used");
        spool.recorded(used);
        String done = seal(spool, "done");
        spool.recorded(done);
        SpoolOwner dead = new SpoolOwner(SpoolOwner.self(new SecureRandom()).host(), 4_194_305, 1, "0000");
        SpoolName deadPart = SpoolName.part(9, dead, 100, new SecureRandom());
        write(spool, deadPart.fileName());
        write(spool, deadPart.sealed());
        List<String> strangers = List.of("database_2026.sql.gz.part", "v1.payload", "README", done + ".bak");
        for (String stranger : strangers) {
            write(spool, stranger);
        }

        List<String> told = new ArrayList<>();
        List<String> removed = spool.removeOrphans(() -> Set.of(used), told::add);

        assertThat(removed).containsExactlyInAnyOrder(done, deadPart.sealed()).isEqualTo(told);
        assertThat(names())
                .contains(unrecorded, used, own.spoolFile() + ".10.part")
                .containsAll(strangers)
                .hasSize(7);
    }

    @Test
    void aLivingProcessKeepsWhatIsItsOwn() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            SpoolOwner self = SpoolOwner.self(new SecureRandom());
            SpoolOwner alive = new SpoolOwner(self.host(), other.pid(), startTicks(other), "0000");
            assertThat(new SpoolOwner(self.host(), other.pid(), startTicks(other) - 1, "0000").lifeSeenBy(self))
                    .as("a process that had its id before")
                    .isEqualTo(SpoolOwner.Life.DEAD);
            SpoolName name = SpoolName.part(9, alive, 100, new SecureRandom());
            spool.tryReserve(1, 1).orElseThrow().close();
            write(spool, name.fileName());
            write(spool, name.sealed());
            age(spool, name.fileName());
            assertThat(spool.removeOrphans(Set::of, f -> {})).isEmpty();
            assertThat(names()).hasSize(2);
            other.destroyForcibly().waitFor();
            assertThat(spool.removeOrphans(Set::of, f -> {})).hasSize(1);
            assertThat(names()).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aPartOnAnotherHostIsGivenUpSoonAndGivesItsRoomBack() throws Exception {
        ManualClock clock = new ManualClock();
        Spool spool = new Spool(dir.resolve("spool"), 1000, clock);
        spool.tryReserve(1, 1).orElseThrow().close();
        SpoolName name = SpoolName.part(9, new SpoolOwner("cafecafe", 1, 1, "0000"), 100, new SecureRandom());
        write(spool, name.fileName());
        Files.setLastModifiedTime(spool.root().resolve(name.fileName()), FileTime.from(clock.instant()));
        clock.advance(Duration.ofMinutes(9));
        spool.removeOrphans(Set::of, f -> {});
        assertThat(spool.used()).isEqualTo(100);
        clock.advance(Duration.ofMinutes(2));
        spool.removeOrphans(Set::of, f -> {});
        assertThat(names()).isEmpty();
        assertThat(spool.used()).isZero();
    }

    @Test
    void whatIsOfALivingProcessElsewhereIsKeptHoweverLongItStandsStill() throws Exception {
        ManualClock clock = new ManualClock();
        Spool writer = new Spool(dir.resolve("spool"), 1000, clock);
        // each takes the other for one of another host
        Spool other = new Spool(dir.resolve("spool"), 1000, clock);
        String notRecorded = sealUnchecked(writer);
        SpoolPart part = writer.tryReserve(2, 10).orElseThrow();
        for (int minutes = 0; minutes < 60; minutes += 5) {
            writer.removeOrphans(Set::of, f -> {});
            clock.advance(Duration.ofMinutes(5));
            assertThat(other.removeOrphans(Set::of, f -> {})).isEmpty();
        }
        assertThat(names()).hasSize(2).contains(notRecorded);
        part.seal();
    }

    @Test
    void theLedgerIsAskedAfterTheDirectoryWasListed() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        String early = seal(spool, "early");
        // it gets recorded, and another is sealed and recorded, while the ledger answers
        spool.removeOrphans(
                () -> {
                    spool.recorded(early);
                    spool.recorded(sealUnchecked(spool));
                    return Set.of();
                },
                f -> {});
        assertThat(names()).contains(early);
    }

    @Test
    void removesNothingThatIsNotAPayload() throws Exception {
        Spool spool = new Spool(dir.resolve("spool"), 1000);
        spool.tryReserve(1, 1).orElseThrow().close();
        write(spool, "README");
        spool.remove("README");
        spool.remove("../spool/README");
        assertThat(names()).containsExactly("README");
        assertThatThrownBy(() -> spool.resolve("../x"))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.PATH_OUTSIDE));
    }

    @Test
    void twoProcessesThatReserveAtOnceNeverExceedTheBudgetTogether() throws Exception {
        Spool one = new Spool(dir.resolve("spool"), 100);
        Spool other = new Spool(dir.resolve("spool"), 100);
        CyclicBarrier together = new CyclicBarrier(2);
        for (int round = 0; round < ROUNDS; round++) {
            CompletableFuture<Optional<SpoolPart>> there =
                    CompletableFuture.supplyAsync(() -> reserveMost(other, together));
            Optional<SpoolPart> here = reserveMost(one, together);
            Optional<SpoolPart> elsewhere = there.get(HangLimit.SECONDS, TimeUnit.SECONDS);
            assertThat(one.used()).as("round %d", round).isLessThanOrEqualTo(100);
            here.ifPresent(SpoolPart::close);
            elsewhere.ifPresent(SpoolPart::close);
        }
        assertThat(names()).isEmpty();
        assertThat(one.tryReserve(1, 60)).isPresent();
    }

    private static Optional<SpoolPart> reserveMost(Spool spool, CyclicBarrier together) {
        try {
            together.await(HangLimit.SECONDS, TimeUnit.SECONDS);
            return spool.tryReserve(1, 60);
        } catch (FailureException | InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Field 22 of its stat, clock ticks since the boot. */
    private static long startTicks(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    }

    private void age(Spool spool, String name) throws IOException {
        Files.setLastModifiedTime(
                spool.root().resolve(name), FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));
    }

    private static boolean reserved(Spool spool, Duration patience) {
        try {
            return spool.reserve(1, 50, patience).isPresent();
        } catch (FailureException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sealUnchecked(Spool spool) {
        try {
            return seal(spool, "late");
        } catch (FailureException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String seal(Spool spool, String content) throws FailureException, IOException {
        byte[] bytes = content.getBytes(UTF_8);
        try (SpoolPart part = spool.tryReserve(1, bytes.length).orElseThrow()) {
            part.write(bytes);
            return part.seal();
        }
    }

    private void write(Spool spool, String name) throws IOException {
        Files.writeString(spool.root().resolve(name), "x");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("spool"))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
