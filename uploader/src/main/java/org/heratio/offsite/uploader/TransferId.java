package org.heratio.offsite.uploader;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;

/**
 * The id of all tries to put one payload as one copy ({@link PutRequest#transferId}). Ids of copies repeat: a ledger that is restored from a
 * backup, and the ledger of a cloned host, give the next copy the same id as the other one did. So the id also says which version it was.
 *
 * @param copyId of the ledger
 * @param hash the first digits of the payload's SHA-256
 * @param version a hash of the version's path and of the time when it landed; empty in the ids of earlier builds
 */
record TransferId(long copyId, String hash, String version) {
    private static final int DIGITS = 16;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-([^-]*)(?:-(.+))?");

    static TransferId of(long copyId, Version version, Payload payload) {
        return new TransferId(copyId, payload.sha256().substring(0, DIGITS), hash(version));
    }

    private static String hash(Version version) {
        return Digests.ofText(version.path() + "\0" + version.mtimeNanos() + "\0" + version.landedAt())
                .substring(0, DIGITS);
    }

    /** Empty for the ids of other programs. */
    static Optional<TransferId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String version = matcher.group(3);
        return Optional.of(
                new TransferId(Long.parseLong(matcher.group(1)), matcher.group(2), version == null ? "" : version));
    }

    /**
     * Returns whether a tag of this installation stands at an earlier try of a copy.
     *
     * @param path where the tag stands. The tag of an earlier build counts only if the ledger has recorded a put of the copy there.
     * @param sha256 what the sidecar or metadata say of the file; null when a crash left none
     */
    static boolean isOf(Copy copy, Version version, OwnerTag tag, String path, @Nullable String sha256) {
        return parse(tag.transferId())
                .filter(id -> id.copyId() == copy.id() && (sha256 == null || sha256.startsWith(id.hash())))
                .filter(id -> id.version().isEmpty()
                        ? isRecorded(copy, path)
                        : id.version().equals(hash(version)))
                .isPresent();
    }

    private static boolean isRecorded(Copy copy, String path) {
        Copy.PendingPut pendingPut = copy.pendingPut();
        return pendingPut != null && pendingPut.remotePath().equals(path);
    }

    @Override
    public String toString() {
        return copyId + "-" + hash + (version.isEmpty() ? "" : "-" + version);
    }
}
