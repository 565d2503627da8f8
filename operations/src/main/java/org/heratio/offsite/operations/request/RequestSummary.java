package org.heratio.offsite.operations.request;

import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.ledger.RequestStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param ok whether nothing failed, nothing is open, and all of the directory was read
 * @param done the number of items with this result, as {@code archived}, {@code failed} and {@code open}
 * @param damaged copies that were found damaged, repaired or not
 */
public record RequestSummary(
        String command,
        boolean ok,
        int found,
        int skipped,
        int done,
        int archived,
        int failed,
        int open,
        int damaged,
        List<Item> items) {
    public RequestSummary {
        items = List.copyOf(items);
    }

    /**
     * An archive at a destination.
     *
     * @param result {@code done}, {@code archived}, {@code failed} or {@code open}
     * @param unchecked what could not be checked of the archive before it was shipped, or null
     */
    public record Item(
            String localPath,
            String driver,
            ItemProgress result,
            @Nullable String remotePath,
            long sizeBytes,
            @Nullable String error,
            @Nullable String unchecked) {
        private static Item of(RequestStatus.Item item, ItemProgress result) {
            return new Item(
                    item.path(), item.driver(), result, item.remotePath(), item.size(), item.error(), item.unchecked());
        }
    }

    /** Returns the summary of a result. */
    public static RequestSummary of(String command, RequestFollower.Result result) {
        return new RequestSummary(
                command,
                result.allWell(),
                result.status().found(),
                result.status().skipped(),
                result.done().size(),
                result.archived().size(),
                result.failed().size(),
                result.open().size(),
                result.damaged(),
                Stream.of(
                                items(result.done(), ItemProgress.DONE),
                                items(result.archived(), ItemProgress.ARCHIVED),
                                items(result.failed(), ItemProgress.FAILED),
                                items(result.open(), ItemProgress.OPEN))
                        .flatMap(List::stream)
                        .toList());
    }

    private static List<Item> items(List<RequestStatus.Item> items, ItemProgress result) {
        return items.stream().map(item -> Item.of(item, result)).toList();
    }
}
