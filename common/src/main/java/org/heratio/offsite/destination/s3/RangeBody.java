package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Collects a range of an object in memory, and never more than was asked for. The result is shorter where the store ended the range
 * early. The SDK may begin it anew for another attempt.
 */
final class RangeBody implements AsyncResponseTransformer<GetObjectResponse, ByteBuffer> {
    private final long offset;
    private final int length;
    private volatile CompletableFuture<ByteBuffer> result = new CompletableFuture<>();

    /** @param length bytes that the store is asked for */
    RangeBody(long offset, int length) {
        this.offset = offset;
        this.length = length;
    }

    /** Returns the range as a request has it. */
    String range() {
        return "bytes=" + offset + "-" + (offset + length - 1);
    }

    @Override
    public CompletableFuture<ByteBuffer> prepare() {
        result = new CompletableFuture<>();
        return result;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        String range = response.contentRange();
        if (range == null || !range.startsWith("bytes " + offset + "-")) {
            result.completeExceptionally(new IOException("the store sent " + (range == null ? "no range" : range)
                    + " when it was asked for " + range()));
        }
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
        publisher.subscribe(new Collector(ByteBuffer.allocate(length), result));
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        result.completeExceptionally(error);
    }

    private record Collector(ByteBuffer bytes, CompletableFuture<ByteBuffer> result) implements Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Subscription subscription) {
            var unused = result.whenComplete((done, failed) -> {
                if (failed != null) {
                    subscription.cancel();
                }
            });
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer next) {
            if (next.remaining() <= bytes.remaining()) {
                bytes.put(next);
            } else {
                result.completeExceptionally(new IOException("the store sent more than it was asked for"));
            }
        }

        @Override
        public void onError(Throwable thrown) {
            result.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.flip());
        }
    }
}
