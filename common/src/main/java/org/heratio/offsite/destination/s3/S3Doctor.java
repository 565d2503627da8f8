package org.heratio.offsite.destination.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;

/** Finds out what a store can do, with a small object that is there for a moment. Blocks; for one use. */
public final class S3Doctor implements AutoCloseable {
    /** Classes whose objects have to be restored before they can be read. */
    private static final Set<String> ARCHIVE_CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private static final Duration SKEW = Duration.ofMinutes(1);

    private final S3Config config;
    private final Clock clock;
    private final S3AsyncClient client;
    private final S3Calls calls;
    private final String bucket;
    private final List<Finding> findings = new ArrayList<>();
    private final S3Trial trial;

    public S3Doctor(S3Config config, Clock clock) throws FailureException {
        this.config = config;
        this.clock = clock;
        this.client = S3Clients.build(config);
        this.calls = new S3Calls(client, new S3Failures(config));
        this.bucket = config.place().bucket();
        this.trial = new S3Trial(config, clock, calls, findings);
    }

    /** All that could be found out, every right that is missing among it. Throws where there is no bucket to ask. */
    public List<Finding> examine() throws FailureException, InterruptedException {
        bucket();
        trial.objects();
        trial.parts();
        lock();
        lifecycle();
        archiveClass();
        return findings;
    }

    private void bucket() throws FailureException, InterruptedException {
        try {
            new Store(calls, bucket).requireBucket();
        } catch (FailureException e) {
            if (!S3Failures.storeCode(e).equals("AccessDenied")) {
                throw e;
            }
            trial.refused("the bucket can't be looked at", "s3:ListBucket", e);
            return;
        }
        HeadBucketResponse head =
                calls.call("looking at the bucket " + bucket, () -> client.headBucket(r -> r.bucket(bucket)));
        clockSkew(head);
    }

    private void clockSkew(HeadBucketResponse head) {
        Optional<Duration> skew = head.sdkHttpResponse()
                .firstMatchingHeader("Date")
                .flatMap(S3Doctor::instant)
                .map(theirs -> Duration.between(theirs, clock.instant()).abs());
        if (skew.isPresent() && skew.get().compareTo(SKEW) > 0) {
            findings.add(Finding.warn(
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

    private void lock() throws InterruptedException {
        boolean wanted = config.objects().lock() != null;
        try {
            var lock = calls.call(
                            "asking for Object Lock", () -> client.getObjectLockConfiguration(r -> r.bucket(bucket)))
                    .objectLockConfiguration();
            boolean on = lock != null && "Enabled".equals(lock.objectLockEnabledAsString());
            String rule = on && lock.rule() != null ? ", with a retention of its own" : "";
            findings.add(on || !wanted ? Finding.ok("Object Lock is " + (on ? "on" : "off") + rule) : lockIsOff());
        } catch (FailureException e) {
            findings.add(wanted ? lockIsOff() : Finding.ok("Object Lock is off, or may not be asked for"));
        }
    }

    private static Finding lockIsOff() {
        return Finding.warn(
                "Object Lock is wanted and not on in this bucket",
                "switch it on at the store, or leave BACKUP_OFFSITE_S3_LOCK_MODE off");
    }

    private void archiveClass() {
        String wanted = config.objects().storageClass();
        if (wanted != null && ARCHIVE_CLASSES.contains(wanted)) {
            findings.add(
                    Finding.warn(
                            "copies of the storage class " + wanted
                                    + " cannot be read back, neither to verify nor to restore them, before"
                                    + " they are restored at the store",
                            "choose GLACIER_IR or STANDARD_IA in BACKUP_OFFSITE_S3_STORAGE_CLASS: no copy is safe before it was read"));
        }
    }

    private void lifecycle() throws InterruptedException {
        boolean aborts = false;
        try {
            aborts = calls
                    .call(
                            "asking for lifecycle rules",
                            () -> client.getBucketLifecycleConfiguration(r -> r.bucket(bucket)))
                    .rules()
                    .stream()
                    .anyMatch(this::abortsOurs);
        } catch (FailureException e) {
            // there is none, or it may not be asked for: the same advice
        }
        findings.add(
                aborts
                        ? Finding.ok("a lifecycle rule aborts uploads that were never completed")
                        : Finding.warn(
                                "no lifecycle rule is seen that aborts uploads which were never completed",
                                "add one for 7 days; offsite aborts its own as long as its state directory is kept"));
    }

    private boolean abortsOurs(LifecycleRule rule) {
        return rule.status() == ExpirationStatus.ENABLED
                && rule.abortIncompleteMultipartUpload() != null
                && new Keys(config.place().prefix()).prefix().startsWith(prefix(rule));
    }

    /** Returns the prefix of the keys to which a rule applies; rules have it in one of three places. */
    @SuppressWarnings("deprecation") // old rules, and some stores, have it where it was at first
    private static String prefix(LifecycleRule rule) {
        LifecycleRuleFilter filter = rule.filter();
        Optional<String> filtered = Optional.ofNullable(filter)
                .map(f -> f.and() == null ? f.prefix() : f.and().prefix());
        return filtered.or(() -> Optional.ofNullable(rule.prefix())).orElse("");
    }

    @Override
    public void close() {
        client.close();
    }
}
