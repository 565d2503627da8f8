package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.files.Victim;
import org.heratio.offsite.stage.FastWatchdog;
import org.heratio.offsite.stage.LastDue;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real file system, with real writers. */
class SettleTrackerTest {
    private static final ShipOptions WISH = ShipOptions.of(Set.of("localfs"));
    private static final Duration SOON = HangLimit.STEP;
    private static final Duration QUIET = Duration.ofMillis(400);

    @TempDir
    private Path root;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    private final FastWatchdog watchdog = new FastWatchdog();
    private final RecordingListener listener = new RecordingListener();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void handsOnAFileThatIsWrittenAndClosed() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        Path file = Files.writeString(root.resolve("a.gz"), "whole");

        tracker.track(file, WISH);
        tracker.track(file, WISH);

        await().atMost(SOON).until(() -> tracker.size() == 0);
        assertThat(listener.names()).containsExactly("a.gz");
        assertThat(listener.settled.get(0).archive().archive().size()).isEqualTo(5);
    }

    @Test
    void waitsForAWriterThatPausesWithTheFileOpen() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        Path file = root.resolve("dump.sql.gz");
        Process writer = shell("{ printf begin; sleep 1.5; printf middle; sleep 1.5; printf end; } > \"$1\"", file);
        await().until(() -> Files.exists(file) && Files.size(file) > 0);

        tracker.track(file, WISH);

        await().atMost(HangLimit.STEP).until(() -> !listener.settled.isEmpty());
        assertThat(writer.isAlive()).isFalse();
        assertThat(listener.names()).containsExactly("dump.sql.gz");
        assertThat(listener.settled.get(0).archive().archive().size()).isEqualTo(14);
    }

    @Test
    void waitsForAFileThatGrowsWithoutAWriterThatTheKernelKnows() throws Exception {
        GrowingAtEachLook writer = new GrowingAtEachLook(5);
        SettleTracker tracker = tracker(writer);
        Path file = Files.writeString(root.resolve("a.gz"), "");

        tracker.track(file, WISH);

        await().atMost(HangLimit.STEP).until(() -> !listener.settled.isEmpty());
        assertThat(listener.settled.get(0).archive().archive().size()).isEqualTo(5);
    }

    @Test
    void neverHandsOnAFileThatKeepsGrowing() throws Exception {
        GrowingAtEachLook writer = new GrowingAtEachLook(Integer.MAX_VALUE);
        SettleTracker tracker = tracker(writer);
        Path file = Files.writeString(root.resolve("a.gz"), "");

        tracker.track(file, WISH);

        await().atMost(SOON).until(() -> writer.looks.get() > 5);
        assertThat(listener.settled).isEmpty();
        assertThat(tracker.size()).isEqualTo(1);
    }

    @Test
    void takesTheLongQuietPeriodWhereTheKernelDoesNotTell() throws Exception {
        SettleTracker tracker = tracker(file -> WriteProbe.Answer.UNKNOWN);
        Path file = Files.writeString(root.resolve("new.gz"), "x");
        Path old = Files.writeString(root.resolve("old.gz"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(3_600)));
        long start = System.nanoTime();

        tracker.track(file, WISH);
        tracker.track(old, WISH);

        await().atMost(SOON).until(() -> tracker.size() == 0);
        assertThat(listener.names()).containsExactly("old.gz", "new.gz");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_900));
    }

    @Test
    void forgetsAFileThatIsDeletedWhileItSettles() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        Path file = root.resolve("a.gz");
        try (OutputStream open = Files.newOutputStream(file)) {
            open.write(1);
            tracker.track(file, WISH);
            await().during(Duration.ofMillis(600)).until(() -> tracker.size() == 1);
            Files.delete(file);
        }

        await().atMost(SOON).until(() -> tracker.size() == 0);
        assertThat(listener.gone).containsExactly(file);
        assertThat(listener.settled).isEmpty();
    }

    @Test
    void startsAnewWhenAnotherFileIsRenamedOverIt() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        Path file = root.resolve("a.gz");
        Process writer = shell("exec 3> \"$1\"; printf old >&3; sleep 60", file);
        await().until(() -> Files.exists(file) && Files.size(file) == 3);
        tracker.track(file, WISH);
        Path next = Files.writeString(root.resolve("a.gz.part"), "newer");

        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

        await().atMost(SOON).until(() -> tracker.size() == 0);
        assertThat(writer.isAlive()).isTrue();
        assertThat(listener.settled.get(0).archive().archive().size()).isEqualTo(5);
    }

    @Test
    void triesAgainWhenTheLedgerIsAwayAndForgetsNoWish() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        listener.failures.set(1);
        Path file = Files.writeString(root.resolve("a.gz"), "x");

        tracker.track(file, WISH);
        await().atMost(SOON).until(() -> listener.failures.get() == 0);
        tracker.track(file, new ShipOptions(Set.of("s3"), Set.of("s3"), false, Set.of("request")));

        await().atMost(HangLimit.STEP).until(() -> tracker.size() == 0);
        assertThat(listener.settled).hasSize(1);
        assertThat(listener.settled.get(0).options())
                .isEqualTo(new ShipOptions(Set.of("localfs", "s3"), Set.of("s3"), false, Set.of("request")));
    }

    @Test
    void handlesTenThousandFilesAtOnceOnTwoThreads() throws Exception {
        SettleTracker tracker = tracker(LeaseProbe.create(root));
        for (int i = 0; i < 10_000; i++) {
            tracker.track(Files.writeString(root.resolve(i + ".gz"), "x"), WISH);
        }

        await().atMost(HangLimit.STEP).until(() -> tracker.size() == 0);
        assertThat(listener.names()).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void saysThatAFileCannotBeLookedAtAndDoesNotTakeItForGone() throws Exception {
        trackUntilGivenUp(root.resolve("d".repeat(250) + "/" + "x/".repeat(2_000) + "a.gz"));
        assertThat(listener.gone).isEmpty();
        assertThat(listener.unreadable)
                .singleElement()
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.PATH_UNREADABLE));
    }

    @Test
    void saysThatAHardLinkToAFileOfAnotherUserIsNotShipped() throws Exception {
        Path file = Files.createFile(root.resolve("linked.gz"));
        Files.createLink(root.resolve("elsewhere"), file);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        Victim.giveToNobody(file);
        trackUntilGivenUp(file);
        assertThat(listener.unreadable).singleElement().satisfies(failure -> {
            assertThat(failure.reason()).startsWith(file + " is not shipped: it has another name elsewhere");
            assertThat(failure.hint()).contains("copy the file");
        });
    }

    @Test
    void aLookThatHangsInTheSystemIsNoticed() throws Exception {
        Path pipe = Pipes.make(root.resolve("pipe"));
        AtomicInteger looks = new AtomicInteger();
        SettleTracker tracker =
                tracker(file -> looks.incrementAndGet() == 1 ? openedByName(pipe) : WriteProbe.Answer.NONE);

        tracker.track(Files.writeString(root.resolve("a.gz"), "whole"), WISH);

        watchdog.passUntil(() -> !watchdog.dog().healthy());
        new RandomAccessFile(pipe.toFile(), "rw").close();
        await().atMost(SOON).until(() -> watchdog.dog().healthy());
        await().atMost(SOON).until(() -> tracker.size() == 0);
    }

    /** Waits for somebody at the other end. */
    private static WriteProbe.Answer openedByName(Path pipe) {
        try {
            new FileInputStream(pipe.toFile()).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return WriteProbe.Answer.NONE;
    }

    private void trackUntilGivenUp(Path file) {
        ScheduledThreadPoolExecutor impatient = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                return super.schedule(task, 0, unit);
            }
        };
        try {
            SettleTracker tracker = tracker(LeaseProbe.create(root), impatient);

            tracker.track(file, WISH);

            await().atMost(SOON).until(() -> tracker.size() == 0);
        } finally {
            impatient.shutdownNow();
        }
    }

    /** Somebody writes at each look, whenever that comes, and the kernel knows of nobody. */
    private static final class GrowingAtEachLook implements WriteProbe {
        final AtomicInteger looks = new AtomicInteger();
        private final int times;

        GrowingAtEachLook(int times) {
            this.times = times;
        }

        @Override
        public Answer probe(Path file) {
            if (looks.incrementAndGet() <= times) {
                try {
                    Files.writeString(file, "x", StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return Answer.NONE;
        }
    }

    private SettleTracker tracker(WriteProbe probe) {
        return tracker(probe, threads);
    }

    private SettleTracker tracker(WriteProbe probe, ScheduledExecutorService executor) {
        WatcherConfig config = new WatcherConfig(
                QUIET,
                Duration.ofSeconds(2),
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                LastDue.Times.NEVER,
                false,
                true,
                Duration.ofSeconds(1),
                2);
        DirectoryScan scan =
                new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse(IncludePatterns.DEFAULT), true);
        return new SettleTracker(scan, probe, config, executor, listener, InstantSource.system(), watchdog.dog());
    }

    private Process shell(String script, Path file) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script, "sh", file.toString())
                .inheritIO()
                .start();
        processes.add(process);
        return process;
    }
}
