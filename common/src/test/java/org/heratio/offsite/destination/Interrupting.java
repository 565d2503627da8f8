package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;

/** Interrupts puts. */
final class Interrupting {
    private Interrupting() {}

    /** Interrupts the thread that puts as soon as it reports progress; a put that is done by then is let through. */
    static void inTheMiddle(Destination destination, PutRequest request) throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        PutRequest slow = Payloads.withProgress(request, sent -> {
            underWay.countDown();
            awaitOrKeepInterrupt(goOn);
        });
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> put = executor.submit(() -> {
                try {
                    destination.put(slow);
                } catch (InterruptedException e) {
                    assertThat(Thread.currentThread().isInterrupted())
                            .as("the flag of an interrupt that was told")
                            .isFalse();
                } finally {
                    underWay.countDown();
                }
                return null;
            });
            assertThat(underWay.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
            executor.shutdownNow();
            // progress may be told on another thread, which nobody interrupts
            goOn.countDown();
            put.get(HangLimit.SECONDS, TimeUnit.SECONDS);
        } finally {
            goOn.countDown();
            executor.shutdownNow();
        }
    }

    static void awaitOrKeepInterrupt(CountDownLatch latch) {
        try {
            latch.await(HangLimit.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
