package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.NotRegularFileException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.ProgressSink;

/**
 * Makes the payload of a version anew that was sealed before: of the local archive if that still is the same, else of another one with the
 * same bytes, else of a copy at another destination that was proved. In any case the bytes are hashed again.
 */
public final class PayloadRebuilder {
    private final Copies copies;
    private final BackupDirectory directory;
    private final Sealer sealer;
    private final Map<String, Destination> destinations;
    private final SpoolWriter writer;
    private final OtherNames otherNames;

    /**
     * @param destinations by driver, those that a proved copy may be fetched from
     */
    public PayloadRebuilder(
            Ledger ledger, BackupDirectory directory, Sealer sealer, Map<String, Destination> destinations) {
        this.copies = ledger.copies();
        this.directory = directory;
        this.sealer = sealer;
        this.destinations = Map.copyOf(destinations);
        this.writer = new SpoolWriter(sealer);
        this.otherNames = new OtherNames(ledger.knownBytes(), directory, sealer);
    }

    /** Returns whether something of the right size lies where a payload should; the uploader reads it anyway. */
    boolean present(Version version, Payload payload) throws FailureException, InterruptedException {
        if (payload.passesThrough()) {
            try (OpenArchive archive = OpenArchive.open(directory, version.path())) {
                return archive.is(version);
            } catch (FailureException e) {
                return notThere(e);
            }
        }
        Path file = sealer.spool().resolve(payload.spoolFile());
        try (HeldFile held = HeldFile.read(file)) {
            return held.opened().size() == payload.size();
        } catch (NoSuchFileException | NotRegularFileException e) {
            return false;
        } catch (IOException e) {
            throw new FailureException(ErrorCode.SPOOL_IO, file + " cannot be looked at: " + e, null, e);
        }
    }

    /** Passes a failure on that may pass. */
    static boolean notThere(FailureException e) throws FailureException {
        if (e.failure().kind() == FailureKind.TRANSIENT) {
            throw e;
        }
        return false;
    }

    /** Returns whether a payload still lies where it should, with the right bytes. */
    boolean intact(Version version, Payload payload) throws FailureException, InterruptedException {
        if (!present(version, payload)) {
            return false;
        }
        if (payload.passesThrough()) {
            try (OpenArchive archive = OpenArchive.open(directory, version.path())) {
                return archive.is(version) && hasHash(archive.path(), archive.channel(), payload);
            } catch (FailureException e) {
                return notThere(e);
            }
        }
        Path file = sealer.spool().resolve(payload.spoolFile());
        try (HeldFile held = HeldFile.read(file)) {
            return hasHash(file.toString(), held.channel(), payload);
        } catch (NoSuchFileException | NotRegularFileException e) {
            return false;
        } catch (IOException e) {
            throw SealFailures.reading(file.toString(), e);
        }
    }

    private static boolean hasHash(String path, FileChannel channel, Payload payload)
            throws FailureException, InterruptedException {
        try {
            return HashingCopy.copy(Channels.newInputStream(channel), OutputStream.nullOutputStream())
                    .equals(payload.sha256());
        } catch (IOException e) {
            throw SealFailures.reading(path, e);
        }
    }

    /**
     * Makes the payload anew.
     *
     * @param encrypt whether what is shipped has to be encrypted; it is not shipped otherwise then
     * @param damaged the copy that is to be repaired, or 0
     * @return {@link Sealing.Sealed} or {@link Sealing.NoRoom}
     * @throws FailureException {@code COPY_UNREPAIRABLE} when nothing is left to make it of
     */
    Sealing rebuild(Version version, boolean encrypt, long damaged, ProgressSink progress)
            throws FailureException, InterruptedException {
        List<String> obstacles = new ArrayList<>();
        Sealing local = local(version, encrypt, obstacles, progress);
        if (local instanceof Sealing.Changed) {
            local = otherNames.seal(version, encrypt, obstacles, progress);
        }
        if (!(local instanceof Sealing.Changed)) {
            return local;
        }
        FailureException passing = null;
        for (Copy copy : copies.ofVersion(version.id())) {
            Destination from = destinations.get(copy.driver());
            if (copy.id() == damaged || copy.state() != CopyState.VERIFIED || from == null) {
                continue;
            }
            boolean inClear = encrypt && !copy.encrypted();
            if (inClear && !sealer.canEncrypt()) {
                obstacles.add("the copy at " + copy.driver() + " is not encrypted");
                continue;
            }
            try {
                return fetch(version, copy, from, inClear);
            } catch (FailureException e) {
                if (e.failure().kind() == FailureKind.TRANSIENT) {
                    passing = e;
                }
                obstacles.add(copy.driver() + ": " + e.failure().reason());
            }
        }
        if (passing != null) {
            throw passing;
        }
        throw new FailureException(
                ErrorCode.COPY_UNREPAIRABLE,
                "nothing is left to make a new copy of " + version.path() + " of: " + String.join("; ", obstacles),
                "put the archive back in its place with its old modification time, or take another backup");
    }

    private Sealing local(Version version, boolean encrypt, List<String> obstacles, ProgressSink progress)
            throws FailureException, InterruptedException {
        if (encrypt && !sealer.canEncrypt()) {
            obstacles.add("no passphrase is set to encrypt the local archive with");
            return new Sealing.Changed("no passphrase");
        }
        try {
            Sealing sealing = sealer.sealAgain(version, encrypt, progress);
            if (sealing instanceof Sealing.Sealed sealed && isOther(version, sealed)) {
                if (!sealed.spoolFile().isEmpty()) {
                    sealer.spool().remove(sealed.spoolFile());
                }
                sealing = new Sealing.Changed("its bytes are not those that were shipped");
            }
            if (sealing instanceof Sealing.Changed changed) {
                obstacles.add("the local archive cannot be used: " + changed.why());
            }
            return sealing;
        } catch (FailureException e) {
            notThere(e);
            obstacles.add(e.failure().reason());
            return new Sealing.Changed(e.failure().reason());
        }
    }

    private static boolean isOther(Version version, Sealing.Sealed sealed) {
        // rows that were adopted from Heratio have no hash of the archive
        return version.sha256() != null && !version.sha256().equals(sealed.sha256());
    }

    /** @param encrypt whether the copy, which is in clear, has to be encrypted on its way */
    private Sealing fetch(Version version, Copy copy, Destination from, boolean encrypt)
            throws FailureException, InterruptedException {
        if (copy.sha256() == null) {
            throw new FailureException(ErrorCode.COPY_UNREPAIRABLE, "the copy there has no known hash");
        }
        String name = nameAt(from, copy.remotePath());
        try {
            return writer.write(
                    version.id(),
                    copy.size(),
                    copy.driver(),
                    encrypt,
                    () -> from.open(name, 0, copy.size()),
                    (sha256, part, payloadSha256) -> {
                        if (!sha256.equals(copy.sha256())) {
                            throw new FailureException(
                                    ErrorCode.COPY_CORRUPT, "the copy there has other bytes than were proved");
                        }
                        String spoolFile = part.seal();
                        return new Sealing.Sealed(
                                archiveSha256(version, copy, spoolFile),
                                spoolFile,
                                payloadSha256,
                                part.size(),
                                encrypt || copy.encrypted());
                    });
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            Thread.interrupted();
            throw new InterruptedException("while a copy was fetched from " + copy.driver());
        } catch (IOException e) {
            throw CopyStream.failure(e)
                    .orElseGet(() -> new FailureException(
                            ErrorCode.DESTINATION_IO, "reading " + copy.remotePath() + " failed: " + e, null, e));
        }
    }

    private static String nameAt(Destination from, String remotePath) throws FailureException {
        try {
            return from.nameOf(remotePath);
        } catch (IllegalArgumentException e) {
            throw new FailureException(
                    ErrorCode.COPY_UNREPAIRABLE,
                    "the copy lies outside the place that is configured now: " + e.getMessage(),
                    "configure the place again where it was put",
                    e);
        }
    }

    /** The hash of the archive in a payload that was fetched; a row that was adopted from Heratio does not have it. */
    private String archiveSha256(Version version, Copy copy, String spoolFile)
            throws FailureException, InterruptedException {
        if (version.sha256() != null) {
            return version.sha256();
        }
        try {
            return copy.encrypted()
                    ? sealer.archiveSha256(sealer.spool().resolve(spoolFile))
                    : Objects.requireNonNull(copy.sha256());
        } catch (FailureException e) {
            sealer.spool().remove(spoolFile);
            throw e;
        }
    }
}
