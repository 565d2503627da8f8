package org.heratio.offsite.operations.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Notices;

/** Finds channels whose receivers accept nothing: what the notifier has to say waits, or was given up. */
final class NotifierHealth {
    private NotifierHealth() {}

    static List<Alarm> alarms(Notices notices) throws FailureException {
        return notices.channels().stream()
                .filter(channel -> channel.failingSince() > 0)
                .map(NotifierHealth::alarm)
                .toList();
    }

    private static Alarm alarm(Notices.Channel channel) {
        Instant since = Instant.ofEpochMilli(channel.failingSince()).truncatedTo(ChronoUnit.SECONDS);
        return Alarm.warning(
                Alarm.Code.NOTIFIER_FAILING,
                "notifications by " + channel.name() + " fail since " + since + ": " + channel.error() + "; "
                        + channel.waiting() + " wait",
                "look at the receiver, then run 'offsite notify test'");
    }
}
