package org.heratio.offsite.operations.deadletters;

import java.util.List;

/**
 * The result of a replay or discard.
 *
 * @param ids of the letters that were replayed or discarded
 * @param gone ids of letters that another process took meanwhile
 */
public record HandledLetters(String command, int count, List<String> ids, List<String> gone) {
    public HandledLetters {
        ids = List.copyOf(ids);
        gone = List.copyOf(gone);
    }
}
