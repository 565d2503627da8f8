package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Finds the upload that an earlier try of the same transfer began, by the note about it. Without a note none is taken up: hash, class and
 * encryption of the object were said when the upload began, and no store tells them of an unfinished one.
 */
final class UploadFinder {
    private static final Logger LOG = LoggerFactory.getLogger(UploadFinder.class);
    /** How far our clock and the store's may be apart. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);
    /** No upload that goes on has no part after so long. */
    private static final Duration LOST_AFTER = Duration.ofDays(1);

    /** How long a note is kept about a store that is not configured any more and may come back. */
    private static final Duration KEPT_ELSEWHERE = Duration.ofDays(7);

    private final Store store;
    private final UploadJournals journals;
    private final ObjectHeaders headers;
    private final Announcements announcements;
    private final S3Config config;
    private final String target;
    private final Clock clock;
    private final AtomicBoolean warned = new AtomicBoolean();

    UploadFinder(
            Store store,
            UploadJournals journals,
            ObjectHeaders headers,
            Announcements announcements,
            S3Config config,
            Clock clock) {
        this.store = store;
        this.journals = journals;
        this.headers = headers;
        this.announcements = announcements;
        this.config = config;
        this.target = target(config);
        this.clock = clock;
    }

    /** Which bucket of which store a note is about. */
    static String target(S3Config config) {
        var place = config.place();
        return place.bucket() + " " + (place.endpoint() == null ? "aws " + place.region() : place.endpoint());
    }

    /** The upload to go on with, if there is one. A note about something else is settled and goes. */
    Optional<OpenUpload> find(PutRequest request, String key) throws FailureException, InterruptedException {
        UploadJournal journal =
                journals.load(request.transferId(), request.owner()).orElse(null);
        if (journal == null) {
            // what lies at the store without a note may be of other bytes, and its metadata are fixed
            return Optional.empty();
        }
        String id = journal.uploadId();
        // of an upload whose id is lost nothing has been sent
        if (id == null || !journal.head().isFor(target, headers.settings(), key, request)) {
            settle(journal);
            if (isElsewhere(journal)) {
                // what is begun here now is noted in its place
                warnOfElsewhere(journal);
            }
            return Optional.empty();
        }
        var head = journal.head();
        PartPlan plan = new PartPlan(request.size(), head.partBytes());
        return store.parts(key, id).map(there -> {
            LOG.info(
                    "taking up an upload: {} of {} parts are there driver=s3 copy={}", there.size(), plan.count(), key);
            return new OpenUpload(key, id, plan, head.checksums(), journal, there);
        });
    }

    /** Begins a new upload; the note about it comes first. */
    OpenUpload begin(PutRequest request, String key, boolean checksums) throws FailureException, InterruptedException {
        PartPlan plan = PartPlan.of(request.size(), config.limits());
        UploadJournal journal = journals.begin(request.transferId(), head(request, key, plan, checksums));
        String what = "beginning the upload of " + key;
        CreateMultipartUploadResponse created = store.calls()
                .call(
                        what,
                        () -> store.calls().client().createMultipartUpload(r -> {
                            r.bucket(store.bucket()).key(key);
                            headers.addTo(r, request.sha256(), OwnerTag.of(request));
                            r.checksumAlgorithm(checksums ? ChecksumAlgorithm.CRC32_C : null);
                        }));
        String id = created.uploadId();
        if (id == null) {
            throw store.calls().failures().notFromAStore(what);
        }
        note(journal, id);
        return new OpenUpload(key, id, plan, checksums, journal, Map.of());
    }

    /**
     * Aborts what a note tells of, and lets the note go. What lies at another store is out of reach: the note stays for a while, in case that
     * one comes back; and so does one whose upload can't be told yet from those of others.
     */
    void settle(UploadJournal journal) throws FailureException, InterruptedException {
        if (isElsewhere(journal)) {
            Instant started = Instant.ofEpochMilli(journal.head().started());
            if (started.plus(KEPT_ELSEWHERE).isBefore(clock.instant())) {
                warnOfElsewhere(journal);
                forget(journal);
            }
            return;
        }
        String id = journal.uploadId();
        if (id == null) {
            Instant begun = Instant.ofEpochMilli(journal.head().started());
            if (clock.instant().isBefore(begun.plus(LOST_AFTER))) {
                return;
            }
            abortLost(journal.head(), begun);
        } else {
            store.abort(journal.head().key(), id);
        }
        forget(journal);
    }

    private boolean isElsewhere(UploadJournal journal) {
        return !journal.head().target().equals(target);
    }

    private static void warnOfElsewhere(UploadJournal journal) {
        LOG.warn(
                "an upload of {} was begun in {}, which is not configured any more; what was sent may lie there until the bucket's"
                        + " lifecycle rule or a person aborts it driver=s3",
                journal.head().key(),
                journal.head().target());
    }

    private void forget(UploadJournal journal) throws FailureException, InterruptedException {
        journals.io(() -> {
            journal.forget();
            return true;
        });
    }

    /**
     * The crash came between the store's answer and our note of it: what is left is an upload of that key, begun then, that has no part
     * after so long; one that another host has begun has some by then. Where another installation is announced, it may be that one's, and
     * stays.
     */
    private void abortLost(UploadJournal.Head head, Instant begun) throws FailureException, InterruptedException {
        String key = head.key();
        if (announcements.hasOthersThan(head.owner())) {
            LOG.warn(
                    "an upload whose id was lost may stay until the bucket's lifecycle rule aborts it: another installation shares the"
                            + " prefix driver=s3 copy={}",
                    key);
            return;
        }
        for (MultipartUpload upload : strangers(key)) {
            Instant initiated = upload.initiated();
            boolean then = initiated != null
                    && Duration.between(begun, initiated).abs().compareTo(CLOCK_SKEW) < 0;
            if (then && store.parts(key, upload.uploadId()).filter(Map::isEmpty).isPresent()) {
                store.abort(key, upload.uploadId());
            }
        }
    }

    /** The uploads of a key that none of our notes tells of. */
    private List<MultipartUpload> strangers(String key) throws FailureException, InterruptedException {
        Set<String> noted = journals.all().values().stream()
                .map(UploadJournal::uploadId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return uploads(key).stream()
                .filter(upload -> !noted.contains(upload.uploadId()))
                .toList();
    }

    /** To look for what nobody noted saves room at the store, and no more: where it is not allowed, or not known, it stays. */
    private List<MultipartUpload> uploads(String key) throws FailureException, InterruptedException {
        try {
            return store.uploads(key);
        } catch (FailureException e) {
            if (e.failure().kind() == FailureKind.TRANSIENT) {
                throw e;
            }
            if (warned.compareAndSet(false, true)) {
                LOG.warn(
                        "unfinished uploads can't be listed; one that a crash left before it was noted may stay at the store driver=s3 reason={}",
                        e.failure().oneLine());
            }
            return List.of();
        }
    }

    private void note(UploadJournal journal, String id) throws FailureException, InterruptedException {
        journals.io(() -> {
            journal.created(id);
            return true;
        });
    }

    private UploadJournal.Head head(PutRequest request, String key, PartPlan plan, boolean checksums) {
        return new UploadJournal.Head(
                target,
                request.owner(),
                key,
                request.size(),
                request.sha256(),
                plan.partBytes(),
                checksums,
                clock.millis(),
                headers.settings());
    }
}
