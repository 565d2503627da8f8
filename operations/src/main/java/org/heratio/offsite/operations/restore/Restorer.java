package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.ExclusiveFile;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.heratio.offsite.steps.StepInput;
import org.heratio.offsite.steps.StepOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets one archive back: fetches a copy, checks the payload's hash, decrypts, checks the archive's hash, and only then gives it
 * its name. Nothing that was not proved ever stands under the final name.
 */
public final class Restorer {
    private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);
    private static final int BUFFER = 1 << 20;

    /** No archive is compressed: gpg's compression of a compressed one wins little, and this bounds it. */
    private static final int COMPRESSION = 100;

    private final PayloadCipher cipher;
    private final @Nullable Passphrase passphrase;

    /** @param passphrase null when none is configured; unencrypted copies need none */
    public Restorer(PayloadCipher cipher, @Nullable Passphrase passphrase) {
        this.cipher = cipher;
        this.passphrase = passphrase;
    }

    /**
     * Restores from one copy, and returns how many bytes were written. Blocks.
     *
     * @param target final path
     * @param selection what of the archive is written
     * @param overwrite whether a file that is there already is replaced
     * @param progress bytes of the payload fetched so far
     */
    public long restore(
            Destination destination,
            Copy copy,
            Version version,
            Path target,
            Selection selection,
            boolean overwrite,
            LongConsumer progress)
            throws FailureException, InterruptedException, IOException {
        try (ExclusiveFile file = ExclusiveFile.create(target)) {
            if (!overwrite && file.isNameTaken()) {
                throw new FileAlreadyExistsException(target.toString());
            }
            String name = nameOf(destination, copy);
            long fetched = expected(destination, name, copy, version);
            RestoreTarget out = new RestoreTarget(
                    file.channel(),
                    target,
                    selection.whole() && isOurs(version) ? version.size() : 0,
                    selection.whole() ? mostOfArchive(copy, version, fetched) : Long.MAX_VALUE);
            out.requireRoom();
            fetch(
                    destination.open(name, 0, fetched),
                    copy,
                    version,
                    selection.into(archiveName(version), out),
                    out::failed,
                    progress);
            long bytes = file.channel().size();
            if (selection.whole()) {
                out.run(() -> file.setModified(FileTime.from(version.mtimeNanos(), TimeUnit.NANOSECONDS)));
            }
            publish(file, overwrite, out);
            syncName(file, target);
            return bytes;
        }
    }

    /**
     * Writes the archive of one copy to a pipe, behind what an earlier copy has given. Blocks.
     *
     * @param progress bytes of the payload fetched so far
     * @throws FailureException also if all bytes were written, and are not the archive
     */
    public void pipe(Destination destination, Copy copy, Version version, RestorePipe pipe, LongConsumer progress)
            throws FailureException, InterruptedException, IOException {
        String name = nameOf(destination, copy);
        long fetched = expected(destination, name, copy, version);
        Selection.Content content = pipe.from(archiveName(version), mostOfArchive(copy, version, fetched));
        fetch(destination.open(name, 0, fetched), copy, version, content, pipe::failed, progress);
    }

    /**
     * Takes members out of one copy, into a directory that gets its name when the archive was read and proved to its end. A hard link to
     * what was not chosen takes a second pass. Blocks.
     *
     * @param target final path of the directory
     * @param progress bytes of the payload fetched so far, in this pass
     */
    public Extraction.Result extract(
            Destination destination,
            Copy copy,
            Version version,
            Path target,
            MemberChoice choice,
            LongConsumer progress)
            throws FailureException, InterruptedException, IOException {
        String archive = archiveName(version);
        Tarballs.require(archive);
        try (StagedDirectory staged = StagedDirectory.begin(target);
                MemberFiles files = new MemberFiles(staged.path(), staged.target())) {
            String name = nameOf(destination, copy);
            long fetched = expected(destination, name, copy, version);
            long most = Tarballs.mostUnpacked(archive, mostOfArchive(copy, version, fetched));
            Extraction extraction = new Extraction(archive, most, choice, files);
            fetch(destination.open(name, 0, fetched), copy, version, extraction.chosen(), files::failed, progress);
            if (extraction.hasLinks()) {
                fetch(destination.open(name, 0, fetched), copy, version, extraction.linked(), files::failed, progress);
            }
            staged.publish();
            return extraction.result();
        }
    }

    /** What stands in the way of the name is told as it is; a disk that refuses what was written is one that is full, or worse. */
    private static void publish(ExclusiveFile file, boolean overwrite, RestoreTarget out) throws IOException {
        try {
            file.publish(overwrite);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            out.run(() -> {
                throw e;
            });
        }
    }

    /** Returns whether we read the archive when it was shipped: else its size is what Heratio's row, or a file of its name, says. */
    private static boolean isOurs(Version version) {
        return version.sha256() != null;
    }

    /**
     * Returns the most bytes that the archive can have. What Heratio encrypted may have been compressed by gpg. Where its archive was deleted
     * before it was adopted, the version has the size of the payload, which no payload of ours has: what it holds may have any size.
     */
    private static long mostOfArchive(Copy copy, Version version, long fetched) {
        if (isOurs(version)) {
            return version.size();
        }
        long known = Math.max(version.size(), fetched);
        if (!copy.encrypted()) {
            return known;
        }
        boolean unknown = version.size() == copy.size() || known > Long.MAX_VALUE / COMPRESSION;
        return unknown ? Long.MAX_VALUE : known * COMPRESSION;
    }

    private static void syncName(ExclusiveFile file, Path target) {
        try {
            file.syncName();
        } catch (IOException e) {
            // it is there, and whole; some network mounts cannot do that
            LOG.warn("{} may be gone after a power cut, its directory could not be synced: {}", target, e.toString());
        }
    }

    /**
     * A large copy is read and hashed in one thread, deciphered in this one, and hashed and written in a third. The content ends when its
     * bytes are proved: it may have been damaged far away, or have been shipped as it is.
     *
     * @param targetFailed says that a failure is one of the place that is written to
     */
    private void fetch(
            InputStream remote,
            Copy copy,
            Version version,
            Selection.Content content,
            BooleanSupplier targetFailed,
            LongConsumer progress)
            throws FailureException, InterruptedException, IOException {
        CopyProof proof = new CopyProof(copy, version);
        long expected = Math.max(copy.size(), version.size());
        InputStream hashed = proof.ofPayload(remote);
        try (content;
                OutputStream archive = proof.ofArchive(content);
                InputStream payload = new CountingInputStream(StepInput.of(hashed, "fetch", expected), progress);
                StepOutput out = new StepOutput(archive, "write", expected)) {
            try {
                copy(copy.encrypted() ? decrypting(payload) : payload, out);
                out.finish();
            } catch (IOException e) {
                throw explained(e, payload, proof, targetFailed);
            }
            drain(payload, null);
            proof.require();
            content.finish();
        }
    }

    private static String archiveName(Version version) {
        return version.path().substring(version.path().lastIndexOf('/') + 1);
    }

    /** Returns what is thrown instead of a failure, which may be known only after the rest of the payload was read. */
    private static IOException explained(
            IOException e, InputStream payload, CopyProof proof, BooleanSupplier targetFailed)
            throws FailureException, InterruptedException, IOException {
        if (Thread.interrupted()) {
            throw (InterruptedException) new InterruptedException("stopped while restoring").initCause(e);
        }
        if (targetFailed.getAsBoolean()) {
            return e;
        }
        if (CopyStream.isTooLong(e)) {
            throw proof.tooLong(e);
        }
        drain(payload, e);
        proof.requirePayload(e);
        return e;
    }

    /**
     * Returns how many bytes are fetched at most. Of a copy that nobody has hashed, only the destination knows the size. Of an archive that we
     * read, another payload may be there: of a put that was begun, or of Heratio's command, which may replace our copy. gpg needs a few bytes
     * for each packet that it writes.
     */
    private static long expected(Destination destination, String name, Copy copy, Version version)
            throws FailureException, InterruptedException {
        if (copy.size() == 0 || (copy.sha256() == null && version.sha256() == null)) {
            return destination.stat(name).map(Stored::size).orElse(0L);
        }
        if (!isOurs(version)) {
            return copy.size();
        }
        long ofAnyWriter = version.size() + (version.size() >> 7) + (1 << 16);
        return Math.max(copy.size(), Math.max(ofAnyWriter, PayloadCipher.mostBytes(version.size())));
    }

    private static String nameOf(Destination destination, Copy copy) throws FailureException {
        try {
            return destination.nameOf(copy.remotePath());
        } catch (IllegalArgumentException e) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    copy.remotePath() + " is not at the destination " + copy.driver() + " as it is configured now",
                    "configure the path or prefix that it was shipped to",
                    e);
        }
    }

    private InputStream decrypting(InputStream payload) throws FailureException, IOException {
        if (passphrase == null) {
            throw new FailureException(
                    ErrorCode.PASSPHRASE_MISSING,
                    "the copy is encrypted and no passphrase is set",
                    "set BACKUP_ENCRYPTION_PASSPHRASE_FILE to a file whose first line is the passphrase");
        }
        char[] chars = passphrase.copy();
        try {
            return cipher.decrypt(payload, chars);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while restoring");
            }
        }
    }

    /** Reads to the end, so that the hash is that of the whole payload: a wrong hash explains more than a failed decryption. */
    private static void drain(InputStream payload, @Nullable IOException because) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try {
            while (payload.read(buffer) >= 0) {
                // only the digest wants the bytes
            }
        } catch (IOException e) {
            if (because == null) {
                throw e;
            }
            if (because != e) {
                because.addSuppressed(e);
            }
            throw because;
        }
    }
}
