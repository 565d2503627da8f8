package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of a large object, in order, from several requests at once: one connection does not fill every line. The first range comes
 * from the answer that opened the object. Each further request names the object's ETag, so that an object that is replaced meanwhile is
 * a failure. It holds the ranges of a {@link Plan} in memory, and one more. For one thread.
 */
final class RangedSource implements CopyStream.Source {
    /**
     * The way to read large objects.
     *
     * @param worth bytes from which on an object is read in ranges
     * @param length bytes of a range
     * @param ahead ranges that are requested before they are read
     */
    record Plan(long worth, int length, int ahead) {
        static final Plan USUAL = new Plan(32 << 20, 4 << 20, 3);
    }

    private final Store store;
    private final String key;
    private final String what;
    private final String eTag;
    private final Plan plan;
    private final long end;
    private final ResponseInputStream<GetObjectResponse> first;
    private final Deque<CompletableFuture<ByteBuffer>> ahead = new ArrayDeque<>();
    /** Where the next range begins that is to be requested. */
    private long next;

    private long leftOfFirst;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;

    /**
     * @param first the answer with the first range
     * @param offset where that begins
     * @param end of what is to be read
     */
    RangedSource(
            Store store,
            String key,
            String what,
            Plan plan,
            ResponseInputStream<GetObjectResponse> first,
            long offset,
            long end) {
        this.store = store;
        this.key = key;
        this.what = what;
        this.plan = plan;
        this.first = first;
        this.eTag = first.response().eTag();
        this.end = end;
        this.leftOfFirst = Math.min(plan.length(), end - offset);
        this.next = offset + leftOfFirst;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException, InterruptedException, FailureException {
        request();
        if (leftOfFirst > 0) {
            int read = first.read(buffer, offset, (int) Math.min(length, leftOfFirst));
            leftOfFirst = read < 0 ? 0 : leftOfFirst - read;
            ended |= read < 0;
            return read;
        }
        if (!current.hasRemaining() && !take()) {
            return -1;
        }
        int read = Math.min(length, current.remaining());
        current.get(buffer, offset, read);
        return read;
    }

    private void request() {
        while (!ended && next < end && ahead.size() < plan.ahead()) {
            RangeBody body = new RangeBody(next, (int) Math.min(plan.length(), end - next));
            ahead.add(store.calls()
                    .client()
                    .getObject(r -> r.bucket(store.bucket()).key(key).range(body.range()).ifMatch(eTag), body));
            next += plan.length();
        }
    }

    /** Waits for the next range. Returns false at the end, also where the store ended a range early. */
    private boolean take() throws InterruptedException, FailureException {
        CompletableFuture<ByteBuffer> range = ended ? null : ahead.poll();
        if (range == null) {
            return false;
        }
        try {
            current = store.calls().await(what, range);
        } catch (FailureException e) {
            if (S3Failures.status(e) == 412) {
                throw new FailureException(
                        ErrorCode.DESTINATION_IO, key + " was replaced while it was read", null, e);
            }
            throw e;
        }
        boolean whole = current.capacity() == current.remaining();
        ended = !whole;
        return current.hasRemaining();
    }

    @Override
    public void close(boolean finished) {
        ahead.forEach(range -> range.cancel(true));
        ahead.clear();
        // the first range is over long since, or is not wanted
        first.abort();
    }
}
