package org.heratio.offsite.destination.s3;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.heratio.offsite.destination.Expected;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Keeps answers short that the SDK collects in memory: all but the bytes of an object. An error is known by its status, and its body is
 * cut; of any other answer a part is worth nothing.
 */
final class CappedAnswers implements ExecutionInterceptor {
    private static final int ERROR = Expected.TEXT;
    /** Ten times what a page of a thousand long keys has. */
    private static final int PAGE = 16 << 20;

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (!context.httpResponse().isSuccessful()) {
            return context.responsePublisher().map(body -> to -> body.subscribe(new Capped(to, ERROR, true)));
        }
        if (context.request() instanceof GetObjectRequest) {
            return context.responsePublisher();
        }
        return context.responsePublisher().map(body -> to -> body.subscribe(new Capped(to, PAGE, false)));
    }

    /** Ends an answer that is too long. */
    private static final class Capped implements Subscriber<ByteBuffer> {
        private final Subscriber<? super ByteBuffer> to;
        private final int most;
        private final boolean cut;
        private Optional<Subscription> from = Optional.empty();
        private int left;
        private boolean ended;

        /** @param cut whether the beginning of an answer is of use */
        Capped(Subscriber<? super ByteBuffer> to, int most, boolean cut) {
            this.to = to;
            this.most = most;
            this.cut = cut;
            this.left = most;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            from = Optional.of(subscription);
            to.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            if (ended) {
                return;
            }
            if (bytes.remaining() <= left) {
                left -= bytes.remaining();
                to.onNext(bytes);
                return;
            }
            ended = true;
            // first the word to who collects: the end of the connection is a failure like any other
            if (cut) {
                to.onNext(bytes.slice(bytes.position(), left));
                to.onComplete();
            } else {
                to.onError(Expected.wrong("the store answers with more than " + (most >> 20) + " MiB"));
            }
            from.ifPresent(Subscription::cancel);
        }

        @Override
        public void onError(Throwable failure) {
            if (!ended) {
                ended = true;
                to.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (!ended) {
                ended = true;
                to.onComplete();
            }
        }
    }
}
