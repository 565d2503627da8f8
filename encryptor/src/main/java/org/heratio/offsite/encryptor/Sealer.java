package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.archive.gate.CompletenessGate;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.spool.SpoolPart;
import org.heratio.offsite.stage.ProgressSink;
import org.heratio.offsite.steps.StepOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a payload of an archive in one pass. Blocks, and serves any number of worker threads at once.
 */
public final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

    private final BackupDirectory directory;
    private final Spool spool;
    private final PayloadCipher cipher;
    private final Optional<Passphrase> passphrase;
    private final CompletenessMode completeness;
    private final Duration patience;
    private final AtomicBoolean warnedOfPlain = new AtomicBoolean();

    /**
     * @param passphrase empty means that payloads are the archives themselves
     * @param patience how long a worker waits for room in the spool before it turns to other work
     */
    public Sealer(
            BackupDirectory directory,
            Spool spool,
            PayloadCipher cipher,
            Optional<Passphrase> passphrase,
            CompletenessMode completeness,
            Duration patience) {
        this.directory = directory;
        this.spool = spool;
        this.cipher = cipher;
        this.passphrase = passphrase;
        this.completeness = completeness;
        this.patience = patience;
    }

    Spool spool() {
        return spool;
    }

    Duration patience() {
        return patience;
    }

    boolean canEncrypt() {
        return passphrase.isPresent();
    }

    /** Returns whether the payload of a version is to be an OpenPGP message. */
    boolean encrypts(Version version) {
        return canEncrypt() && !version.plain();
    }

    /** Returns whether a payload may be shipped by what is set now: it may have been made before there was a passphrase. */
    boolean permits(Version version, Payload payload) {
        return payload.encrypted() || !encrypts(version);
    }

    /**
     * Makes the payload of a version, whole by the rules in force.
     *
     * @throws FailureException {@code ARCHIVE_INCOMPLETE} and the like; nothing is left in the spool then
     */
    Sealing seal(Version version, ProgressSink progress) throws FailureException, InterruptedException {
        boolean strict = completeness == CompletenessMode.HOLD && !version.overwrite();
        return attempt(version, encrypts(version), completeness, strict, progress);
    }

    /**
     * The bytes of an archive.
     *
     * @param sha256 hex; null when it was not the version that was meant
     * @param fate of the file while it was read
     */
    record Hashed(@Nullable String sha256, OpenArchive.Fate fate) {}

    /** Hashes the archive of a version that has settled, and makes nothing of it. */
    Hashed hash(Version version, ProgressSink progress) throws FailureException, InterruptedException {
        try (OpenArchive archive = OpenArchive.open(directory, version.path());
                CompletenessGate none = CompletenessGate.open()) {
            if (!archive.is(version)) {
                return new Hashed(null, OpenArchive.Fate.CHANGED);
            }
            Pass pass = new Pass(archive, none, false, read -> progress.report(version.id(), "", read, archive.size()));
            boolean whole = pass.run(OutputStream.nullOutputStream()) == archive.size();
            return new Hashed(pass.sha256(), whole ? pass.fate() : OpenArchive.Fate.CHANGED);
        } catch (IOException e) {
            throw SealFailures.reading(version.path(), e);
        }
    }

    private void warnOfPlain(Version version) {
        if (warnedOfPlain.compareAndSet(false, true)) {
            LOG.warn(
                    "archives are shipped unencrypted ({}): set BACKUP_ENCRYPTION_PASSPHRASE_FILE, archive={}",
                    canEncrypt() ? "--no-encryption" : "no passphrase is set",
                    version.path());
        }
    }

    /** Makes the payload of a version whose hash is known: that tells more than any gate does. */
    Sealing sealAgain(Version version, boolean encrypt, ProgressSink progress)
            throws FailureException, InterruptedException {
        return attempt(version, encrypt, CompletenessMode.OFF, false, progress);
    }

    private Sealing attempt(
            Version version, boolean encrypt, CompletenessMode mode, boolean strict, ProgressSink progress)
            throws FailureException, InterruptedException {
        if (!encrypt) {
            warnOfPlain(version);
        }
        try (OpenArchive archive = OpenArchive.open(directory, version.path())) {
            if (!archive.is(version)) {
                return new Sealing.Changed("it was written to after it had settled");
            }
            if (!version.overwrite()) {
                archive.requireRealSize();
            }
            try (CompletenessGate gate = gate(version, archive, mode)) {
                Pass pass = new Pass(
                        archive, gate, strict, read -> progress.report(version.id(), "", read, archive.size()));
                Job job = new Job(version, archive, gate, strict, pass);
                return encrypt ? encrypted(job) : asItIs(job);
            }
        }
    }

    private static CompletenessGate gate(Version version, OpenArchive archive, CompletenessMode mode)
            throws FailureException, InterruptedException {
        if (mode == CompletenessMode.OFF) {
            return CompletenessGate.open();
        }
        try {
            return CompletenessGate.of(version.relativePath(), archive.channel());
        } catch (IOException e) {
            throw SealFailures.reading(version.path(), e);
        }
    }

    /** The parts of one attempt. */
    private record Job(Version version, OpenArchive archive, CompletenessGate gate, boolean strict, Pass pass) {
        /** Returns what could not be checked of an archive without a known fault; call it when it was read. */
        @Nullable
        String unchecked() {
            return gate.fault() == null ? gate.unchecked().orElse(null) : null;
        }
    }

    private Sealing asItIs(Job job) throws FailureException, InterruptedException {
        long read;
        try {
            read = job.pass.run(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw SealFailures.reading(job.version.path(), e);
        }
        OpenArchive.Fate fate = job.pass.fate();
        if (fate == OpenArchive.Fate.GONE) {
            // the payload would be the archive, and there is none
            throw new FailureException(
                    ErrorCode.ARCHIVE_GONE, job.version.path() + " was removed before it could be shipped");
        }
        if (fate == OpenArchive.Fate.REPLACED) {
            return new Sealing.Changed("another file took its place while it was read");
        }
        Optional<Sealing> refused = judge(job, fate, read);
        if (refused.isPresent()) {
            return refused.get();
        }
        String sha256 = job.pass.sha256();
        return new Sealing.Sealed(sha256, "", sha256, read, false, job.unchecked());
    }

    private Sealing encrypted(Job job) throws FailureException, InterruptedException {
        long bytes = PayloadCipher.mostBytes(job.archive.size());
        Optional<SpoolPart> room = spool.reserve(job.version.id(), bytes, patience);
        if (room.isEmpty()) {
            return new Sealing.NoRoom(spool.noRoomFor(bytes)
                    .map(e -> e.failure().oneLine())
                    .orElse("the spool had no room for " + bytes + " bytes"));
        }
        try (SpoolPart part = room.get()) {
            MessageDigest payload = Digests.sha256();
            long read = encrypted(new DigestOutputStream(part, payload), job.archive.size(), job.pass::run);
            Optional<Sealing> refused = judge(job, job.pass.fate(), read);
            if (refused.isPresent()) {
                return refused.get();
            }
            return new Sealing.Sealed(
                    job.pass.sha256(), part.seal(), Digests.hex(payload), part.size(), true, job.unchecked());
        } catch (IOException e) {
            if (e instanceof FailureIOException f && f.failure().code() == ErrorCode.SPOOL_FULL) {
                return new Sealing.NoRoom(f.failure().oneLine());
            }
            throw SealFailures.reading(job.version.path(), e);
        }
    }

    /** The hash of the archive in a payload. */
    String archiveSha256(Path payload) throws FailureException, InterruptedException {
        char[] secret = passphrase
                .orElseThrow(() -> new FailureException(
                        ErrorCode.PASSPHRASE_MISSING,
                        "without the passphrase nobody can tell which archive the copy holds",
                        "set BACKUP_ENCRYPTION_PASSPHRASE_FILE"))
                .copy();
        try (HeldFile file = HeldFile.read(payload);
                InputStream in = cipher.decrypt(file.input(), secret)) {
            return HashingCopy.copy(in, OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw SealFailures.reading(payload.toString(), e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** Writes the content of a message. */
    @FunctionalInterface
    interface Content<T> {
        T into(OutputStream message) throws IOException, InterruptedException;
    }

    /**
     * Makes a whole message, which is flushed and not closed below. The content is made in this thread, and a large one encrypted and
     * written in two others, which end with this method.
     *
     * @param expected bytes of the content, as far as is known
     */
    <T> T encrypted(OutputStream sink, long expected, Content<T> content) throws IOException, InterruptedException {
        try (StepOutput written = new StepOutput(sink, "write", expected)) {
            OutputStream message = begin(written, expected);
            T done;
            try (StepOutput encrypted = new StepOutput(message, "encrypt", expected)) {
                done = content.into(encrypted);
                encrypted.finish();
            }
            // not in a finally: a message of half an archive must never come to its end
            message.close();
            written.finish();
            sink.flush();
            return done;
        }
    }

    private OutputStream begin(OutputStream sink, long expected) throws IOException {
        char[] secret = passphrase.orElseThrow().copy();
        try {
            return cipher.encrypt(sink, secret, expected);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** Returns whether what was read may be shipped: empty when it may. */
    private static Optional<Sealing> judge(Job job, OpenArchive.Fate fate, long read)
            throws FailureException, InterruptedException {
        if (fate == OpenArchive.Fate.CHANGED || (job.gate.fault() == null && read != job.archive.size())) {
            return Optional.of(new Sealing.Changed("it changed while it was read"));
        }
        try {
            job.gate.finish();
            String unchecked = job.unchecked();
            if (unchecked != null) {
                LOG.info(
                        "whole as far as it was checked; not checked: {} archive={} version={}",
                        unchecked,
                        job.version.path(),
                        job.version.id());
            }
        } catch (FailureException e) {
            if (job.strict) {
                throw e;
            }
            LOG.warn(
                    "shipped although it is not whole: {} archive={} version={}",
                    e.failure().reason(),
                    job.version.path(),
                    job.version.id());
        } catch (IOException e) {
            throw SealFailures.reading(job.version.path(), e);
        }
        return Optional.empty();
    }
}
