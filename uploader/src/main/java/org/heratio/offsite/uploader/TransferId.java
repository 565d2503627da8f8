package org.heratio.offsite.uploader;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The id of all tries to put one payload as one copy ({@link PutRequest#transferId}).
 *
 * @param copyId of the ledger
 * @param hash the first digits of the payload's SHA-256
 */
record TransferId(long copyId, String hash) {
    private static final int DIGITS = 16;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(.*)");

    static TransferId of(long copyId, Payload payload) {
        return new TransferId(copyId, payload.sha256().substring(0, DIGITS));
    }

    /** Empty for the ids of other programs. */
    static Optional<TransferId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new TransferId(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    /**
     * Returns whether a tag of this installation stands at an earlier try of a copy.
     *
     * @param sha256 what the sidecar or metadata say of the file; null when a crash left none
     */
    static boolean isOf(Copy copy, OwnerTag tag, @Nullable String sha256) {
        return parse(tag.transferId())
                .filter(id -> id.copyId() == copy.id() && (sha256 == null || sha256.startsWith(id.hash())))
                .isPresent();
    }

    @Override
    public String toString() {
        return copyId + "-" + hash;
    }
}
