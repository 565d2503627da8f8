package org.heratio.offsite.uploader;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.OpenWork;
import org.heratio.offsite.ledger.Payload;

/** Removes at a destination what unfinished puts of this installation left there and no try will take up again. */
public final class AbandonedPuts {

    private final Ledger ledger;

    public AbandonedPuts(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Blocks. To be called at the start, and after that only now and then.
     *
     * @param open all unfinished work for the destination, leased or not: what belongs to it is kept
     */
    public void clear(Destination destination, List<OpenWork> open) throws FailureException, InterruptedException {
        Set<String> keep = new HashSet<>();
        for (OpenWork work : open) {
            if (work.copyId() > 0 && work.driver().equals(destination.driver())) {
                Optional<Payload> payload = ledger.payloadOf(work.versionId());
                payload.ifPresent(found -> keep.add(UploadHandler.transferId(work.copyId(), found)));
            }
        }
        destination.removeAbandoned(ledger.installationId(), keep);
    }
}
