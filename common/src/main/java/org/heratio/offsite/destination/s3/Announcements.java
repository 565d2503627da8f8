package org.heratio.offsite.destination.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects by which installations announce themselves; putting one shows whether the store heeds conditions. */
final class Announcements {
    /** More than share a prefix; each is read. */
    private static final int MOST = 100;

    private final Store store;
    private final Keys keys;
    private final StoreFeatures features;

    Announcements(Store store, Keys keys, StoreFeatures features) {
        this.store = store;
        this.keys = keys;
        this.features = features;
    }

    /** Returns whether no put of this process can replace what another installation puts at the same moment. */
    boolean announce(Installation self) throws FailureException, InterruptedException {
        String key = keys.key(self.file());
        byte[] content = self.content().getBytes(StandardCharsets.UTF_8);
        boolean refused = false;
        // the first one may make it; the second has to be refused
        for (int i = 0; i < 2 && !refused; i++) {
            refused = isRefused(key, content);
        }
        if (!refused) {
            features.doWithoutConditions("ignores or refuses");
            putPlainly(key, content);
            return false;
        }
        boolean alone = ids().stream().allMatch(self.id()::equals);
        return features.conditions() && (alone || completesOnlyOnCondition(key, content));
    }

    List<Installation> installations() throws FailureException, InterruptedException {
        List<Installation> found = new ArrayList<>();
        for (String id : ids()) {
            found.add(Installation.parse(id, read(keys.key(Installation.DIRECTORY + "/" + id))));
        }
        return found;
    }

    private List<String> ids() throws FailureException, InterruptedException {
        String directory = keys.key(Installation.DIRECTORY + "/");
        List<String> ids = new ArrayList<>();
        store.list(directory, (S3Object object) -> {
            String id = object.key().substring(directory.length());
            if (ids.size() < MOST && Installation.isId(id)) {
                ids.add(id);
            }
        });
        return ids;
    }

    private String read(String key) throws FailureException, InterruptedException {
        byte[] bytes = store.calls()
                .call(
                        "reading " + key,
                        () -> store.calls()
                                .client()
                                .getObject(
                                        r -> r.bucket(store.bucket())
                                                .key(key)
                                                .range("bytes=0-" + (Installation.MAX_BYTES - 1)),
                                        AsyncResponseTransformer.toBytes()))
                .asByteArray();
        return new String(Arrays.copyOf(bytes, Math.min(bytes.length, Installation.MAX_BYTES)), StandardCharsets.UTF_8);
    }

    /** Returns whether the store refuses to put the object where one is; a store that knows no conditions refuses for another reason. */
    private boolean isRefused(String key, byte[] content) throws FailureException, InterruptedException {
        try {
            put(key, content, Condition.NOTHING_THERE);
            return false;
        } catch (FailureException e) {
            if (Condition.failed(e)) {
                return true;
            }
            if (StoreFeatures.mayComeFromCondition(e, Condition.NOTHING_THERE)) {
                return false;
            }
            throw e;
        }
    }

    private void putPlainly(String key, byte[] content) throws FailureException, InterruptedException {
        if (store.head(key).isEmpty()) {
            put(key, content, Condition.NONE);
        }
    }

    private void put(String key, byte[] content, Condition condition) throws FailureException, InterruptedException {
        RangeDigest digest = RangeDigest.of(content);
        var unused = store.calls()
                .call(
                        "announcing this installation as " + key,
                        () -> store.calls()
                                .client()
                                .putObject(
                                        r -> {
                                            r.bucket(store.bucket()).key(key).contentMD5(digest.md5Base64());
                                            condition.addTo(r::ifNoneMatch, r::ifMatch);
                                        },
                                        AsyncRequestBody.fromBytes(content)));
    }

    /** Tries it with a small upload over the announcement, which has to be refused. */
    private boolean completesOnlyOnCondition(String key, byte[] content) throws FailureException, InterruptedException {
        S3Calls calls = store.calls();
        String what = "trying an upload in parts of " + key;
        String id = calls.call(
                        what,
                        () -> calls.client()
                                .createMultipartUpload(
                                        r -> r.bucket(store.bucket()).key(key)))
                .uploadId();
        try {
            String eTag = calls.call(
                            what,
                            () -> calls.client()
                                    .uploadPart(
                                            r -> r.bucket(store.bucket())
                                                    .key(key)
                                                    .uploadId(id)
                                                    .partNumber(1)
                                                    .contentMD5(RangeDigest.of(content)
                                                            .md5Base64()),
                                            AsyncRequestBody.fromBytes(content)))
                    .eTag();
            CompletedPart part =
                    CompletedPart.builder().partNumber(1).eTag(eTag).build();
            var unused = calls.call(
                    what,
                    () -> calls.client()
                            .completeMultipartUpload(r -> r.bucket(store.bucket())
                                    .key(key)
                                    .uploadId(id)
                                    .ifNoneMatch("*")
                                    .multipartUpload(m -> m.parts(part))));
            return false;
        } catch (FailureException e) {
            store.abort(key, id);
            if (e.failure().kind() == FailureKind.TRANSIENT && !Condition.failed(e)) {
                throw e;
            }
            return Condition.failed(e);
        }
    }
}
