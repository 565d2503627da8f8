package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Sends the missing parts of one upload, several at once. One thread hashes and waits; the network has its own. */
final class PartSender {
    private static final Logger LOG = LoggerFactory.getLogger(PartSender.class);
    /** How often progress is looked at while nothing else happens. */
    private static final long TICK_MILLIS = 250;

    private final Store store;
    private final Semaphore slots;
    private final RateLimit limit;
    private final PutRequest request;
    private final OpenUpload upload;
    private final Map<Integer, CompletedPart> done = new ConcurrentSkipListMap<>();
    private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    private final AtomicLong sent = new AtomicLong();
    private long reported = -1;

    /**
     * @param slots bounds the parts in flight, of all uploads together
     * @param limit of all uploads together
     */
    PartSender(Store store, Semaphore slots, RateLimit limit, PutRequest request, OpenUpload upload) {
        this.store = store;
        this.slots = slots;
        this.limit = limit;
        this.request = request;
        this.upload = upload;
    }

    /** The parts in their order, all of them at the store; the payload was hashed whole. */
    List<CompletedPart> send() throws FailureException, InterruptedException {
        try (PayloadReader reader = new PayloadReader(request)) {
            for (int number = 1; number <= upload.plan().count() && failed.get() == null; number++) {
                RangeDigest digest = RangeDigest.next(reader, upload.plan().length(number));
                CompletedPart had = upload.had(number, digest);
                if (had == null) {
                    awaitSlot();
                    start(number, digest);
                } else {
                    done.put(number, had);
                    sent.addAndGet(digest.length());
                }
                report();
            }
            if (failed.get() == null) {
                reader.requireWhole();
            }
            awaitAll(reader);
        } finally {
            running.forEach(future -> future.cancel(true));
        }
        return List.copyOf(done.values());
    }

    private void awaitSlot() throws InterruptedException {
        while (!slots.tryAcquire(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
            report();
        }
    }

    private void awaitAll(PayloadReader reader) throws FailureException, InterruptedException {
        while (failed.get() == null && !running.isEmpty()) {
            CompletableFuture<?> all = CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new));
            try {
                all.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // looked at again, or found in failed
            }
            report();
        }
        Throwable thrown = failed.get();
        if (thrown != null) {
            // a body that ended too early looks like a connection that broke
            reader.requireSize();
            throw store.calls().failures().of("putting " + upload.key(), thrown);
        }
        report();
    }

    @SuppressWarnings("CollectionUndefinedEquality") // it is this very future that is taken out
    private void start(int number, RangeDigest digest) {
        PartBody body = new PartBody(request.file(), upload.plan().offset(number), digest.length(), sent, limit);
        CompletableFuture<UploadPartResponse> call;
        try {
            call = store.calls()
                    .client()
                    .uploadPart(
                            r -> r.bucket(store.bucket())
                                    .key(upload.key())
                                    .uploadId(upload.id())
                                    .partNumber(number)
                                    .contentLength(digest.length())
                                    .contentMD5(digest.md5Base64())
                                    .checksumCRC32C(upload.checksums() ? digest.crc32cBase64() : null),
                            body);
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        running.add(call);
        CompletableFuture<UploadPartResponse> started = call;
        var unused = started.whenComplete((response, thrown) -> {
            try {
                settle(number, digest, body, response, thrown);
            } catch (RuntimeException | Error e) {
                // else the part would count neither as sent nor as failed
                failed.compareAndSet(null, e);
            } finally {
                body.end();
                running.remove(started);
                slots.release();
            }
        });
    }

    private void settle(
            int number,
            RangeDigest digest,
            PartBody body,
            @Nullable UploadPartResponse response,
            @Nullable Throwable thrown) {
        if (thrown != null) {
            body.uncount();
            failed.compareAndSet(null, thrown);
        } else if (response == null || response.eTag() == null) {
            failed.compareAndSet(
                    null, store.calls().failures().notFromAStore("putting part " + number + " of " + upload.key()));
        } else {
            done.put(number, upload.completed(number, response.eTag(), digest));
            try {
                upload.journal().part(number, digest, response.eTag());
            } catch (IOException e) {
                // costs at most sending this part again after a crash
                LOG.debug("a part could not be noted driver=s3 copy={}", upload.key(), e);
            }
        }
    }

    private void report() {
        long now = Math.min(sent.get(), request.size());
        if (now != reported) {
            reported = now;
            request.progress().accept(now);
        }
    }
}
