package org.heratio.offsite.operations.notify;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
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

    /** Puts the summary into the outbox. A second one of the same day has the same id. Blocks. */
    public void put() throws FailureException {
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        String name = ledger.installationId() + " summary " + day;
        String id = "msg_" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        Message message = Wording.summary(status.look(), channels.host(), clock.instant());
        channels.teller(ledger, clock).put(id, message);
    }
}
