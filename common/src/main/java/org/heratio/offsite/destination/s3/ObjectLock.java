package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Sees to it that an object is locked for as long as was asked. The headers of a put ask for it; a store has been seen that takes them for an upload in
 * parts and forgets them (Ceph 18), and an upload that was resumed asked for it days ago.
 */
final class ObjectLock {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectLock.class);
    /** Between what a put asked for and its end. */
    private static final Duration TOLERANCE = Duration.ofHours(1);

    private final Store store;
    private final S3Config.@Nullable Lock lock;
    private final Clock clock;
    private final AtomicBoolean told = new AtomicBoolean();

    ObjectLock(Store store, S3Config.@Nullable Lock lock, Clock clock) {
        this.store = store;
        this.lock = lock;
        this.clock = clock;
    }

    /** Locks it longer where needed. */
    void require(String key, HeadObjectResponse head) throws FailureException, InterruptedException {
        if (lock == null) {
            return;
        }
        Instant wanted = clock.instant().plus(Duration.ofDays(lock.days()));
        Instant until = head.objectLockRetainUntilDate();
        if (until != null && !until.isBefore(wanted.minus(TOLERANCE))) {
            return;
        }
        if (!told.getAndSet(true)) {
            LOG.warn(
                    "the store did not lock an object for as long as it was asked to; its retention is set after the put driver=s3 copy={}",
                    key);
        }
        String mode = lock.mode().name();
        store.calls()
                .call(
                        "locking " + key,
                        () -> store.calls()
                                .client()
                                .putObjectRetention(r -> r.bucket(store.bucket())
                                        .key(key)
                                        .versionId(head.versionId())
                                        .retention(retention ->
                                                retention.mode(mode).retainUntilDate(wanted))));
    }
}
