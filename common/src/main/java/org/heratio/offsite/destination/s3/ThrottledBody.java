package org.heratio.offsite.destination.s3;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.destination.RateLimit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Hands the pieces of a body on no faster than a limit allows. It asks for one piece at a time, and a timer hands on what has to wait:
 * no thread ever does.
 */
final class ThrottledBody implements Subscriber<ByteBuffer>, Subscription {
    private final Subscriber<? super ByteBuffer> to;
    private final RateLimit limit;
    private @Nullable Subscription from;
    private long demand;
    private boolean asked;
    private boolean waiting;
    private boolean completed;
    private boolean ended;

    ThrottledBody(Subscriber<? super ByteBuffer> to, RateLimit limit) {
        this.to = to;
        this.limit = limit;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        synchronized (this) {
            from = subscription;
        }
        to.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        synchronized (this) {
            // a demand that is none is the source's to refuse
            demand = n <= 0 ? demand : demand + Math.min(n, Long.MAX_VALUE - demand);
        }
        ask();
    }

    private void ask() {
        Subscription source;
        synchronized (this) {
            source = from;
            if (source == null || asked || ended || demand == 0) {
                return;
            }
            asked = true;
        }
        source.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        long wait = limit.take(bytes.remaining());
        if (wait == 0) {
            handOn(bytes);
        } else {
            synchronized (this) {
                waiting = true;
            }
            // on the timer's own thread: by default, a machine with two processors starts a thread for each piece
            Executor later = CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS, Runnable::run);
            later.execute(() -> handOn(bytes));
        }
    }

    private void handOn(ByteBuffer bytes) {
        synchronized (this) {
            if (ended) {
                return;
            }
            demand--;
        }
        to.onNext(bytes);
        boolean last;
        synchronized (this) {
            asked = false;
            waiting = false;
            last = completed && !ended;
            ended |= last;
        }
        if (last) {
            to.onComplete();
        } else {
            ask();
        }
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            completed = true;
            if (waiting || ended) {
                return; // the piece that waits goes first
            }
            ended = true;
        }
        to.onComplete();
    }

    @Override
    public void onError(Throwable thrown) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        to.onError(thrown);
    }

    @Override
    public void cancel() {
        Subscription source;
        synchronized (this) {
            ended = true;
            source = from;
        }
        if (source != null) {
            source.cancel();
        }
    }
}
