package org.heratio.offsite.destination;

import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.heratio.offsite.files.HeldFile;

/**
 * A payload to put.
 *
 * @param name relative name at the destination
 * @param file where the payload is stored: a path that means the same file until the put ends, whatever is done to names
 * @param size bytes
 * @param sha256 the SHA-256 that the bytes must have, 64 hex digits in lower case
 * @param owner the ledger's installation id: marks copies and unfinished puts as ours. Up to 80 letters, digits, {@code -} and {@code _}
 * @param transferId the same for each try to ship this payload for this copy, different for all others; of the same letters as an owner
 * @param replacesUntagged allows replacing a file without an {@link OwnerTag}: the ledger says that it is this copy
 * @param progress called now and then with the bytes that have arrived, never more than {@code size}; a put that resumes does not begin
 *     at 0. Called from any thread, and must not throw. It may block, and then the put waits.
 */
public record PutRequest(
        String name,
        Path file,
        long size,
        String sha256,
        String owner,
        String transferId,
        boolean replacesUntagged,
        LongConsumer progress) {

    /** Returns the file for people: {@code file} may be the path of a descriptor. */
    public Path shownFile() {
        return HeldFile.shown(file);
    }
}
