package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.FileInputStream;
import java.io.RandomAccessFile;
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
import org.slf4j.LoggerFactory;

class WatchdogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final Watchdog dog = new Watchdog(now::get);

    @TempDir
    private Path temp;

    private interface Work {
        void run() throws Exception;
    }

    private Thread watched(boolean vital, Work work) {
        CountDownLatch begun = new CountDownLatch(1);
        Thread worker = new Thread(() -> {
            try (Watchdog.Watch watch = dog.watch("the work", vital)) {
                assertThat(watch).isNotNull();
                begun.countDown();
                work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        worker.setDaemon(true);
        worker.start();
        await().atMost(HangLimit.STEP).until(() -> begun.getCount() == 0);
        return worker;
    }

    /** Returns a thread that waits in the kernel for somebody at the other end of a pipe. */
    private Thread stuckAt(Path pipe, boolean vital) {
        Thread worker = watched(vital, () -> new FileInputStream(pipe.toFile()).close());
        await().atMost(HangLimit.STEP)
                .until(() -> Arrays.stream(worker.getStackTrace())
                        .anyMatch(frame ->
                                frame.isNativeMethod() && frame.getMethodName().startsWith("open")));
        return worker;
    }

    /** Lets the worker at a pipe go on, without waiting for it should it not be there. */
    private static void release(Path pipe, Thread worker) throws Exception {
        new RandomAccessFile(pipe.toFile(), "rw").close();
        end(worker);
    }

    private static void end(Thread worker) throws InterruptedException {
        worker.join(HangLimit.STEP.toMillis());
        assertThat(worker.isAlive()).isFalse();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
        dog.look();
    }

    @Test
    void workThatHangsInTheSystemIsUnhealthyUntilItGoesOn() throws Exception {
        Path pipe = Pipes.make(temp.resolve("pipe"));
        Thread worker = stuckAt(pipe, true);
        dog.look();
        pass(Watchdog.PATIENCE.minusSeconds(1));
        assertThat(dog.healthy()).isTrue();
        // the thread may still have been on its way into the kernel
        await().atMost(HangLimit.STEP).until(() -> {
            pass(Watchdog.PATIENCE);
            return !dog.healthy();
        });

        release(pipe, worker);
        assertThat(dog.healthy()).isTrue();
    }

    @Test
    void aDestinationThatHangsIsLoggedAndLeavesTheProcessHealthy() throws Exception {
        Path pipe = Pipes.make(temp.resolve("pipe"));
        Logger log = (Logger) LoggerFactory.getLogger(Watchdog.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        log.addAppender(logged);
        try {
            Thread worker = stuckAt(pipe, false);
            await().atMost(HangLimit.STEP).until(() -> {
                pass(Watchdog.PATIENCE);
                return !logged.list.isEmpty();
            });
            assertThat(logged.list.get(0).getFormattedMessage()).startsWith("the work is stuck");
            assertThat(dog.healthy()).isTrue();
            release(pipe, worker);
        } finally {
            log.detachAppender(logged);
        }
    }

    @Test
    void workThatWaitsForOtherWorkIsHealthy() throws Exception {
        CountDownLatch turn = new CountDownLatch(1);
        Thread worker = watched(true, turn::await);
        await().atMost(HangLimit.STEP).until(() -> worker.getState() == Thread.State.WAITING);
        dog.look();
        pass(Duration.ofDays(1));
        pass(Duration.ofDays(1));
        assertThat(dog.healthy()).isTrue();
        turn.countDown();
        end(worker);
    }

    @Test
    void workThatTakesLongIsHealthy() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong rounds = new AtomicLong();
        Thread worker = watched(true, () -> {
            while (!over.get()) {
                rounds.incrementAndGet();
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                long before = rounds.get();
                await().atMost(HangLimit.STEP).until(() -> rounds.get() > before + 1_000_000);
                pass(Duration.ofDays(1));
                assertThat(dog.healthy()).isTrue();
            }
        } finally {
            over.set(true);
        }
        end(worker);
    }
}
