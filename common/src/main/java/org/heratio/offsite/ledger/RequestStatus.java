package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How far a request ({@code replicate}, {@code verify-integrity}) is.
 *
 * @param scanned whether all that belongs to it is known
 * @param found archives (or copies) that were looked at
 * @param skipped those with nothing to do
 */
public record RequestStatus(String requestId, boolean scanned, int found, int skipped, List<Item> items) {
    public RequestStatus {
        items = List.copyOf(items);
    }

    /** The item that says why nobody can find out what belongs to the request, if that is so. */
    public Optional<Item> givenUp() {
        return items.stream()
                .filter(item -> item.versionId() == 0 && item.outcome() != null && !item.unreadable())
                .findFirst();
    }

    /**
     * One archive (at one destination) of a request.
     *
     * @param versionId 0 while the archive is still being written; with an outcome, when it cannot be looked at or the whole request was
     *     given up
     * @param copyId 0 while there is none
     * @param driver the destination
     * @param versionState null while the archive is still being written
     * @param copyState null while the archive is still being written
     * @param givenUp whether the copy is damaged, and nobody puts it right unasked any more
     * @param checkedAt epoch milliseconds when the verifier last came to an end with this copy on behalf of this request, or null
     * @param outcome what the verifier found then: a {@code Verdict} name; after damage that was found on behalf of this request,
     *     {@code REPAIRED} when it is intact, and {@code REPLACED} when the new copy is in an archive tier; an {@code ErrorCode} name when the request was given up; or null
     * @param error what stands in its way, if anything
     * @param unchecked what could not be checked of the archive before it was shipped, or null
     */
    public record Item(
            String path,
            long versionId,
            long copyId,
            String driver,
            @Nullable VersionState versionState,
            @Nullable CopyState copyState,
            boolean givenUp,
            @Nullable Long checkedAt,
            @Nullable String outcome,
            @Nullable String error,
            @Nullable String remotePath,
            long size,
            @Nullable String unchecked) {
        /** Makes one of an archive of which nothing is known to be unchecked. */
        public Item(
                String path,
                long versionId,
                long copyId,
                String driver,
                @Nullable VersionState versionState,
                @Nullable CopyState copyState,
                boolean givenUp,
                @Nullable Long checkedAt,
                @Nullable String outcome,
                @Nullable String error,
                @Nullable String remotePath,
                long size) {
            this(
                    path,
                    versionId,
                    copyId,
                    driver,
                    versionState,
                    copyState,
                    givenUp,
                    checkedAt,
                    outcome,
                    error,
                    remotePath,
                    size,
                    null);
        }

        /** Returns the item of a place that has no version and never gets one: the failure says why. */
        public static Item failed(String path, String driver, Failure failure) {
            return new Item(
                    path, 0, 0, driver, null, null, false, null, failure.code().name(), failure.oneLine(), null, 0);
        }

        /** Returns whether it stands for a place that could not be looked at. */
        public boolean unreadable() {
            return versionId == 0 && ErrorCode.PATH_UNREADABLE.name().equals(outcome);
        }
    }
}
