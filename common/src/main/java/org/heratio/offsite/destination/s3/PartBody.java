package org.heratio.offsite.destination.s3;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.destination.RateLimit;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** A range of a file as the body of a request: read piece by piece as the network takes it, again from its start if sent again. */
final class PartBody implements AsyncRequestBody {
    private static final int PIECE = 128 << 10;
    private static final Subscription NOTHING = new Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final AsyncRequestBody range;
    private final AtomicLong total;
    private final RateLimit limit;
    private final AtomicLong counted = new AtomicLong();
    private volatile boolean ended;

    /**
     * @param total bytes sent of all parts, to which this one adds its own
     * @param limit of all bodies together
     */
    PartBody(Path file, long offset, long length, AtomicLong total, RateLimit limit) {
        this.range = length == 0
                ? AsyncRequestBody.empty()
                : AsyncRequestBody.fromFile(c ->
                        c.path(file).position(offset).numBytesToRead(length).chunkSizeInBytes(limit.piece(PIECE)));
        this.total = total;
        this.limit = limit;
    }

    /** Refuses further reads: the path may lead to another file from now on. */
    void end() {
        ended = true;
    }

    /** Takes back what was counted of this part. */
    void uncount() {
        total.addAndGet(-counted.getAndSet(0));
    }

    @Override
    public Optional<Long> contentLength() {
        return range.contentLength();
    }

    @Override
    public String contentType() {
        return "application/octet-stream";
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        if (ended) {
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(new CancellationException("the put has ended"));
            return;
        }
        uncount();
        Subscriber<ByteBuffer> counting = counting(subscriber);
        range.subscribe(limit.limits() ? new ThrottledBody(counting, limit) : counting);
    }

    private Subscriber<ByteBuffer> counting(Subscriber<? super ByteBuffer> subscriber) {
        return new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                counted.addAndGet(bytes.remaining());
                total.addAndGet(bytes.remaining());
                subscriber.onNext(bytes);
            }

            @Override
            public void onError(Throwable thrown) {
                subscriber.onError(thrown);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        };
    }
}
