package org.heratio.offsite.destination;

import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A payload to put.
 *
 * @param name relative name at the destination
 * @param file where the payload lies
 * @param size bytes
 * @param sha256 hex SHA-256 that the bytes must have
 * @param owner the ledger's installation id: marks copies and unfinished puts as ours
 * @param transferId the same for each try to make this copy, different for all others; letters, digits, {@code -}
 * @param replacesUntagged allows replacing a file without an {@link OwnerTag}: the ledger says that it is this copy
 * @param progress called with the bytes sent so far, now and then, from any thread
 */
public record PutRequest(
        String name,
        Path file,
        long size,
        String sha256,
        String owner,
        String transferId,
        boolean replacesUntagged,
        LongConsumer progress) {}
