package org.heratio.offsite.destination.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.heratio.offsite.destination.Capabilities;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.ListedNames;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * A bucket as destination: each copy an object {@code <prefix>/<name>} with its hash and its owner in the metadata. Large payloads
 * go in parts, of which those that are there already are not sent again.
 */
public final class S3Destination implements Destination {
    private final S3Config config;
    private final S3AsyncClient client;
    private final Keys keys;
    private final Store store;
    private final ObjectCheck check;
    private final ObjectLock lock;
    private final UploadJournals journals;
    private final UploadFinder finder;
    private final SinglePut single;
    private final MultipartPut multipart;
    private final Announcements announcements;
    private final StoreFeatures features;
    private final RunningPuts running = new RunningPuts();

    /**
     * Connects to nothing yet.
     *
     * @throws FailureException {@code DESTINATION_MISCONFIGURED} when the CA file can't be used
     */
    public S3Destination(S3Config config) throws FailureException {
        this(config, Clock.systemUTC(), RateLimit.NONE);
    }

    /**
     * As above.
     *
     * @param clock Object Lock counts its days from it
     * @param limit of what is sent
     */
    public S3Destination(S3Config config, Clock clock, RateLimit limit) throws FailureException {
        this.config = config;
        this.client = S3Clients.build(config);
        this.keys = new Keys(config.place().prefix());
        this.store = new Store(
                new S3Calls(client, new S3Failures(config)), config.place().bucket());
        this.check = new ObjectCheck(store);
        this.lock = new ObjectLock(store, config.objects().lock(), clock);
        this.journals = new UploadJournals(config.stateDir());
        this.features = new StoreFeatures();
        ObjectHeaders headers = new ObjectHeaders(config.objects(), clock);
        this.announcements = new Announcements(
                store,
                keys,
                features,
                new ObjectHeaders(config.objects().withoutLock(), clock),
                config.objects().lock() == null ? null : headers);
        this.finder = new UploadFinder(store, journals, headers, announcements, config, clock);
        this.single = new SinglePut(store, headers, features, check, limit);
        this.multipart = new MultipartPut(
                store, finder, journals, features, check, config.limits().parallelParts(), limit);
    }

    @Override
    public String driver() {
        return S3Driver.NAME;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(config.limits().maxNameBytes(), true);
    }

    @Override
    public String remotePath(String name) {
        return keys.key(name);
    }

    @Override
    public String nameOf(String remotePath) {
        return keys.name(remotePath)
                .orElseThrow(() -> new IllegalArgumentException(
                        remotePath + " does not lie in " + config.place().bucket() + "/" + keys.prefix()));
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        String key = keys.usable(request.name());
        try (RunningPuts.Held held = running.begin(request)) {
            return put(request, key);
        }
    }

    private Stored put(PutRequest request, String key) throws FailureException, InterruptedException {
        if (request.size() <= config.limits().singlePutBytes()) {
            SinglePut.Answer answer = single.put(request, key);
            if (!isCertain(answer)) {
                requireStored(request, key, answer.eTag());
                if (answer.isMd5()) {
                    features.keptWhatItCallsByMd5();
                }
            }
        } else {
            requireStored(request, key, multipart.put(request, key));
        }
        request.progress().accept(request.size());
        return new Stored(request.name(), request.size(), request.sha256());
    }

    /**
     * Returns whether a small object needs no look: the store checked its key in the put, has its bytes, and kept the metadata of an
     * earlier one. A lock is looked at for each object.
     */
    private boolean isCertain(SinglePut.Answer answer) {
        return answer.isMd5()
                && features.keepsWhatItCallsByMd5()
                && features.puts().isComplete()
                && config.objects().lock() == null;
    }

    private void requireStored(PutRequest request, String key, @Nullable String eTag)
            throws FailureException, InterruptedException {
        Optional<HeadObjectResponse> head = check.requireStored(request, key, eTag);
        if (head.isPresent()) {
            lock.require(key, head.get());
        }
    }

    @Override
    public void accept(PutRequest request) throws FailureException, InterruptedException {
        String key = keys.usable(request.name());
        HeadObjectResponse head = check.there(request, key)
                .orElseThrow(() -> new FailureException(
                        ErrorCode.DESTINATION_IO, key + " is not any more what an earlier try left there"));
        lock.require(key, head);
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        String key = keys.usable(name);
        String what = "reading " + key;
        ResponseInputStream<GetObjectResponse> response;
        try {
            response = store.calls()
                    .call(
                            what,
                            () -> client.getObject(
                                    r -> r.bucket(store.bucket())
                                            .key(key)
                                            .range(offset == 0 ? null : "bytes=" + offset + "-"),
                                    AsyncResponseTransformer.toBlockingInputStream()));
        } catch (FailureException e) {
            return instead(e, name);
        }
        if (response.response().eTag() == null) {
            response.abort();
            throw store.calls().failures().notFromAStore(what);
        }
        boolean ranged = offset > 0 && response.response().contentRange() != null;
        CopyStream.Part part = new CopyStream.Part(ranged ? offset : 0, expected);
        CopyStream stream = ResponseSource.stream(response, part, store.calls().failures(), what);
        if (offset > 0 && !ranged) {
            skip(stream, offset, what);
        }
        return stream;
    }

    /** Handles a refused read: the object is missing, or ends before the offset. */
    private InputStream instead(FailureException refusal, String name) throws FailureException, InterruptedException {
        int status = S3Failures.status(refusal);
        if (status != 404 && status != 416) {
            throw refusal;
        }
        if (store.head(keys.usable(name)).isEmpty()) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING, keys.key(name) + " is not in the bucket " + store.bucket(), null, refusal);
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

    @Override
    public Optional<Occupant> look(String name) throws FailureException, InterruptedException {
        return check.look(keys.usable(name)).map(head -> ObjectCheck.occupant(name, head));
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return announcements.announce(self);
    }

    @Override
    public List<Installation> installations() throws FailureException, InterruptedException {
        return announcements.installations();
    }

    /** A listing shows no metadata, so that {@link Stored#sha256} is null here; {@link #stat} knows it. */
    @Override
    public void list(Consumer<Stored> consumer) throws FailureException, InterruptedException {
        ListedNames names =
                new ListedNames(store.bucket() + "/" + keys.prefix(), Keys::isCopy, keys::isPossible, consumer);
        store.list(keys.prefix(), object -> {
            Optional<String> name = keys.name(object.key());
            if (name.isPresent()) {
                names.file(name.get(), object.size());
            }
        });
        names.end();
    }

    @Override
    public void delete(String name) throws FailureException, InterruptedException {
        store.delete(keys.usable(name));
    }

    @Override
    public void removeAbandoned(String owner, Keep keep) throws FailureException, InterruptedException {
        for (String note : journals.notes()) {
            String transferId = UploadJournals.transferId(note);
            // held, so that no put begins to use what is about to be aborted
            try (RunningPuts.Held held = running.hold(owner, transferId).orElse(null)) {
                if (held != null) {
                    removeAbandoned(note, transferId, owner, keep);
                }
            }
        }
    }

    private void removeAbandoned(String note, String transferId, String owner, Keep keep)
            throws FailureException, InterruptedException {
        Optional<UploadJournal> found = journals.load(note);
        boolean others = found.isPresent() && !found.get().head().owner().equals(owner);
        if (others || keep.keeps(transferId)) {
            return;
        }
        // read again: until it was asked for, another process may have ended it and begun a new one
        Optional<UploadJournal> now = journals.load(note);
        if (now.isEmpty()) {
            journals.remove(note);
        } else if (now.get().head().owner().equals(owner)) {
            finder.settle(now.get());
        }
    }

    @Override
    public void probe() throws FailureException, InterruptedException {
        store.requireBucket();
    }

    @Override
    public void close() {
        client.close();
    }
}
