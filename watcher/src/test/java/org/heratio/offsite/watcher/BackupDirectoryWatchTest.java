package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real file system. */
class BackupDirectoryWatchTest {
    private static final Duration SOON = HangLimit.STEP;

    @TempDir
    private Path temp;

    private Path root;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    private final Set<Path> changed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger missed = new AtomicInteger();
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private BackupDirectoryWatch watch;

    @BeforeEach
    void makeADirectory() throws IOException {
        root = Files.createDirectories(temp.resolve("backups"));
        watch = watch(root, true);
    }

    @AfterEach
    void stop() {
        hold.countDown();
        watch.close();
        threads.shutdownNow();
    }

    @Test
    void hearsOfNewChangedAndMovedArchivesAndOfNothingElse() throws Exception {
        Path before = touch(root.resolve("before.gz"));
        watch.start();

        Files.writeString(before, "more");
        Path sub = touch(root.resolve("sub/deep/a.zip"));
        touch(root.resolve("b.gz.part"));
        touch(root.resolve("readme.txt"));
        Path moved = Files.move(touch(temp.resolve("moved.gz")), root.resolve("moved.gz"));
        Path renamed = Files.move(root.resolve("b.gz.part"), root.resolve("b.gz"));
        touch(temp.resolve("tree/in/c.gz"));
        Files.move(temp.resolve("tree"), root.resolve("tree"));

        await().atMost(SOON)
                .until(() -> changed.containsAll(Set.of(before, sub, moved, renamed, root.resolve("tree/in/c.gz"))));
        assertThat(changed).hasSize(5);
    }

    @Test
    void watchesADirectoryThatIsALink() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        watch = watch(link, true);
        watch.start();

        touch(root.resolve("a.gz"));
        touch(root.resolve("sub/b.gz"));

        await().atMost(SOON).until(() -> changed.containsAll(Set.of(link.resolve("a.gz"), link.resolve("sub/b.gz"))));
    }

    @Test
    void leavesSubdirectoriesAloneWhenToldTo() throws Exception {
        Files.createDirectories(root.resolve("sub"));
        watch = watch(root, false);
        watch.start();

        touch(root.resolve("sub/b.gz"));
        touch(root.resolve("new/c.gz"));
        Path a = touch(root.resolve("a.gz"));

        await().atMost(SOON).until(() -> changed.contains(a));
        assertThat(changed).containsExactly(a);
    }

    @Test
    void asksForAScanWhenItCouldNotKeepUp() throws Exception {
        watch.start();
        hold = new CountDownLatch(1);

        for (int i = 0; i < 5_000; i++) {
            touch(root.resolve(i + ".gz"));
        }
        hold.countDown();

        await().atMost(SOON).until(() -> missed.get() > 0 || changed.size() == 5_000);
        assertThat(missed.get()).as("scans asked for").isPositive();
        assertThat(watch.alive()).isTrue();
    }

    @Test
    void comesBackAfterTheDirectoryWasDeletedAndMadeAgain() throws Exception {
        Files.createDirectories(root.resolve("sub"));
        watch.start();
        Files.delete(root.resolve("sub"));
        Files.delete(root);
        await().atMost(SOON).until(() -> !watch.alive());

        Files.createDirectories(root);

        await().atMost(SOON).until(() -> watch.alive() && missed.get() > 0);
        awaitHeardOf(root.resolve("a.gz"));
    }

    @Test
    void noticesThatAnotherDirectoryTookThePlace() throws Exception {
        watch.start();
        Files.move(root, temp.resolve("old"));
        Files.createDirectories(root);

        await().atMost(SOON).until(() -> missed.get() > 0);
        awaitHeardOf(root.resolve("a.gz"));
    }

    @Test
    void noticesThatSomethingIsMountedOverItAndUnmountedAgain() throws Exception {
        watch.start();
        Requires.that(run("mount", "-t", "tmpfs", "offsite-test", root.toString()) == 0, "needs the right to mount");
        try {
            await().atMost(SOON).until(() -> missed.get() > 0 && watch.alive());
            awaitHeardOf(root.resolve("mounted.gz"));
        } finally {
            assertThat(run("umount", root.toString())).isZero();
        }

        await().atMost(SOON).until(() -> missed.get() > 1 && watch.alive());
        awaitHeardOf(root.resolve("below.gz"));
    }

    @Test
    void startsAsSoonAsTheDirectoryIsThere() throws Exception {
        Files.delete(root);
        watch.start();
        assertThat(watch.alive()).isFalse();

        Files.createDirectories(root);

        await().atMost(SOON).until(() -> watch.alive());
        assertThat(missed.get()).as("a scan for what came with it").isPositive();
    }

    private BackupDirectoryWatch watch(Path directory, boolean recursive) {
        DirectoryScan scan = new DirectoryScan(
                new BackupDirectory(directory), IncludePatterns.parse(IncludePatterns.DEFAULT), recursive);
        return new BackupDirectoryWatch(
                directory, scan, threads, new Watchdog(), 200, this::changed, missed::incrementAndGet);
    }

    private void changed(Path file) {
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        changed.add(file);
    }

    /** Written until it is heard of: the end of the old watch may have asked for a scan too, before there was a new one. */
    private void awaitHeardOf(Path file) {
        await().atMost(SOON).until(() -> {
            touch(file);
            return changed.contains(file);
        });
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static Path touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }
}
