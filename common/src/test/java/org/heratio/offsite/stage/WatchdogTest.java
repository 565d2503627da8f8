package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final Watchdog dog = new Watchdog(now::get);

    @TempDir
    private Path temp;

    private interface Work {
        void run() throws Exception;
    }

    private Thread watched(Work work) {
        CountDownLatch begun = new CountDownLatch(1);
        Thread worker = new Thread(() -> {
            try (Watchdog.Watch watch = dog.watch("the work")) {
                assertThat(watch).isNotNull();
                begun.countDown();
                work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        worker.start();
        await().atMost(HangLimit.STEP).until(() -> begun.getCount() == 0);
        return worker;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        dog.look();
    }

    @Test
    void workThatHangsInTheSystemIsUnhealthyUntilItGoesOn() throws Exception {
        Path pipe = Pipes.make(temp.resolve("pipe"));
        Thread worker = watched(() -> new FileInputStream(pipe.toFile()).close());
        await().atMost(HangLimit.STEP)
                .until(() -> Arrays.stream(worker.getStackTrace())
                        .anyMatch(frame ->
                                frame.isNativeMethod() && frame.getMethodName().startsWith("open")));
        dog.look();
        pass(Watchdog.PATIENCE.minusSeconds(1));
        assertThat(dog.healthy()).isTrue();
        // the thread may still have been on its way into the kernel
        await().atMost(HangLimit.STEP).until(() -> {
            pass(Watchdog.PATIENCE);
            return !dog.healthy();
        });

        new FileOutputStream(pipe.toFile()).close();
        worker.join();
        assertThat(dog.healthy()).isTrue();
    }

    @Test
    void workThatWaitsForOtherWorkIsHealthy() throws Exception {
        CountDownLatch turn = new CountDownLatch(1);
        Thread worker = watched(turn::await);
        await().atMost(HangLimit.STEP).until(() -> worker.getState() == Thread.State.WAITING);
        dog.look();
        pass(Duration.ofDays(1));
        pass(Duration.ofDays(1));
        assertThat(dog.healthy()).isTrue();
        turn.countDown();
        worker.join();
    }

    @Test
    void workThatTakesLongIsHealthy() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong rounds = new AtomicLong();
        Thread worker = watched(() -> {
            while (!over.get()) {
                rounds.incrementAndGet();
            }
        });
        for (int i = 0; i < 5; i++) {
            long before = rounds.get();
            await().atMost(HangLimit.STEP).until(() -> rounds.get() > before + 1_000_000);
            pass(Duration.ofDays(1));
            assertThat(dog.healthy()).isTrue();
        }
        over.set(true);
        worker.join();
    }
}
