package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.LocalTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

class ThrottledBodyTest {
    private static final int PIECES = 20;
    private static final int PIECE = 4_096;

    @Test
    void handsAllPiecesOnWithoutAThreadForEach() throws Exception {
        RateLimit limit = new RateLimit(
                new Bandwidth(List.of(new Bandwidth.Slot(LocalTime.MIDNIGHT, 1 << 20))), Clock.systemUTC());
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch received = new CountDownLatch(PIECES);
        CountDownLatch completed = new CountDownLatch(1);
        Subscriber<ByteBuffer> receiver = new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                threads.add(Thread.currentThread());
                received.countDown();
            }

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onComplete() {
                completed.countDown();
            }
        };
        ByteBuffer[] pieces = new ByteBuffer[PIECES];
        for (int i = 0; i < PIECES; i++) {
            pieces[i] = ByteBuffer.allocate(PIECE);
        }

        AsyncRequestBody.fromByteBuffers(pieces).subscribe(new ThrottledBody(receiver, limit));

        assertThat(received.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(completed.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        // the caller's, and the timer's
        assertThat(threads).hasSizeLessThanOrEqualTo(2);
    }
}
