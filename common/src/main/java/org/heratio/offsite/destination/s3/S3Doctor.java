package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.heratio.offsite.destination.DestinationFinding;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Finds out what a store can do, with a small object that is there for a moment. Blocks; for one use. */
public final class S3Doctor implements AutoCloseable {
    private static final byte[] BYTES = "Heratio Offsite looks whether copies can be made here.\n"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    /** MD5 and CRC32C of something else. */
    private static final String WRONG_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";

    private static final String WRONG_CRC32C = "AAAAAA==";
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final S3Config config;
    private final Clock clock;
    private final S3AsyncClient client;
    private final S3Calls calls;
    private final String bucket;
    private final String key;
    private final List<DestinationFinding> findings = new ArrayList<>();

    public S3Doctor(S3Config config, Clock clock) throws FailureException {
        this.config = config;
        this.clock = clock;
        this.client = S3Clients.build(config);
        this.calls = new S3Calls(client, new S3Failures(config));
        this.bucket = config.place().bucket();
        this.key = new Keys(config.place().prefix()).key(Keys.PROBE + UUID.randomUUID());
    }

    /** All that could be found out. Throws what keeps copies from being made there at all. */
    public List<DestinationFinding> examine() throws FailureException, InterruptedException {
        clockSkew();
        try {
            objects();
            checks();
            conditions();
        } finally {
            remove();
        }
        parts();
        lock();
        lifecycle();
        return findings;
    }

    private void clockSkew() throws FailureException, InterruptedException {
        new Store(calls, bucket).requireBucket();
        HeadBucketResponse head =
                calls.call("looking at the bucket " + bucket, () -> client.headBucket(r -> r.bucket(bucket)));
        Optional<Duration> skew = head.sdkHttpResponse()
                .firstMatchingHeader("Date")
                .flatMap(S3Doctor::instant)
                .map(theirs -> Duration.between(theirs, clock.instant()).abs());
        if (skew.isPresent() && skew.get().compareTo(SKEW) > 0) {
            findings.add(DestinationFinding.not(
                    "the clock of this host and the store's are " + skew.get().toSeconds() + " s apart",
                    "set the clock, best by NTP: from 15 minutes on the store refuses everything"));
        }
    }

    private static Optional<Instant> instant(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private void objects() throws FailureException, InterruptedException {
        call("putting " + key, () -> put(r -> {}));
        byte[] back = call(
                        "reading " + key,
                        () -> client.getObject(r -> r.bucket(bucket).key(key), AsyncResponseTransformer.toBytes()))
                .asByteArray();
        if (!Arrays.equals(back, BYTES)) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "the store gives back " + back.length + " bytes that are not the " + BYTES.length
                            + " that were put",
                    "it is no store for backups");
        }
        boolean[] listed = new boolean[1];
        new Store(calls, bucket).list(key, object -> listed[0] |= object.key().equals(key));
        findings.add(
                listed[0]
                        ? DestinationFinding.well("objects can be put, read and listed in " + bucket)
                        : DestinationFinding.not(
                                "a new object is not in the listing",
                                "this store lists late; copies may seem to be missing"));
    }

    /** Copies can be made without the right to delete; some withhold it on purpose. */
    private void remove() throws InterruptedException {
        try {
            new Store(calls, bucket).delete(key);
        } catch (FailureException e) {
            findings.add(DestinationFinding.not(
                    "the probe object " + key + " could not be deleted: "
                            + e.failure().reason(),
                    "without the right to delete, what was put wrongly stays; remove the probe object by hand"));
        }
    }

    private void checks() throws InterruptedException {
        findings.add(
                refuses(400, () -> put(r -> r.contentMD5(WRONG_MD5)))
                        ? DestinationFinding.well("a body that was changed on the way is refused (Content-MD5)")
                        : DestinationFinding.not(
                                "the store does not check Content-MD5",
                                "damage on the way shows only when a copy is verified"));
        findings.add(
                refuses(400, () -> put(r -> r.checksumCRC32C(WRONG_CRC32C)))
                        ? DestinationFinding.well("checksums in headers are checked (CRC32C)")
                        : DestinationFinding.well(
                                "checksums in headers are not checked; Content-MD5 is sent in any case"));
    }

    private void conditions() throws InterruptedException {
        findings.add(
                refuses(412, () -> put(r -> r.ifNoneMatch("*")))
                        ? DestinationFinding.well("conditional writes work")
                        : DestinationFinding.well("conditional writes do not work; nothing depends on them"));
    }

    private void parts() throws FailureException, InterruptedException {
        String id = call(
                        "beginning an upload in parts",
                        () -> client.createMultipartUpload(r -> r.bucket(bucket).key(key)))
                .uploadId();
        call(
                "listing unfinished uploads",
                () -> client.listMultipartUploads(r -> r.bucket(bucket).prefix(key)));
        call(
                "aborting an upload",
                () -> client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(id)));
        findings.add(DestinationFinding.well("uploads in parts can be begun, listed and aborted"));
    }

    private void lock() throws InterruptedException {
        boolean wanted = config.objects().lock() != null;
        try {
            var lock = call("asking for Object Lock", () -> client.getObjectLockConfiguration(r -> r.bucket(bucket)))
                    .objectLockConfiguration();
            boolean on = lock != null && "Enabled".equals(lock.objectLockEnabledAsString());
            String rule = on && lock.rule() != null ? ", with a retention of its own" : "";
            findings.add(
                    on || !wanted
                            ? DestinationFinding.well("Object Lock is " + (on ? "on" : "off") + rule)
                            : lockIsOff());
        } catch (FailureException e) {
            findings.add(wanted ? lockIsOff() : DestinationFinding.well("Object Lock is off, or may not be asked for"));
        }
    }

    private static DestinationFinding lockIsOff() {
        return DestinationFinding.not(
                "Object Lock is wanted and not on in this bucket",
                "switch it on at the store, or leave BACKUP_OFFSITE_S3_LOCK_MODE off");
    }

    private void lifecycle() throws InterruptedException {
        boolean aborts = false;
        try {
            aborts = call(
                            "asking for lifecycle rules",
                            () -> client.getBucketLifecycleConfiguration(r -> r.bucket(bucket)))
                    .rules()
                    .stream()
                    .anyMatch(rule -> rule.abortIncompleteMultipartUpload() != null);
        } catch (FailureException e) {
            // there is none, or it may not be asked for: the same advice
        }
        findings.add(
                aborts
                        ? DestinationFinding.well("a lifecycle rule aborts uploads that were never completed")
                        : DestinationFinding.not(
                                "no lifecycle rule is seen that aborts uploads which were never completed",
                                "add one for 7 days; offsite aborts its own as long as its state directory is kept"));
    }

    private CompletableFuture<?> put(java.util.function.Consumer<PutObjectRequest.Builder> more) {
        return client.putObject(
                r -> {
                    r.bucket(bucket).key(key);
                    more.accept(r);
                },
                AsyncRequestBody.fromBytes(BYTES));
    }

    private boolean refuses(int status, Supplier<CompletableFuture<?>> start) throws InterruptedException {
        try {
            call("trying " + key, start);
            return false;
        } catch (FailureException e) {
            return S3Failures.status(e) == status;
        }
    }

    private <T> T call(String what, Supplier<? extends CompletableFuture<? extends T>> start)
            throws FailureException, InterruptedException {
        return calls.call(what, () -> start.get().thenApply(result -> (T) result));
    }

    @Override
    public void close() {
        client.close();
    }
}
