package org.heratio.offsite.destination.s3;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Does once what a copy needs, the way that a copy does it: with a small object, and with an upload that is aborted. What is refused is
 * noted, and the rest is tried all the same, so that all rights that are missing show at once.
 */
final class S3Trial {
    private static final String TEXT = "Heratio Offsite looks whether copies can be made here.\n";
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);
    private static final String NO_STORE = "it is no store for backups";
    /** MD5 and CRC32C of something else. */
    private static final String WRONG_MD5 = "1B2M2Y8AsgTpgAmY7PhCfg==";

    private static final String WRONG_CRC32C = "AAAAAA==";

    private final S3Config config;
    private final S3Calls calls;
    private final S3AsyncClient client;
    private final String bucket;
    private final String key;
    private final ObjectHeaders locked;
    /** For the object: one that is locked could not be removed for days. */
    private final ObjectHeaders unlocked;

    private final RangeDigest digest;
    private final List<Finding> findings;

    S3Trial(S3Config config, Clock clock, S3Calls calls, List<Finding> findings) {
        this.config = config;
        this.calls = calls;
        this.client = calls.client();
        this.bucket = config.place().bucket();
        this.key = new Keys(config.place().prefix()).key(Keys.PROBE + UUID.randomUUID());
        this.locked = new ObjectHeaders(config.objects(), clock);
        this.unlocked = new ObjectHeaders(config.objects().withoutLock(), clock);
        this.digest = RangeDigest.of(BYTES);
        this.findings = findings;
    }

    void objects() throws FailureException, InterruptedException {
        boolean put = tries("objects can't be put", "s3:PutObject", "putting " + key, () -> put(r -> {}));
        boolean read = false;
        try {
            if (put) {
                read = read();
                checks();
                conditions();
            }
            Boolean listed = listed();
            if (put && read && Boolean.TRUE.equals(listed)) {
                findings.add(Finding.ok("objects can be put, read and listed in " + bucket));
            } else if (put && Boolean.FALSE.equals(listed)) {
                findings.add(Finding.warn(
                        "a new object is not in the listing", "this store lists late; copies may seem to be missing"));
            }
        } finally {
            if (put) {
                remove();
            }
        }
    }

    private boolean read() throws FailureException, InterruptedException {
        try {
            byte[] back = new Store(calls, bucket)
                    .beginning(key, BYTES.length + 1)
                    .orElseThrow(() ->
                            new FailureException(ErrorCode.DESTINATION_MISCONFIGURED, key + " is not there", NO_STORE));
            if (!Arrays.equals(back, BYTES)) {
                throw new FailureException(
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        "the store gives back other bytes than the " + BYTES.length + " that were put",
                        NO_STORE);
            }
            return true;
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.COPY_ARCHIVED) {
                return true; // a matter of the storage class, and not of the rights
            }
            refused("objects can't be read", "s3:GetObject", e);
            return false;
        }
    }

    /** Returns whether the object is in the listing; null when there is none. */
    private @Nullable Boolean listed() throws FailureException, InterruptedException {
        boolean[] listed = new boolean[1];
        try {
            new Store(calls, bucket)
                    .list(key, object -> listed[0] |= object.key().equals(key));
            return listed[0];
        } catch (FailureException e) {
            refused("objects can't be listed", "s3:ListBucket", e);
            return null;
        }
    }

    /** Copies can be made without the right to delete; some withhold it on purpose. */
    private void remove() throws InterruptedException {
        try {
            new Store(calls, bucket).delete(key);
        } catch (FailureException e) {
            findings.add(Finding.warn(
                    "the probe object " + key + " could not be deleted: "
                            + e.failure().reason(),
                    "without the right to delete, what was put wrongly stays; remove the probe object by hand"));
        }
    }

    private void checks() throws InterruptedException {
        findings.add(
                refuses(400, () -> put(r -> r.contentMD5(WRONG_MD5)))
                        ? Finding.ok("a body that was changed on the way is refused (Content-MD5)")
                        : Finding.warn(
                                "the store does not check Content-MD5",
                                "damage on the way shows only when a copy is verified"));
        findings.add(
                refuses(400, () -> put(r -> r.checksumCRC32C(WRONG_CRC32C)))
                        ? Finding.ok("checksums in headers are checked (CRC32C)")
                        : Finding.ok("checksums in headers are not checked; Content-MD5 is sent in any case"));
    }

    private void conditions() throws InterruptedException {
        ConditionTrial trial = new ConditionTrial(new Store(calls, bucket), unlocked, key, TEXT);
        try {
            boolean puts = trial.putIsRefused();
            boolean completions = trial.completionIsRefused();
            if (puts && completions) {
                findings.add(Finding.ok("conditional writes work"));
            } else {
                findings.add(Finding.ok("conditional writes do not work" + (puts ? " for uploads in parts" : "")
                        + "; where a second installation shares the prefix, its copies get its id in their names"));
            }
        } catch (FailureException e) {
            findings.add(Finding.warn(
                    "conditional writes could not be tried: " + e.failure().reason(),
                    "give each installation a prefix of its own as long as they are not known to work"));
        }
    }

    /** An upload with all that a copy is given, also the lock: nothing is locked before it is complete. */
    void parts() throws FailureException, InterruptedException {
        String[] id = new String[1];
        boolean locks = config.objects().lock() != null;
        boolean well = tries(
                "uploads in parts can't be begun" + (locks ? " with Object Lock" : ""),
                locks ? "s3:PutObject and s3:PutObjectRetention" : "s3:PutObject",
                "beginning an upload in parts",
                () -> client.createMultipartUpload(r -> {
                            r.bucket(bucket).key(key);
                            locked.addTo(r, digestOfAll(), null);
                        })
                        .thenAccept(created -> id[0] = created.uploadId()));
        if (!well) {
            return;
        }
        well = tries("a part can't be sent", "s3:PutObject", "putting a part of " + key, () -> part(id[0]));
        well &= tries(
                "the parts of an upload can't be listed: none can be taken up again",
                "s3:ListMultipartUploadParts",
                "listing the parts of " + key,
                () -> client.listParts(r -> r.bucket(bucket).key(key).uploadId(id[0])));
        well &= canDoWithout(
                "unfinished uploads can't be listed",
                "allow s3:ListBucketMultipartUploads, and uploads are found again also when the state directory is lost",
                () -> client.listMultipartUploads(r -> r.bucket(bucket).prefix(key)));
        well &= canDoWithout(
                "uploads can't be aborted",
                "allow s3:AbortMultipartUpload: what is given up stays at the store, and is paid for",
                () -> client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(id[0])));
        if (well) {
            findings.add(Finding.ok("uploads in parts can be begun, listed and aborted"));
        }
    }

    private CompletableFuture<?> part(String id) {
        return client.uploadPart(
                r -> r.bucket(bucket).key(key).uploadId(id).partNumber(1).contentMD5(digest.md5Base64()),
                AsyncRequestBody.fromBytes(BYTES));
    }

    private CompletableFuture<?> put(Consumer<PutObjectRequest.Builder> more) {
        return client.putObject(
                r -> {
                    r.bucket(bucket).key(key).contentMD5(digest.md5Base64());
                    unlocked.addTo(r, digestOfAll(), null);
                    more.accept(r);
                },
                AsyncRequestBody.fromBytes(BYTES));
    }

    private static String digestOfAll() {
        return Digests.ofText(TEXT);
    }

    /** Returns whether it works; else that is noted. A store that is not there is not asked on. */
    private boolean tries(String fault, String right, String what, Supplier<CompletableFuture<?>> start)
            throws FailureException, InterruptedException {
        try {
            call(what, start);
            return true;
        } catch (FailureException e) {
            refused(fault, right, e);
            return false;
        }
    }

    void refused(String fault, String right, FailureException e) throws FailureException {
        if (e.failure().code() == ErrorCode.DESTINATION_UNREACHABLE) {
            throw e;
        }
        boolean denied = e.failure().code() == ErrorCode.DESTINATION_DENIED;
        findings.add(Finding.fail(
                fault + ": " + e.failure().reason(),
                denied ? "allow " + right + " to the key" : e.failure().hint()));
    }

    private boolean canDoWithout(String text, String hint, Supplier<CompletableFuture<?>> start)
            throws InterruptedException {
        try {
            call("trying " + key, start);
            return true;
        } catch (FailureException e) {
            findings.add(Finding.warn(text + ": " + e.failure().reason(), hint));
            return false;
        }
    }

    private boolean refuses(int status, Supplier<CompletableFuture<?>> start) throws InterruptedException {
        try {
            call("trying " + key, start);
            return false;
        } catch (FailureException e) {
            return S3Failures.status(e) == status;
        }
    }

    private void call(String what, Supplier<CompletableFuture<?>> start) throws FailureException, InterruptedException {
        calls.call(what, () -> start.get().thenApply(result -> true));
    }
}
