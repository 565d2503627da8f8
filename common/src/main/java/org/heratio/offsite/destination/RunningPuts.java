package org.heratio.offsite.destination;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * The puts that run through one driver object: of two with one {@link PutRequest#transferId} the second is refused, and what runs is
 * not removed as abandoned. Thread-safe.
 */
public final class RunningPuts {
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /** A transfer id that no other put can use until this is closed. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Holds the transfer id of a put until it is closed.
     *
     * @throws FailureException {@link ErrorCode#DESTINATION_BUSY} when another holds it
     */
    public Held begin(PutRequest request) throws FailureException {
        return hold(request.owner(), request.transferId())
                .orElseThrow(() -> new FailureException(
                        ErrorCode.DESTINATION_BUSY,
                        "the same payload is being put to " + request.name() + " at this moment (transfer "
                                + request.transferId() + ")"));
    }

    /** Holds a transfer id, so that no put begins with it; empty when one runs. */
    public Optional<Held> hold(String owner, String transferId) {
        // a dot between them, which neither can have in it
        String key = owner + "." + transferId;
        return running.add(key) ? Optional.of(() -> running.remove(key)) : Optional.empty();
    }
}
