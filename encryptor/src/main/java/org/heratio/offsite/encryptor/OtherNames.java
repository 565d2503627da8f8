package org.heratio.offsite.encryptor;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.KnownBytes;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.ProgressSink;

/** Makes the payload of a version from archives with other names and the same bytes: its own may have been renamed, or written anew. */
final class OtherNames {
    private static final int MOST = 16;

    private final KnownBytes known;
    private final BackupDirectory directory;
    private final Sealer sealer;
    private final SpoolWriter writer;

    OtherNames(KnownBytes known, BackupDirectory directory, Sealer sealer) {
        this.known = known;
        this.directory = directory;
        this.sealer = sealer;
        this.writer = new SpoolWriter(sealer);
    }

    /**
     * Makes the payload. It is in the spool in any case: the uploader opens an archive by the path of its own version only.
     *
     * @param obstacles takes what was wrong with each archive
     * @return {@link Sealing.Changed} when none of them can be used
     */
    Sealing seal(Version version, boolean encrypt, List<String> obstacles, ProgressSink progress)
            throws FailureException, InterruptedException {
        String sha256 = version.sha256();
        if (sha256 != null && (sealer.canEncrypt() || !encrypt)) {
            for (Version other : known.others(version.id(), MOST)) {
                try {
                    return seal(version, sha256, other, encrypt, progress);
                } catch (FailureException e) {
                    PayloadRebuilder.notThere(e);
                    obstacles.add(e.failure().reason());
                }
            }
        }
        return new Sealing.Changed("no other archive has its bytes");
    }

    private Sealing seal(Version version, String sha256, Version other, boolean encrypt, ProgressSink progress)
            throws FailureException, InterruptedException {
        try (OpenArchive archive = OpenArchive.open(directory, other.path())) {
            if (!archive.is(other)) {
                throw changed(other);
            }
            progress.report(version.id(), "", 0, archive.size());
            return writer.write(
                    version.id(),
                    archive.size(),
                    other.path(),
                    encrypt,
                    () -> Channels.newInputStream(archive.channel()),
                    (read, part, payloadSha256) -> {
                        if (!read.equals(sha256)) {
                            throw changed(other);
                        }
                        return new Sealing.Sealed(sha256, part.seal(), payloadSha256, part.size(), encrypt);
                    });
        } catch (IOException e) {
            throw SealFailures.reading(other.path(), e);
        }
    }

    private static FailureException changed(Version other) {
        return new FailureException(ErrorCode.ARCHIVE_CHANGED, other.path() + " has other bytes by now", null);
    }
}
