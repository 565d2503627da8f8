package org.heratio.offsite.destination.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Opens the bytes of objects: large ones in ranges, several at once, where the store knows ranges. */
final class ObjectReader {
    private final Store store;
    private final RangedSource.Plan plan;

    ObjectReader(Store store, RangedSource.Plan plan) {
        this.store = store;
        this.plan = plan;
    }

    /** Opens an object, as {@code Destination.open} promises. */
    InputStream open(String key, long offset, long expected) throws FailureException, InterruptedException {
        return open(key, offset, expected, expected - offset >= plan.worth());
    }

    private InputStream open(String key, long offset, long expected, boolean inRanges)
            throws FailureException, InterruptedException {
        String what = "reading " + key;
        String range = inRanges
                ? "bytes=" + offset + "-" + (offset + plan.length() - 1)
                : offset == 0 ? null : "bytes=" + offset + "-";
        ResponseInputStream<GetObjectResponse> response;
        try {
            response = get(key, what, range);
        } catch (FailureException e) {
            return instead(e, key);
        }
        if (response.response().eTag() == null) {
            response.abort();
            throw store.calls().failures().notFromAStore(what);
        }
        String sent = response.response().contentRange();
        if (!inRanges || sent == null) {
            return whole(response, offset, expected, what);
        }
        OptionalLong size = size(sent, offset);
        if (size.isEmpty()) {
            response.abort();
            return open(key, offset, expected, false);
        }
        CopyStream.Source source = new RangedSource(
                store, key, what, plan, response, offset, Math.min(size.getAsLong(), expected));
        return new CopyStream(source, what, size.getAsLong(), new CopyStream.Part(offset, expected), e -> store.calls()
                .failures()
                .of(what, e));
    }

    private ResponseInputStream<GetObjectResponse> get(String key, String what, @Nullable String range)
            throws FailureException, InterruptedException {
        return store.calls()
                .call(
                        what,
                        () -> store.calls()
                                .client()
                                .getObject(
                                        r -> r.bucket(store.bucket()).key(key).range(range),
                                        AsyncResponseTransformer.toBlockingInputStream()));
    }

    /** Returns the size of an object whose range begins at the offset; empty when the store does not tell it. */
    private static OptionalLong size(String contentRange, long offset) {
        String size = contentRange.substring(contentRange.indexOf('/') + 1);
        return contentRange.startsWith("bytes " + offset + "-") && size.matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(size))
                : OptionalLong.empty();
    }

    /** Returns the stream of an answer that has everything from the offset on, or from the beginning. */
    private InputStream whole(
            ResponseInputStream<GetObjectResponse> response, long offset, long expected, String what)
            throws FailureException, InterruptedException {
        boolean ranged = offset > 0 && response.response().contentRange() != null;
        CopyStream.Part part = new CopyStream.Part(ranged ? offset : 0, expected);
        CopyStream stream = ResponseSource.stream(response, part, store.calls().failures(), what);
        if (offset > 0 && !ranged) {
            skip(stream, offset, what);
        }
        return stream;
    }

    /** Handles a refused read: the object is missing, or ends before the offset. */
    private InputStream instead(FailureException refusal, String key) throws FailureException, InterruptedException {
        int status = S3Failures.status(refusal);
        if (status != 404 && status != 416) {
            throw refusal;
        }
        if (store.head(key).isEmpty()) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING, key + " is not in the bucket " + store.bucket(), null, refusal);
        }
        if (status == 416) {
            return InputStream.nullInputStream();
        }
        throw refusal;
    }

    /** For a store that does not know ranges. */
    private void skip(CopyStream stream, long offset, String what) throws FailureException, InterruptedException {
        try {
            stream.skipNBytes(offset);
        } catch (EOFException e) {
            // nothing is behind the offset, and nothing is what the stream has left
        } catch (IOException e) {
            stream.close();
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw store.calls().failures().of(what, e.getCause() == null ? e : e.getCause());
        }
    }
}
