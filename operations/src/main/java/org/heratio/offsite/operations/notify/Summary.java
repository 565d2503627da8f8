package org.heratio.offsite.operations.notify;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.operations.status.StatusService;

/** The message of each day, also where all is well: silence is no success. */
public final class Summary {
    private final Ledger ledger;
    private final StatusService status;
    private final NotifyChannels channels;
    private final Clock clock;

    public Summary(Ledger ledger, StatusService status, NotifyChannels channels, Clock clock) {
        this.ledger = ledger;
        this.status = status;
        this.channels = channels;
        this.clock = clock;
    }

    /**
     * Puts the summary into the outbox. Blocks.
     *
     * @param due when it was to be made; a second one for the same time has the same id
     */
    public void put(Instant due) throws FailureException {
        String name = ledger.installationId() + " summary " + due;
        String id = "msg_" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        Message message = Wording.summary(status.look(), channels.host(), clock.instant());
        channels.teller(ledger, clock).put(id, message);
    }
}
